import type { JsonPath } from '../../config/finding.ts';
import { isDisabled } from '../../mmar/bundle/top.ts';
import { shortName } from '../../mmar/bundle/modernise.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from '../../mmar/bundle/json.ts';
import { successors } from '../../mmar/bundle/successors.ts';
import type { PreflightConfig } from './report.ts';

/** The MMAR's configs by what the preflight calls them, and its variables. */
export interface PlaceSources {
  readonly train: JsonObject;
  readonly validation: JsonObject | undefined;
  readonly inference: JsonObject | undefined;
  readonly environment: JsonObject;
}

export interface MmarPlace {
  readonly config: PreflightConfig | 'environment';
  readonly path: JsonPath;
  /** Where the `ref` stands that brought what is at `path` into `validate`. */
  readonly ref?: JsonPath;
}

/** An id of the bundle, an argument below it, and the class that stands there. */
export interface BundlePlace {
  readonly config: PreflightConfig;
  readonly id: string;
  readonly arg: readonly (string | number)[];
  readonly target: string;
}

const transformLists: Readonly<Record<string, string>> = {
  preprocessing: 'pre_transforms',
  postprocessing: 'post_transforms',
};

/** Ids that the compiler writes under other names than the MMAR has. */
const topNames: Readonly<Record<string, string>> = {
  network: 'model',
  network_def: 'model',
  loss: 'loss',
  optimizer: 'optimizer',
  lr_scheduler: 'lr_scheduler',
};

/**
 * Where in the MMAR an id of its bundle comes from (the compiler's `bundle/*.ts` read backwards); undefined for what
 * only the bundle has. Positions in lists are looked for by class, since the compiler leaves some components out.
 */
export function placeOf(wanted: BundlePlace, sources: PlaceSources): MmarPlace | undefined {
  const [head = '', ...rest] = wanted.id.split('::');
  const flat = wanted.config === 'train' ? undefined : sources[wanted.config];
  if (wanted.config !== 'train' && !(head in topNames))
    return flat && head !== '' ? inPart([head, ...rest], flat, [], wanted, sources) : undefined;
  const top = topNames[head];
  if (top !== undefined) return topComponent(top, rest, wanted, sources);
  if (head === 'train' || head === 'validate') {
    const part = sources.train[head];
    return isObject(part) ? inPart(rest, part, [head], wanted, sources) : undefined;
  }
  return variablePlace(head === 'initialize' ? 'determinism' : head, sources);
}

/** Where a variable of the MMAR gets its value. */
export function variablePlace(name: string, sources: PlaceSources): MmarPlace | undefined {
  if (Object.hasOwn(sources.environment, name)) return { config: 'environment', path: [name] };
  return Object.hasOwn(sources.train, name) ? { config: 'train', path: [name] } : undefined;
}

/** A component that stands alone, or the enabled one of several. The network of a flat config may be its own. */
function topComponent(
  name: string,
  rest: readonly string[],
  wanted: BundlePlace,
  sources: PlaceSources,
): MmarPlace | undefined {
  const own = wanted.config === 'train' ? undefined : ownModel(sources[wanted.config]);
  if (own) return inComponent(own.component, own.path, rest, wanted, wanted.config);
  const part = isObject(sources.train['train']) ? sources.train['train'] : {};
  const value = part[name];
  const path: JsonPath = ['train', name];
  if (isObject(value)) return inComponent(value, path, rest, wanted, 'train');
  if (!isList(value)) return undefined;
  const variables = { ...sources.train, ...sources.environment };
  const on = value.findIndex(item => isObject(item) && !isDisabled(item, variables));
  const at = Math.max(0, on);
  const chosen = value[at];
  return isObject(chosen)
    ? inComponent(chosen, [...path, at], rest, wanted, 'train')
    : { config: 'train', path };
}

function ownModel(
  config: JsonObject | undefined,
): { component: JsonObject; path: JsonPath } | undefined {
  const model = config?.['model'];
  const all = isList(model) ? model : model === undefined ? [] : [model];
  const at = all.findIndex(item => isObject(item) && ('name' in item || 'path' in item));
  const component = all[at];
  return isObject(component)
    ? { component, path: isList(model) ? ['model', at] : ['model'] }
    : undefined;
}

/** An id within `train`, `validate` or a flat config. */
function inPart(
  [head = '', ...rest]: readonly string[],
  part: JsonObject,
  path: JsonPath,
  wanted: BundlePlace,
  sources: PlaceSources,
): MmarPlace {
  const { config } = wanted;
  const list = transformLists[head];
  if (list !== undefined || head === 'handlers') {
    const [index, ...below] = head === 'handlers' ? rest : rest.slice(1);
    return inList({ key: list ?? head, index, below }, part, path, wanted, sources);
  }
  if (head === 'key_metric' || head === 'additional_metrics')
    return inMetrics(head, rest, part, path, wanted);
  if (rest[0] === 'iteration_update' && isObject(part['iteration']))
    return inComponent(part['iteration'], [...path, 'iteration'], rest.slice(1), wanted, config);
  const component = part[head];
  if (!isObject(component)) return { config, path: [...path, head] };
  if (head === 'dataset' && rest[0] === 'data') {
    const key = ['data_list_key', 'data_list_file_path'].find(name => name in component);
    return { config, path: [...path, head, ...(key === undefined ? [] : [key])] };
  }
  return inComponent(component, [...path, head], rest, wanted, config);
}

