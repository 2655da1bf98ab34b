import { t } from '@vscode/l10n';
import type { BundleFinding } from './findings.ts';
import { isObject, textOf, type Json, type JsonObject } from './json.ts';
import {
  canonicalName,
  changedArgs,
  changedArgsOfAll,
  isClaraOnly,
  otherMeaning,
  outsideMonai,
  successors,
  type Successor,
} from './successors.ts';

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

/** What is worth telling of a component that changed. */
export interface Told {
  readonly code: BundleFinding['code'];
  readonly severity: BundleFinding['severity'];
  readonly message: string;
  /** True when a person should look at it. */
  readonly check?: true;
}

/** A component in the words of today's MONAI, torch and ignite. */
export interface Modern {
  /** The name that the component has today; as written where nothing changed. */
  readonly name: string;
  /** The same, with the import path that MONAI's bundles need for what is not MONAI's. */
  readonly target: string;
  readonly args: JsonObject;
  readonly told: readonly Told[];
}

/** Finds the successor of a component and of its arguments; BYOC is left as it is. */
export function modernise(component: JsonObject): Modern {
  const name = nameOf(component);
  const given = argsOf(component);
  if (isByoc(component)) return { name, target: name, args: given, told: [] };
  const short = shortName(component);
  const successor = successors.get(canonicalName(short)) ?? successors.get(short);
  const told: Told[] = [];
  if (isClaraOnly(name)) told.push(claraOnly(name));
  if (successor?.tell) told.push(succeeded(short, successor));
  const args = { ...given };
  for (const [old, now] of Object.entries(successor?.rename ?? {})) changeArg(args, old, now);
  told.push(...moderniseArgs(successor?.name ?? short, name, args));
  return {
    name: successor ? [...name.split('.').slice(0, -1), successor.name].join('.') : name,
    target: successor?.name ?? outsideMonai.get(name) ?? name,
    args: { ...successor?.args, ...args },
    told,
  };
}

const claraOnly = (name: string): Told => ({
  code: 'no-counterpart',
  severity: 'error',
  message: t('"{0}" exists only in Clara, AIAA or NVFlare; open MONAI has no counterpart.', name),
});

const succeeded = (short: string, { name, check }: Successor): Told => ({
  code: 'successor',
  severity: 'info',
  message: t('{0} is gone from MONAI; {1} takes its place.', short, name),
  ...(check && { check }),
});

const rewritten = (short: string, args: readonly string[]): Told => ({
  code: 'no-counterpart',
  severity: 'error',
  message: t(
    'Today {0} works in another way and would ignore {1}: write it anew.',
    short,
    args.join(', '),
  ),
});

function changeArg(args: JsonObject, old: string, now: string | null): void {
  const value = args[old];
  if (value === undefined) return;
  Reflect.deleteProperty(args, old);
  if (now !== null) args[now] ??= value;
}

/** Arguments that newer releases renamed or, worse, swallow without a word (`**kwargs`). */
function moderniseArgs(short: string, name: string, args: JsonObject): Told[] {
  const canonical = canonicalName(short);
  const changed = { ...changedArgsOfAll, ...changedArgs[canonical], ...changedArgs[short] };
  for (const [old, now] of Object.entries(changed)) changeArg(args, old, now);
  if (canonical === 'AsDiscreted') modernAsDiscrete(args);
  if (name.includes('deepgrow.transforms')) delete args['batched'];
  if (canonical === 'CastToTyped') castTypes(args);
  const foreign = (otherMeaning[short] ?? []).filter(arg => args[arg] !== undefined);
  if (foreign.length > 0) return [rewritten(short, foreign)];
  if (short !== 'PersistentDataset' || args['cache_dir'] !== undefined) return [];
  args['cache_dir'] = '{MMAR_CKPT_DIR}/cache';
  const message = t('PersistentDataset needs a cache_dir; {0} is used.', '{MMAR_CKPT_DIR}/cache');
  return [{ code: 'replaced', severity: 'info', message }];
}

/** MONAI 1.0 took n_classes, logit_thresh and threshold_values away; today `**kwargs` swallows them. */
export function modernAsDiscrete(args: JsonObject): void {
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
