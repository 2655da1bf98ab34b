import { t } from '@vscode/l10n';
import type { DatalistCase } from '../mmar/datalist.ts';
import type { Bundle, JsonObject } from '../mmar/toBundle.ts';
import type { Purpose, RunRecord } from './job.ts';
import type { PlannedData, PlannedFile, Resources, RunPlan } from './plan.ts';
import { stemOf } from './predictions.ts';
import { preflightCommand, shortResources } from './preflight/plan.ts';

/** Where the weights that a run starts from lie below the snapshot of its MMAR. */
export const weightsPath = 'models/model.pt';

/** A file that travels with the run: path below the MMAR, absolute path on this machine. */
export interface MmarFile {
  readonly path: string;
  readonly file: string;
}

export interface PlanInput {
  readonly id: string;
  readonly created: string;
  readonly purpose: Purpose;
  readonly mmar: { readonly name: string; readonly path: string };
  readonly config: string;
  readonly parent?: string | undefined;
  readonly scheduler: RunRecord['scheduler'];
  /** Absolute DATA_ROOT on this machine. */
  readonly dataRoot: string;
  /** Lists of the datalist that the run reads, with absolute paths. */
  readonly lists: Readonly<Record<string, readonly DatalistCase[]>>;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The MMAR's files, `custom/` among them. */
  readonly files: readonly MmarFile[];
  readonly bundle: Bundle;
  /** True where the volumes are read in place: on this machine. */
  readonly inPlace: boolean;
  readonly python: string;
  readonly resources: Resources;
}

/**
 * Where things lie in a run folder, seen from `bundle/`, in which the run works.
 * These win over the MMAR's own values: outputs never go into the MMAR.
 */
export function runVariables(
  input: Pick<PlanInput, 'inPlace' | 'dataRoot' | 'parent'>,
): JsonObject {
  const weights =
    input.parent === undefined
      ? '../mmar/models/model.pt'
      : `../../${input.parent}/models/model.pt`;
  return {
    DATA_ROOT: input.inPlace ? input.dataRoot : '../data',
    DATASET_JSON: '../dataset.json',
    MMAR_CKPT_DIR: '../models',
    MMAR_EVAL_OUTPUT_PATH: '../eval',
    MMAR_CKPT: weights,
  };
}

/** `20261124-141530-spleen-k3f9`: sorts by time, safe in every shell and on every file system. */
export function makeRunId(created: string, name: string, random: string): string {
  const time = created
    .replace(/\.\d+Z?$/, '')
    .replaceAll(/[-:Z]/g, '')
    .replace('T', '-');
  const safe = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return [time, safe || 'mmar', random].join('-');
}

const command = (...configs: string[]): string[] => [
  '-m',
  'monai.bundle',
  'run',
  '--config_file',
  configs.length === 1
    ? `configs/${configs[0] ?? ''}`
    : `[${configs.map(c => `'configs/${c}'`).join(',')}]`,
];

/** Puts a run together. Pure: the caller has read everything. */
export function planRun(input: PlanInput): RunPlan {
  const { cases, data } = placeData(input);
  const record: RunRecord = {
    id: input.id,
    purpose: input.purpose,
    mmar: input.mmar.name,
    mmarPath: input.mmar.path,
    config: input.config,
    ...(input.parent === undefined ? {} : { parent: input.parent }),
    created: input.created,
    scheduler: input.scheduler,
    command: commandOf(input),
    ...(input.purpose === 'train' ? { resumeCommand: command('train.json', 'resume.json') } : {}),
    ...(input.labels ? { labels: input.labels } : {}),
    ...(input.purpose === 'infer' ? { cases: casesOf(input) } : {}),
  };
  const custom = input.files.filter(f => f.path.startsWith('custom/'));
  const files: PlannedFile[] = [
    ...input.files.map(f => ({ path: `mmar/${f.path}`, source: { file: f.file } })),
    ...input.bundle.files.map(f => ({ path: `bundle/${f.path}`, source: { text: f.text } })),
    ...custom.map(f => ({ path: `bundle/${f.path}`, source: { file: f.file } })),
    { path: 'dataset.json', source: { text: `${JSON.stringify(cases, null, 2)}\n` } },
  ];
  return {
    record,
    files,
    data: input.inPlace ? [] : data,
    python: input.python,
    env: {},
    resources: input.purpose === 'preflight' ? shortResources(input.resources) : input.resources,
  };
}

function commandOf({ purpose, files }: PlanInput): string[] {
  if (purpose === 'preflight') return preflightCommand(files.map(f => f.path));
  return command(purpose === 'train' ? 'train.json' : 'inference.json');
}

const casesOf = (input: PlanInput): NonNullable<RunRecord['cases']> =>
  Object.values(input.lists)
    .flat()
    .map(c => ({
      image: c.image[0] ?? '',
      ...(c.label === undefined ? {} : { label: c.label }),
    }));

/** The run's own datalist, and what must be sent. An inference never needs labels. */
function placeData(input: PlanInput): { cases: JsonObject; data: PlannedData[] } {
  const placed = new Map<string, string>();
  const place = (file: string): string => {
    if (input.inPlace) return file;
    const known = placed.get(file);
    if (known !== undefined) return known;
    const path = relativeTo(input.dataRoot, file) ?? outside(file, placed.size);
    placed.set(file, path);
    return path;
  };
  const cases = Object.fromEntries(
    Object.entries(input.lists).map(([name, list]) => [
      name,
      list.map(c => {
        const images = c.image.map(place);
        const withLabel = c.label !== undefined && input.purpose !== 'infer';
        return {
          ...c.others,
          image: images.length === 1 ? (images[0] ?? '') : images,
          ...(withLabel ? { label: place(c.label ?? '') } : {}),
        };
      }),
    ]),
  );
  const description = t('Written for this run from the datalist of {0}.', input.mmar.name);
  return {
    cases: { description, ...(input.labels ? { labels: { ...input.labels } } : {}), ...cases },
    data: [...placed].map(([file, path]) => ({ file, path: `data/${path}` })),
  };
}

function relativeTo(root: string, file: string): string | undefined {
  const base = root.endsWith('/') ? root : `${root}/`;
  const below = file.startsWith(base) ? file.slice(base.length) : undefined;
  return below === undefined || below.split('/').includes('..') ? undefined : below;
}

/** A volume outside of DATA_ROOT gets a folder of its own, so that equal names do not meet. */
const outside = (file: string, number: number): string =>
  `outside/${number}/${file.split('/').at(-1) ?? 'volume'}`;

/** True when two cases would write their predictions under one name. */
export function hasEqualStems(cases: readonly DatalistCase[]): boolean {
  const stems = cases.map(c => stemOf(c.image[0] ?? ''));
  return new Set(stems).size < stems.length;
}
