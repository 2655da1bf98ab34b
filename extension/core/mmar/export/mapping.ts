import { t } from '@vscode/l10n';
import type { BundleFinding } from '../bundle/findings.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from '../bundle/json.ts';
import { nameOf } from '../bundle/modernise.ts';
import { codeSpan, plainMarkdown, tableOf } from '../markdown.ts';
import type { MmarAbout } from './about.ts';

export interface MappingSource {
  readonly name: string;
  readonly train: JsonObject;
  readonly findings: readonly BundleFinding[];
  readonly about: MmarAbout;
  /** What metadata.json had to assume. */
  readonly assumed: readonly string[];
  readonly loggingReplaced: boolean;
  readonly hasOwn: { readonly validation: boolean; readonly inference: boolean };
}

/** docs/mapping.md: what each part of the MMAR became, and what has no counterpart. */
export function mappingReport(source: MappingSource): string {
  return [
    t('# What became of {0}', codeSpan(source.name)),
    ...attention(source),
    t('## Sections'),
    tableOf([t('MMAR'), t('Bundle'), t('Components')], sectionRows(source.train)),
    t('## Files'),
    tableOf([t('MMAR'), t('Bundle')], fileRows(source)),
    ...changes(source.findings),
  ]
    .join('\n\n')
    .concat('\n');
}

function attention({ findings, about, assumed, loggingReplaced }: MappingSource): string[] {
  const serious = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  const points = [
    ...serious.map(line),
    ...assumed.map(what =>
      t('metadata.json assumes {0}: the MMAR does not say. Correct it.', what),
    ),
    ...(loggingReplaced
      ? [t('resources/log.config holds what MONAI refuses; the usual logging takes its place.')]
      : []),
    ...(about.license === undefined
      ? [t('The MMAR has no docs/license.txt, and a bundle to be published needs a LICENSE.')]
      : []),
    ...(about.copies.some(({ path }) => path === 'models/model.pt')
      ? []
      : [t('There are no weights: train the bundle, then models/model.pt is there.')]),
  ];
  return [
    t('## Needs attention'),
    points.length > 0 ? points.map(point => `- ${point}`).join('\n') : t('Nothing.'),
  ];
}

const line = ({ source, path, message }: BundleFinding): string =>
  `${codeSpan(path.join('.'))}${source === 'train' ? '' : ` (${source})`}: ${plainMarkdown(message)}`;

function changes(findings: readonly BundleFinding[]): string[] {
  const told = findings.filter(({ severity }) => severity === 'info' || severity === 'hint');
  return told.length === 0
    ? []
    : [t('## Said in other words'), told.map(finding => `- ${line(finding)}`).join('\n')];
}

/** Section of the training config -> id in configs/train.json. */
const top: readonly (readonly [string, string])[] = [
  ['model', 'network_def'],
  ['loss', 'loss'],
  ['optimizer', 'optimizer'],
  ['lr_scheduler', 'lr_scheduler'],
];
const both: readonly (readonly [string, string])[] = [
  ['pre_transforms', 'preprocessing'],
  ['dataset', 'dataset'],
  ['dataloader', 'dataloader'],
  ['inferer', 'inferer'],
  ['post_transforms', 'postprocessing'],
  ['handlers', 'handlers'],
  ['metrics', 'key_metric, additional_metrics'],
  ['key_metric', 'key_metric'],
  ['additional_metrics', 'additional_metrics'],
  ['iteration', 'trainer::iteration_update'],
  ['trainer', 'trainer'],
  ['evaluator', 'evaluator'],
];

function sectionRows(train: JsonObject): string[][] {
  const rowsOf = (part: string): string[][] => {
    const value = train[part];
    if (!isObject(value)) return [];
    return [...(part === 'train' ? top : []), ...both].flatMap(([key, id]) => {
      const found = value[key];
      if (found === undefined) return [];
      const ids = top.some(([name]) => name === key) ? id : prefixed(part, key, id);
      return [[codeSpan(`${part}.${key}`), codeSpan(ids), componentsIn(found)]];
    });
  };
  const variables = Object.entries(train)
    .filter(([, value]) => !isObject(value) && !isList(value))
    .map(([key]) => codeSpan(key));
  return [
    ...(variables.length > 0
      ? [[t('variables, environment.json'), t('ids of the same names'), variables.join(', ')]]
      : []),
    ...('determinism' in train ? [[codeSpan('determinism'), codeSpan('initialize'), '']] : []),
    ...rowsOf('train'),
    ...rowsOf('validate'),
  ];
}

const prefixed = (part: string, key: string, id: string): string =>
  key === 'iteration' && part === 'validate'
    ? 'validate::evaluator::iteration_update'
    : id
        .split(', ')
        .map(name => `${part}::${name}`)
        .join(', ');

const componentsIn = (value: Json): string =>
  (isList(value) ? value : [value])
    .filter(isObject)
    .map(component => nameOf(component) || textOf(component['ref']))
    .filter(name => name !== '')
    .map(codeSpan)
    .join(', ');

function fileRows({ about, hasOwn }: MappingSource): string[][] {
  const derived = (has: boolean): string =>
    has ? '' : t(' (derived from the training config, since the MMAR has none)');
  const copied = about.copies.map(({ path }) => codeSpan(path)).join(', ');
  const custom = about.custom.map(file => [
    codeSpan(`custom/${file}`),
    codeSpan(`scripts/${file}`),
  ]);
  return [
    [codeSpan(about.config), codeSpan('configs/train.json')],
    [
      codeSpan('config/config_validation.json'),
      codeSpan('configs/evaluate.json') + derived(hasOwn.validation),
    ],
    [
      codeSpan('config/config_inference.json'),
      codeSpan('configs/inference.json') + derived(hasOwn.inference),
    ],
    [codeSpan('commands/train_multi_gpu.sh'), codeSpan('configs/multi_gpu_train.json')],
    [codeSpan('commands/*.sh'), t('commands in {0}', codeSpan('docs/README.md'))],
    [codeSpan('config/environment.json'), t('ids at the top of each config')],
    [
      codeSpan('config/config_aiaa.json'),
      about.aiaa === undefined
        ? t('the MMAR has none')
        : t(
            'its description in {0}; the rest means something to AIAA alone',
            codeSpan('configs/metadata.json'),
          ),
    ],
    [codeSpan('resources/log.config'), codeSpan('configs/logging.conf')],
    [codeSpan('docs/Readme.md'), codeSpan('docs/README.md')],
    [
      codeSpan('docs/license.txt'),
      about.license === undefined ? t('the MMAR has none') : codeSpan('LICENSE'),
    ],
    ...custom,
    [t('weights, datalist'), copied === '' ? t('none is copied') : copied],
    [
      t('made by the workbench'),
      [
        codeSpan('scripts/mmar_runtime.py'),
        codeSpan('configs/resume.json'),
        codeSpan('conf.json'),
      ].join(', '),
    ],
  ];
}
