import { t } from '@vscode/l10n';
import type { JsonPath } from '../../config/finding.ts';
import type { Notes } from './findings.ts';
import { isObject, textOf, type Json, type JsonObject } from './json.ts';
import { isClaraOnly, outsideMonai, successors } from './successors.ts';
import type { Section, Values } from './values.ts';

const understood: ReadonlySet<string> = new Set([
  'name',
  'path',
  'args',
  'disabled',
  'rank',
  'log_label',
  'is_key_metric',
  'data_list_file_path',
  'data_file_base_dir',
  'data_list_key',
]);

export const nameOf = (component: JsonObject): string =>
  textOf(component['path'] ?? component['name']);

/** The class without its module. */
export const shortName = (component: JsonObject): string =>
  nameOf(component).split('.').at(-1) ?? '';

/** True for a class of the MMAR's own `custom/`, which keeps its arguments untouched. */
export const isByoc = (component: JsonObject): boolean =>
  typeof component['path'] === 'string' &&
  !/^(monai|torch|ignite|numpy)\./.test(component['path']) &&
  !isClaraOnly(component['path']);

export const argsOf = (component: JsonObject): JsonObject =>
  isObject(component['args']) ? component['args'] : {};

export interface ComponentContext {
  readonly values: Values;
  readonly notes: Notes;
}

/**
 * `{name | path, args, disabled, rank}` of an MMAR as `{_target_, ..., _disabled_}` of a MONAI Bundle.
 * `wiring` is what Clara fills in by itself in dialect 4.0; what the config says wins.
 */
export function translateComponent(
  { values, notes }: ComponentContext,
  component: JsonObject,
  section: Section,
  path: JsonPath,
  wiring: JsonObject = {},
): JsonObject {
  noteUnderstood(component, path, notes);
  const { target, args } = modernise(component, path, notes);
  const made: JsonObject = { _target_: target };
  for (const [key, value] of Object.entries(args))
    made[key] = values.translate(value, section, [...path, 'args', key]);
  for (const [key, value] of Object.entries(wiring)) if (!(key in made)) made[key] = value;
  const off = disabledWhen(component, section, path, values);
  if (off !== undefined) made['_disabled_'] = off;
  return made;
}

function disabledWhen(
  component: JsonObject,
  section: Section,
  path: JsonPath,
  values: Values,
): Json | undefined {
  const flag = component['disabled'];
  const rank = component['rank'];
  const given =
    flag === undefined ? undefined : values.translate(flag, section, [...path, 'disabled']);
  if (typeof rank !== 'number') return given;
  const otherRank = `@rank != ${rank}`;
  return flag === undefined
    ? `$${otherRank}`
    : `$${otherRank} or ${values.expression(flag, section, [...path, 'disabled'])}`;
}

function noteUnderstood(component: JsonObject, path: JsonPath, notes: Notes): void {
  for (const key of Object.keys(component)) {
    if (understood.has(key)) continue;
    const automl = key === 'search' || key === 'apply';
    notes.add(
      'no-counterpart',
      'warning',
      [...path, key],
      automl
        ? t(
            '"{0}" is Clara AutoML, which a MONAI Bundle does not have; the values written here are used.',
            key,
          )
        : t('"{0}" has no counterpart in a MONAI Bundle and is left out.', key),
    );
  }
}

function modernise(
  component: JsonObject,
  path: JsonPath,
  notes: Notes,
): { target: string; args: JsonObject } {
  const name = nameOf(component);
  const args = { ...argsOf(component) };
  if (isByoc(component)) return { target: name, args };
  if (isClaraOnly(name))
    notes.add(
      'no-counterpart',
      'error',
      path,
      t('"{0}" exists only in Clara, AIAA or NVFlare; open MONAI has no counterpart.', name),
    );
  const short = shortName(component);
  const successor = successors.get(short);
  if (successor) {
    for (const [old, now] of Object.entries(successor.rename ?? {})) renameArg(args, old, now);
    if (successor.tell)
      notes.add(
        'successor',
        'info',
        path,
        t('{0} is gone from MONAI; {1} takes its place.', short, successor.name),
      );
  }
  moderniseArgs(short, name, args, notes, path);
  const target = successor?.name ?? outsideMonai.get(name) ?? name;
  return { target, args: { ...successor?.args, ...args } };
}

function renameArg(args: JsonObject, old: string, now: string): void {
  const value = args[old];
  if (value === undefined) return;
  Reflect.deleteProperty(args, old);
  args[now] ??= value;
}

/** Arguments that newer releases renamed or, worse, swallow without a word (`**kwargs`). */
function moderniseArgs(
  short: string,
  name: string,
  args: JsonObject,
  notes: Notes,
  path: JsonPath,
): void {
  renameArg(args, 'dimensions', 'spatial_dims');
  if (/^AsDiscrete(d|D|Dict)$/.test(short)) asDiscrete(args);
  if (/^(Invert|SaveImage)(d|D|Dict)$/.test(short)) delete args['meta_keys'];
  if (args['device'] === 'cuda') args['device'] = '{device}';
  if (name.includes('deepgrow.transforms')) delete args['batched'];
  if (/^CastToType(d|D|Dict)$/.test(short)) castTypes(args);
  if (short === 'PersistentDataset' && args['cache_dir'] === undefined) {
    args['cache_dir'] = '{MMAR_CKPT_DIR}/cache';
    notes.add(
      'replaced',
      'info',
      path,
      t('PersistentDataset needs a cache_dir; {0} is used.', '{MMAR_CKPT_DIR}/cache'),
    );
  }
}

/** MONAI 1.0 took n_classes, logit_thresh and threshold_values away; today `**kwargs` swallows them. */
function asDiscrete(args: JsonObject): void {
  const classes = args['n_classes'] ?? args['num_classes'];
  delete args['n_classes'];
  delete args['num_classes'];
  const oneHot = args['to_onehot'];
  if (oneHot === true && classes !== undefined) args['to_onehot'] = classes;
  else if (oneHot === false) delete args['to_onehot'];
  else if (Array.isArray(oneHot) && oneHot.some(v => typeof v === 'boolean'))
    args['to_onehot'] = oneHot.map(v => (v === true ? (classes ?? null) : v === false ? null : v));
  const level = args['logit_thresh'] ?? 0.5;
  const flag = args['threshold_values'];
  delete args['logit_thresh'];
  delete args['threshold_values'];
  if (flag === true) args['threshold'] ??= level;
  else if (Array.isArray(flag))
    args['threshold'] ??= flag.map((v, i) =>
      v === true ? (Array.isArray(level) ? (level[i] ?? 0.5) : level) : null,
    );
}

/** `torch.float32` and `np.float32` were accepted as text; today they must be objects. */
function castTypes(args: JsonObject): void {
  const cast = (value: Json): Json =>
    typeof value === 'string'
      ? value.replace(/^(torch|np|numpy)\./, '')
      : Array.isArray(value)
        ? value.map(cast)
        : value;
  if (args['dtype'] !== undefined) args['dtype'] = cast(args['dtype']);
}
