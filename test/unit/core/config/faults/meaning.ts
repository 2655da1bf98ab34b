import { moveBefore } from '../../../../../extension/core/config/edits.ts';
import { argNode, argValue, textsOf } from '../../../../../extension/core/config/literal.ts';
import type { ComponentUse } from '../../../../../extension/core/config/model.ts';
import { fieldOf, rangeOf, type ConfigNode } from '../../../../../extension/core/config/parse.ts';
import { sectionsOf } from '../../../../../extension/core/config/walk.ts';
import {
  transformLists,
  type Step,
  type TransformList,
} from '../../../../../extension/core/config/transformLists.ts';
import {
  isJson,
  mark,
  marked,
  named,
  put,
  setArg,
  written,
  type Fault,
  type Mutation,
} from './mutation.ts';
import type { Subject } from './subjects.ts';

const lists = (subject: Subject, stage: 'pre' | 'post'): TransformList[] =>
  transformLists(subject.model, subject.context).filter(
    list => list.stage === stage && list.isWhole,
  );

const stepNamed = (list: TransformList, name: RegExp): Step | undefined =>
  list.steps.find(({ spec, isOwn }) => isOwn && name.test(spec?.name ?? ''));

/** Until something unknown comes, and where somebody loads what is needed. */
function followed(list: TransformList): Step[] {
  const unknown = list.steps.findIndex(({ spec }) => spec?.kind !== 'dict_transform');
  const known = unknown < 0 ? list.steps : list.steps.slice(0, unknown);
  return known[0]?.spec?.name === 'LoadImaged' ? [...known] : [];
}

/** Puts one element of a list in front of another, and marks what is meant. */
function moved(
  subject: Subject,
  element: ConfigNode,
  before: ConfigNode,
  at: ConfigNode,
): Mutation[] {
  const edits = isJson(subject) ? moveBefore(subject.model.doc, element, before) : undefined;
  if (!edits) return [];
  const inside = at.offset >= element.offset && at.offset < element.offset + element.length;
  if (!inside) return [[...edits, ...mark(at)]];
  // what is moved takes its mark along
  const [first, ...others] = edits;
  const from = at.offset - element.offset;
  const text = first?.text ?? '';
  const name = text.slice(from, from + at.length);
  return first
    ? [
        [
          { ...first, text: text.slice(0, from) + marked(name) + text.slice(from + at.length) },
          ...others,
        ],
      ]
    : [];
}

const keysFault = (
  name: string,
  code: string,
  change: (subject: Subject) => Mutation[],
): Fault => ({ name, codes: [code], sites: change });

const inTrain = ({ model }: Subject): boolean => model.kind === 'train';

const parts = (subject: Subject, part: string): ConfigNode[] =>
  sectionsOf(subject.model.doc).flatMap(({ node }) => fieldOf(node, part) ?? []);

const trained = (subject: Subject): ComponentUse[] =>
  subject.uses.filter(({ path }) => path[0] === 'train');

const hasWindow = (subject: Subject): boolean => named(subject, 'SlidingWindowInferer').length > 0;

