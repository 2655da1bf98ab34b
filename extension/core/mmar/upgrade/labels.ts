import type { JsonPath } from '../../config/finding.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from '../bundle/json.ts';
import { modernise } from '../bundle/modernise.ts';
import { changeEntry, withKeys, type Work } from './part.ts';

/** A `ref` of `validate` names a component of the same list in `train` by its label, the `name`. */
const lists = ['pre_transforms', 'post_transforms'] as const;

const listIn = (config: JsonObject, section: string, key: string): JsonObject[] => {
  const part = config[section];
  const value = isObject(part) ? part[key] : undefined;
  return isList(value) ? value.filter(isObject) : [];
};

/** May a component take a new label? Not one that a `ref` would then find twice. */
export function freeLabels(
  config: JsonObject,
): (path: JsonPath, old: string, now: string) => boolean {
  const labels = new Map<string, string[]>(
    lists.map(key => [key, listIn(config, 'train', key).map(labelToday)]),
  );
  const refs = new Map<string, Set<string>>(
    lists.map(key => [key, new Set(listIn(config, 'validate', key).map(c => textOf(c['ref'])))]),
  );
  return (path, old, now) => {
    const [section, key] = [path[0], String(path[1])];
    if (section !== 'train' || path.length !== 3 || !labels.has(key)) return true;
    const isUsed = refs.get(key)?.has(old) === true || refs.get(key)?.has(now) === true;
    return !isUsed || labels.get(key)?.filter(label => label === now).length === 1;
  };
}

/** The label that a component would have. */
const labelToday = (component: JsonObject): string =>
  typeof component['path'] === 'string' ? textOf(component['name']) : modernise(component).name;

/** Refs follow the labels. `renamed`: "pre_transforms AddChanneld" -> "EnsureChannelFirstd". */
export function renameRefs(
  work: Work,
  config: JsonObject,
  renamed: ReadonlyMap<string, string>,
): JsonObject {
  const validate = config['validate'];
  if (!isObject(validate)) return config;
  const made = lists.reduce(
    (value, key) =>
      changeEntry(work, { value, path: ['validate'] }, key, component => {
        const now: Json | undefined = renamed.get(`${key} ${textOf(component['ref'])}`);
        return now === undefined ? component : withKeys(work, component, { ref: now });
      }),
    validate,
  );
  return made === validate ? config : withKeys(work, config, { validate: made });
}
