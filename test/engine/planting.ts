import type { JsonPath } from '../../extension/core/config/finding.ts';
import type { JsonObject } from '../../extension/core/mmar/toBundle.ts';

/** A copy of the sample that faults are planted in. */
export interface Mmar {
  readonly train: JsonObject;
  readonly environment: JsonObject;
  /** Source of custom/contrast.py. */
  custom: string;
  /** Folder of a data set of its own. */
  readonly data: string;
}

/** Where a fault must be reported: at a path of a JSON file, or in a line of custom/contrast.py. */
export type Where =
  | {
      readonly path: JsonPath;
      readonly part?: 'key';
      readonly file?: 'environment' | 'datalist';
    }
  | { readonly line: string };

export interface Planted {
  readonly name: string;
  readonly plant: (mmar: Mmar) => void;
  readonly where: Where;
  readonly message: RegExp;
  readonly severity?: 'warning';
  /** What else it rightly brings about. */
  readonly also?: RegExp;
}

export type Component = JsonObject & { args: JsonObject };

export const part = (mmar: Mmar, section: string): JsonObject => mmar.train[section] as JsonObject;
export const components = (mmar: Mmar, section: string, list: string): Component[] =>
  part(mmar, section)[list] as Component[];

export function argsOf(mmar: Mmar, section: string, key: string): JsonObject {
  const component = part(mmar, section)[key] as Component;
  return (component.args ??= {});
}

export function find(mmar: Mmar, section: string, list: string, name: string): Component {
  const found = components(mmar, section, list).find(
    c => c['name'] === name || c['path'] === name || c['ref'] === name,
  );
  if (!found) throw new Error(`${section}.${list} has no ${name}`);
  return found;
}

export const transform = (mmar: Mmar, name: string): JsonObject =>
  find(mmar, 'train', 'pre_transforms', name).args;
export const handler = (mmar: Mmar, name: string, section = 'train'): JsonObject =>
  find(mmar, section, 'handlers', name).args;

export function rename(args: JsonObject, from: string, to: string): void {
  const value = args[from];
  if (value === undefined) throw new Error(`there is no ${from}`);
  Reflect.deleteProperty(args, from);
  args[to] = value;
}

export const drop = (args: JsonObject, name: string): void =>
  void Reflect.deleteProperty(args, name);

export const pre = (i: number, ...rest: (string | number)[]): JsonPath => [
  'train',
  'pre_transforms',
  i,
  ...rest,
];
export const single = (key: string, ...rest: (string | number)[]): JsonPath => [
  'train',
  key,
  ...rest,
];