export const meaningFaults: readonly Fault[] = [
  keysFault('a misspelt key of the item', 'unmade-key', subject =>
    lists(subject, 'pre').flatMap(list =>
      followed(list)
        .slice(1)
        .flatMap(({ use, isOwn }) => {
          const node = isOwn && use ? argNode(use, 'keys') : undefined;
          const element = node?.type === 'array' ? node.children?.[0] : node;
          return element?.value === 'image'
            ? [[put(rangeOf(element), marked(written(subject, 'imgae')))]]
            : [];
        }),
    ),
  ),
  keysFault('a key of the item that nothing makes', 'unmade-key', subject =>
    lists(subject, 'pre').flatMap(list =>
      followed(list)
        .slice(1)
        .flatMap(({ use, isOwn }) => {
          const node = isOwn && use ? argNode(use, 'keys') : undefined;
          return node?.value === 'image'
            ? [[put(rangeOf(node), marked(written(subject, 'uncertainty')))]]
            : [];
        }),
    ),
  ),
  keysFault('a misspelt key after the network', 'unmade-key', subject =>
    subject.model.kind === 'bundle'
      ? []
      : lists(subject, 'post').flatMap(({ steps }) =>
          steps.slice(0, 1).flatMap(({ use, isOwn }) => {
            const node = isOwn && use ? argNode(use, 'keys') : undefined;
            return node?.value === 'pred' ? [[put(rangeOf(node), marked('"prde"'))]] : [];
          }),
        ),
  ),
  keysFault('a label in an inference', 'label-in-inference', subject =>
    subject.model.kind !== 'inference'
      ? []
      : lists(subject, 'pre').flatMap(list =>
          followed(list)
            .slice(1)
            .flatMap(({ use }) => {
              const node = use && argNode(use, 'keys');
              return node?.value === 'image'
                ? [[put(rangeOf(node), `["image", ${marked('"label"')}]`)]]
                : [];
            }),
        ),
  ),
  keysFault('the prediction before the network', 'pred-before-network', subject =>
    !isJson(subject) || subject.model.form === 'bundle'
      ? []
      : lists(subject, 'pre').flatMap(list => {
          const second = followed(list)[1];
          return second
            ? [
                [
                  put(
                    { offset: second.entry.offset, length: 0 },
                    `{"name": "Activationsd", "args": {"keys": ${marked('"pred"')}}}, `,
                  ),
                ],
              ]
            : [];
        }),
  ),
  keysFault('a key that was dropped', 'unmade-key', subject =>
    !isJson(subject) || subject.model.form === 'bundle'
      ? []
      : lists(subject, 'pre').flatMap(list => {
          const second = followed(list)[1];
          const node = second?.isOwn && second.use ? argNode(second.use, 'keys') : undefined;
          const element = node?.type === 'array' ? node.children?.[0] : node;
          return second && element?.value === 'image'
            ? [
                [
                  put(
                    { offset: second.entry.offset, length: 0 },
                    `{"name": "DeleteItemsd", "args": {"keys": "image"}}, `,
                  ),
                  ...mark(element),
                ],
              ]
            : [];
        }),
  ),
  {
    name: 'spacing before the channel comes first',
    codes: ['transform-order'],
    sites: subject =>
      lists(subject, 'pre').flatMap(list => {
        const [channel, spacing] = [
          stepNamed(list, /^(EnsureChannelFirstd|AddChanneld)$/),
          stepNamed(list, /^Spacingd$/),
        ];
        return channel && spacing ? moved(subject, spacing.entry, channel.entry, spacing.at) : [];
      }),
  },
  {
    name: 'spacing after a crop of fixed size',
    codes: ['transform-order'],
    sites: subject =>
      lists(subject, 'pre').flatMap(list => {
        const [crop, spacing] = [
          stepNamed(list, /^RandCropByPosNegLabeld$/),
          stepNamed(list, /^Spacingd$/),
        ];
        return crop && spacing ? moved(subject, crop.entry, spacing.entry, spacing.at) : [];
      }),
  },
  {
    name: 'activation after argmax',
    codes: ['transform-order'],
    sites: subject =>
      lists(subject, 'post').flatMap(list => {
        const [discrete, activation] = [
          stepNamed(list, /^AsDiscreted$/),
          stepNamed(list, /^Activationsd$/),
        ];
        const cuts =
          discrete?.use && ['argmax', 'threshold'].some(arg => argNode(discrete.use!, arg));
        return discrete && activation && cuts
          ? moved(subject, discrete.entry, activation.entry, activation.at)
          : [];
      }),
  },
  {
    name: 'one-hot before argmax',
    codes: ['transform-order'],
    sites: subject =>
      subject.model.form === 'bundle' || !isJson(subject)
        ? []
        : lists(subject, 'post').flatMap(list => {
            const discrete = stepNamed(list, /^AsDiscreted$/);
            const isCut = discrete?.use && argNode(discrete.use, 'argmax');
            const hot = '{"name": "AsDiscreted", "args": {"keys": "pred", "to_onehot": 2}}, ';
            return discrete && isCut
              ? [[put({ offset: discrete.entry.offset, length: 0 }, hot), ...mark(discrete.at)]]
              : [];
          }),
  },
  {
    name: 'Invertd of something else',
    codes: ['invert-transform'],
    sites: subject =>
      subject.model.form === 'bundle'
        ? []
        : setArg(named(subject, 'Invertd'), 'transform', '"@post_transforms"'),
  },
  {
    name: 'Invertd of what was never done',
    codes: ['invert-transform'],
    sites: subject =>
      subject.model.form === 'bundle'
        ? []
        : setArg(named(subject, 'Invertd'), 'orig_keys', '"picture"'),
  },
  {
    name: 'a label that is interpolated',
    codes: ['label-interpolation'],
    sites: subject =>
      named(subject, 'Spacingd').flatMap(use => {
        const node = argNode(use, 'mode');
        const at = textsOf(argValue(use, 'keys', subject.model, subject.context)).indexOf('label');
        const own = node?.type === 'array' ? node.children?.[at] : undefined;
        return own && at >= 0 ? [[put(rangeOf(own), marked(written(subject, 'bilinear')))]] : [];
      }),
  },
  {
    name: 'a window far larger than the patch',
    codes: ['window-larger-than-patch'],
    sites: subject =>
      inTrain(subject) && named(subject, 'RandCropByPosNegLabeld').length > 0
        ? setArg(named(subject, 'SlidingWindowInferer'), 'roi_size', '[320, 320, 320]')
        : [],
  },
  {
    name: 'a patch that cannot be halved',
    codes: ['patch-size'],
    sites: subject =>
      inTrain(subject) && trained(subject).some(({ name }) => name === 'UNet')
        ? setArg(named(subject, 'RandCropByPosNegLabeld'), 'spatial_size', '[42, 42, 42]')
        : [],
  },
  {
    name: 'a window that cannot be halved',
    codes: ['patch-size'],
    sites: subject =>
      inTrain(subject) && trained(subject).some(({ name }) => name === 'UNet') && hasWindow(subject)
        ? setArg(named(subject, 'SlidingWindowInferer'), 'roi_size', '[39, 39, 39]')
        : [],
  },
  {
    name: 'too many strides',
    codes: ['network-levels'],
    sites: subject =>
      inTrain(subject) ? setArg(named(subject, 'UNet'), 'strides', '[2, 2, 2, 2, 2, 2, 2, 2]') : [],
  },
  {
    name: 'too few strides',
    codes: ['network-levels'],
    sites: subject => (inTrain(subject) ? setArg(named(subject, 'UNet'), 'strides', '[2]') : []),
  },
  {
    name: 'more outputs than one-hot channels',
    codes: ['channel-count'],
    sites: subject => {
      if (!inTrain(subject)) return [];
      return trained(subject)
        .filter(({ path }) => path[1] === 'model')
        .flatMap(network => {
          const out = argNode(network, 'out_channels');
          return named(subject, 'AsDiscreted')
            .filter(({ path }) => path[0] === 'train')
            .flatMap(use => {
              const classes = argNode(use, 'to_onehot');
              const node = typeof classes?.value === 'number' ? classes : argNode(use, 'n_classes');
              return out?.value === 2 && node && argNode(use, 'argmax')
                ? [[put(rangeOf(out), '5'), ...mark(node)]]
                : [];
            });
        });
    },
  },
  {
    name: 'softmax of one channel',
    codes: ['channel-count'],
    sites: subject =>
      trained(subject)
        .filter(({ path }) => path[1] === 'model' && inTrain(subject))
        .flatMap(network => {
          const out = argNode(network, 'out_channels');
          const loss = trained(subject).filter(
            ({ path }) => path[1] === 'loss' && path.length === 2,
          );
          return loss.flatMap(use => {
            const node = argNode(use, 'softmax');
            return out?.value === 2 && node?.value === true
              ? [[put(rangeOf(out), '1'), ...mark(node)]]
              : [];
          });
        }),
  },
  {
    name: 'sigmoid after a loss with softmax',
    codes: ['activation-differs'],
    sites: subject =>
      !inTrain(subject) ||
      !trained(subject).some(
        use =>
          use.path[1] === 'loss' &&
          use.path.length === 2 &&
          argNode(use, 'softmax')?.value === true,
      )
        ? []
        : named(subject, 'Activationsd')
            .filter(({ path }) => path[0] === 'train')
            .flatMap(use =>
              use.args
                .filter(({ name }) => name === 'softmax')
                .map(({ key }) => [put(rangeOf(key), marked('"sigmoid"'))]),
            ),
  },
  {
    name: 'other intensities than in the training',
    codes: ['preprocessing-differs'],
    sites: subject =>
      ['validation', 'inference', 'aiaa'].includes(subject.model.kind ?? '') &&
      hasTraining(subject, 'ScaleIntensityRanged')
        ? setArg(named(subject, 'ScaleIntensityRanged'), 'a_min', '-777')
        : [],
  },
  {
    name: 'another spacing than in the training',
    codes: ['preprocessing-differs'],
    sites: subject =>
      ['validation', 'inference'].includes(subject.model.kind ?? '') &&
      hasTraining(subject, 'Spacingd')
        ? setArg(named(subject, 'Spacingd'), 'pixdim', '[9, 9, 9]')
        : [],
  },
  {
    name: 'another window than in the validation',
    codes: ['roi-differs', 'window-larger-than-patch'],
    sites: subject =>
      ['validation', 'inference'].includes(subject.model.kind ?? '') &&
      hasTraining(subject, 'SlidingWindowInferer')
        ? setArg(named(subject, 'SlidingWindowInferer'), 'roi_size', '[32, 32, 32]')
        : [],
  },
  {
    name: 'a validation on the cases of the training',
    codes: ['validation-reads-training'],
    sites: subject =>
      sectionsOf(subject.model.doc).flatMap(({ name, node }) => {
        const key = fieldOf(fieldOf(node, 'dataset'), 'data_list_key');
        return key?.value === 'validation' &&
          (name === 'validate' || subject.model.kind === 'validation')
          ? [[put(rangeOf(key), marked('"training"'))]]
          : [];
      }),
  },
  {
    name: 'a list that the datalist does not have',
    codes: ['unknown-list'],
    sites: subject =>
      subject.context.facts.datalist
        ? parts(subject, 'dataset').flatMap(dataset => {
            const key = fieldOf(dataset, 'data_list_key');
            return key?.type === 'string' ? [[put(rangeOf(key), marked('"trainnig"'))]] : [];
          })
        : [],
  },
  {
    name: 'a saver before the validation that it judges by',
    codes: ['handler-order'],
    sites: subject =>
      inTrain(subject)
        ? named(subject, 'ValidationHandler').map(use => [
            put(
              { offset: use.object.offset, length: 0 },
              '{"name": "CheckpointSaver", "args": {"save_dir": "m", "save_dict": {"model": "@model"}, "save_key_metric": true}}, ',
            ),
            ...mark(use.nameNode),
          ])
        : [],
  },
  {
    name: 'statistics before the validation',
    codes: ['handler-order'],
    sites: subject =>
      inTrain(subject)
        ? named(subject, 'ValidationHandler').flatMap(use => {
            const stats = named(subject, 'StatsHandler').find(({ path }) => path[0] === 'train');
            return stats ? moved(subject, stats.object, use.object, use.nameNode) : [];
          })
        : [],
  },
  {
    name: 'weights that are loaded after the validation',
    codes: ['handler-order'],
    sites: subject =>
      inTrain(subject)
        ? named(subject, 'ValidationHandler').flatMap(use => {
            const loader = named(subject, 'CheckpointLoader').find(
              ({ path }) => path[0] === 'train',
            );
            const disabled = loader && fieldOf(loader.object, 'disabled');
            if (!loader || !disabled) return [];
            return moved(subject, use.object, loader.object, loader.nameNode).map(edits => [
              ...edits,
              put(rangeOf(disabled), 'false'),
            ]);
          })
        : [],
  },
  {
    name: 'a dataset that is left out of the loader',
    codes: ['missing-arg'],
    sites: subject =>
      subject.model.form === '4.1' && isJson(subject)
        ? named(subject, 'DataLoader').flatMap(use =>
            use.args
              .filter(({ name }) => name === 'dataset')
              .flatMap(({ key, value }) =>
                value
                  ? [
                      [
                        put(
                          { offset: key.offset, length: value.offset + value.length - key.offset },
                          '"num_workers": 0',
                        ),
                        ...mark(use.nameNode),
                      ],
                    ]
                  : [],
              ),
          )
        : [],
  },
  {
    name: 'both models enabled',
    codes: ['disabled-alternatives'],
    sites: subject => {
      const [model] = subject.model.kind === 'validation' ? parts(subject, 'model') : [];
      const flags = (model?.children ?? []).flatMap(child => fieldOf(child, 'disabled') ?? []);
      const [first] = flags;
      const key = model?.parent?.children?.[0];
      return key && first && flags.length === 2
        ? [[...mark(key), ...flags.map(flag => put(rangeOf(flag), 'false'))]]
        : [];
    },
  },
];

/** The training has the transform or inferer, and no other name for what it is compared by. */
function hasTraining({ context }: Subject, name: string): boolean {
  const all = [...(context.facts.others ?? []).values()].filter(({ kind }) => kind === 'train');
  return (
    all.length > 0 && all.every(other => other.components.some(use => use.name.endsWith(name)))
  );
}
