import type { JsonPath } from '../../config/finding.ts';
import { isList, isObject, type Json, type JsonObject } from '../bundle/json.ts';
import { withKeys, type Work } from './part.ts';

const notComponents: ReadonlySet<string> = new Set([
  'search',
  'apply',
  'input',
  'output',
  'servers',
]);

/** Changes every component below a value, the inner ones first; what is no component stays as it is. */
export function eachWithin(
  work: Work,
  value: JsonObject,
  path: JsonPath,
  change: (component: JsonObject, path: JsonPath) => JsonObject,
): JsonObject {
  const changed = Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
    const now = notComponents.has(key) ? inner : within(work, inner, [...path, key], change);
    return now === inner ? [] : [[key, now]];
  });
  const made = changed.length > 0 ? withKeys(work, value, Object.fromEntries(changed)) : value;
  return isComponent(value, path) ? change(made, path) : made;
}

function within(
  work: Work,
  value: Json,
  path: JsonPath,
  change: (component: JsonObject, path: JsonPath) => JsonObject,
): Json {
  if (isObject(value)) return eachWithin(work, value, path, change);
  if (!isList(value)) return value;
  const items = value.map((item, i) => within(work, item, [...path, i], change));
  return items.some((item, i) => item !== value[i]) ? work.origins.keep(value, items) : value;
}

/** Below `args` a name may be anything: only an import path, or one with args of its own, is a class. */
function isComponent(value: JsonObject, path: JsonPath): boolean {
  if (path.length === 0) return false;
  if (typeof value['path'] === 'string') return true;
  if (typeof value['name'] !== 'string') return false;
  if (!path.includes('args')) return true;
  return path.at(-1) !== 'args' && isObject(value['args']);
}
