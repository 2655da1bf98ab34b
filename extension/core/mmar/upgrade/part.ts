import type { JsonPath } from '../../config/finding.ts';
import { isList, isObject, type Json, type JsonObject } from '../bundle/json.ts';
import { argsOf } from '../bundle/modernise.ts';
import type { Origins } from './origins.ts';
import type { UpgradeBook } from './notes.ts';

/** What the steps of an upgrade work with. */
export interface Work {
  readonly origins: Origins;
  readonly book: UpgradeBook;
  /** The whole file as it was. */
  readonly config: JsonObject;
  /** True for validation and inference, whose parts lie at the top. */
  readonly flat: boolean;
  readonly target: '4.1' | 'monai';
}

/** `train`, `validate`, or a whole flat config. */
export interface Part {
  readonly value: JsonObject;
  readonly path: JsonPath;
}

/** A step changes a part, or gives the same object back. */
export type Step = (work: Work, part: Part) => JsonObject;

/** The part with other values for some keys; keys that are new come last. */
export const withKeys = ({ origins }: Work, value: JsonObject, keys: JsonObject): JsonObject =>
  origins.keep(value, { ...value, ...keys });

export const withoutKeys = (
  { origins }: Work,
  value: JsonObject,
  keys: readonly string[],
): JsonObject =>
  keys.some(key => key in value)
    ? origins.keep(
        value,
        Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))),
      )
    : value;

/** The component with other arguments; the same object where nothing differs. */
export function withArgs(work: Work, component: JsonObject, args: JsonObject): JsonObject {
  const old = component['args'];
  const made = isObject(old) ? work.origins.keep(old, args) : args;
  return withKeys(work, component, { args: made });
}

/** Adds arguments that the component does not have, before the others; gives the names added. */
export function addArgs(
  work: Work,
  component: JsonObject,
  wanted: JsonObject,
): { component: JsonObject; added: string[] } {
  const given = argsOf(component);
  const added = Object.keys(wanted).filter(name => !(name in given));
  if (added.length === 0) return { component, added };
  const missing = Object.fromEntries(added.map(name => [name, wanted[name] ?? null]));
  return { component: withArgs(work, component, { ...missing, ...given }), added };
}

/** Changes the component or, in a list of alternatives or a list of components, each of them. */
export function eachComponent(
  { origins }: Work,
  value: Json | undefined,
  path: JsonPath,
  change: (component: JsonObject, path: JsonPath) => JsonObject,
): Json | undefined {
  if (isObject(value)) return change(value, path);
  if (!isList(value)) return value;
  const items = value.map((item, i) => (isObject(item) ? change(item, [...path, i]) : item));
  return items.some((item, i) => item !== value[i]) ? origins.keep(value, items) : value;
}

/** The part with one of its entries changed; as it was where there is none or nothing changed. */
export function changeEntry(
  work: Work,
  { value, path }: Part,
  key: string,
  change: (component: JsonObject, path: JsonPath) => JsonObject,
): JsonObject {
  const old = value[key];
  const now = eachComponent(work, old, [...path, key], change);
  return now === undefined || now === old ? value : withKeys(work, value, { [key]: now });
}

export const listOf = (part: Part, key: string): JsonObject[] => {
  const value = part.value[key];
  return isList(value) ? value.filter(isObject) : [];
};