function inList(
  { key, index, below }: { key: string; index: string | undefined; below: readonly string[] },
  part: JsonObject,
  path: JsonPath,
  wanted: BundlePlace,
  sources: PlaceSources,
): MmarPlace {
  const { config } = wanted;
  const list = part[key];
  const trained = isObject(sources.train['train']) ? sources.train['train'][key] : undefined;
  const byRef = (item: Json): number => {
    const name = isObject(item) && typeof item['ref'] === 'string' ? item['ref'] : undefined;
    if (name === undefined || !isList(trained)) return -1;
    return trained.findIndex(other => isObject(other) && other['name'] === name);
  };
  const meant = (item: Json): Json => (isList(trained) ? (trained[byRef(item)] ?? item) : item);
  if (!isList(list) || index === undefined) return { config, path: [...path, key] };
  const at = nearest(list.map(meant), Number(index), wanted.target);
  const item = at === undefined ? undefined : list[at];
  if (at === undefined || !isObject(item)) return { config, path: [...path, key] };
  const here = [...path, key, at];
  const source = isList(trained) ? trained[byRef(item)] : undefined;
  if (!isObject(source)) return inComponent(item, here, below, wanted, config);
  const target = inComponent(source, ['train', key, byRef(item)], below, wanted, 'train');
  return { ...target, ref: [...here, 'ref'] };
}

/** The place in a list where the class stands, the nearest to the index; the index itself where no class is known. */
function nearest(list: readonly Json[], index: number, target: string): number | undefined {
  const wanted = target.split('.').at(-1) ?? '';
  if (wanted === '') return index < list.length ? index : undefined;
  const hits = list.flatMap((item, i) => (isObject(item) && isClass(item, wanted) ? [i] : []));
  return hits.toSorted((a, b) => Math.abs(a - index) - Math.abs(b - index))[0];
}

function isClass(component: JsonObject, wanted: string): boolean {
  const short = shortName(component);
  return short === wanted || successors.get(short)?.name === wanted;
}

/** Metrics stand under their labels; dialect 4.0 keeps all in one list. */
function inMetrics(
  head: string,
  [label = '', ...rest]: readonly string[],
  part: JsonObject,
  path: JsonPath,
  wanted: BundlePlace,
): MmarPlace {
  for (const key of [head, 'metrics']) {
    const value = part[key];
    const all = isList(value) ? value : value === undefined ? [] : [value];
    const at = all.findIndex(
      item => isObject(item) && (textOf(item['log_label']) || shortName(item)) === label,
    );
    const component = all[at];
    if (!isObject(component)) continue;
    const here = isList(value) ? [...path, key, at] : [...path, key];
    return inComponent(component, here, rest, wanted, wanted.config);
  }
  return { config: wanted.config, path: [...path, head] };
}

/** Names that the compiler gave to arguments of the MMAR, with those that they may have had. */
const oldNames: Readonly<Record<string, readonly string[]>> = {
  spatial_dims: ['dimensions'],
  threshold: ['threshold_values', 'logit_thresh'],
  to_onehot: ['n_classes', 'num_classes'],
  num_classes: ['n_classes'],
};

/** An argument of a component where it is written; else the component's name, which stands for the whole. */
function inComponent(
  component: JsonObject,
  path: JsonPath,
  below: readonly string[],
  wanted: BundlePlace,
  config: PreflightConfig,
): MmarPlace {
  const name = typeof component['path'] === 'string' ? 'path' : 'name';
  const whole = { config, path: name in component ? [...path, name] : path };
  const steps = [...below.map(step => (/^\d+$/.test(step) ? Number(step) : step)), ...wanted.arg];
  const [first, ...rest] = steps;
  if (first === '_disabled_') return { config, path: [...path, 'disabled'] };
  const args = isObject(component['args']) ? component['args'] : {};
  if (typeof first !== 'string') return whole;
  const written = [first, ...(oldNames[first] ?? [])].find(key => Object.hasOwn(args, key));
  if (written === undefined) return whole;
  return { config, path: [...path, 'args', written, ...existing(args[written], rest)] };
}

/** As many of the steps as lead to something. */
function existing(
  value: Json | undefined,
  [first, ...rest]: readonly (string | number)[],
): (string | number)[] {
  if (first === undefined) return [];
  const next = isList(value)
    ? value[Number(first)]
    : isObject(value)
      ? value[String(first)]
      : undefined;
  return next === undefined ? [] : [first, ...existing(next, rest)];
}
