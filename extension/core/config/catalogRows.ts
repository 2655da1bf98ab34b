import type { Json } from '../mmar/bundle/json.ts';
import {
  componentKinds,
  type ArgSpec,
  type ComponentKind,
  type Deprecation,
  type ListedValue,
} from './spec.ts';

/**
 * A release as mmar-schemas/tools/harvest writes it. Numbers index the tables; texts that repeat are
 * kept once. Decoding a row costs more than parsing it, so it waits for the first look-up.
 */
export interface ReleaseFile {
  readonly format: 1;
  readonly label: string;
  /** Package -> release, as installed when it was harvested. */
  readonly packages: Readonly<Record<string, string>>;
  /** Modules of which every public name is here: "monai" with all below it, others just themselves. */
  readonly covers: readonly string[];
  readonly kinds: readonly string[];
  readonly modules: readonly string[];
  readonly types: readonly string[];
  readonly values: readonly (readonly ListedValue[])[];
  readonly items: readonly ItemRow[];
}

/** Public module -1: only where it is defined. Aliases 0: none. */
export type ItemRow = readonly [
  name: string,
  kind: number,
  module: number,
  publicModule: number,
  aliases: 0 | readonly string[],
  args: readonly ArgRow[],
  extra?: ItemExtra,
];

/** A name with stars takes whatever is left. An absent default without flag 1 is None. */
export type ArgRow = readonly [
  name: string,
  type: number,
  flags: number,
  value?: Json,
  listed?: number | null,
  deprecation?: Deprecation | null,
];

export interface ItemExtra {
  /** Members of an enum. */
  readonly e?: readonly ListedValue[];
  readonly d?: Deprecation;
  /** Further public modules. */
  readonly p?: readonly number[];
  /** Outdated arguments that only `**kwargs` takes. */
  readonly g?: readonly (readonly [name: string, deprecation: Deprecation])[];
  /** Where `**kwargs` is handed on: module, name, arguments that are given there already. */
  readonly k?: readonly [module: number, name: string, given?: readonly string[]];
  /** `**kwargs` is 1 never read, 2 refused whatever it holds. */
  readonly i?: 1 | 2;
  /** 1: a base class lies outside what was harvested and hides the signature. */
  readonly o?: 1;
}

const flag = { required: 1, keywordOnly: 2, expression: 4, closed: 8 } as const;

const kinds: ReadonlySet<string> = new Set(componentKinds);

/** A kind of a newer harvester is a plain class here. */
export function kindOf(file: ReleaseFile, row: ItemRow): ComponentKind {
  const kind = file.kinds[row[1]] ?? '';
  return kinds.has(kind) ? (kind as ComponentKind) : 'class';
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function decodeArg(file: ReleaseFile, row: ArgRow): ArgSpec {
  const [name, type, flags, value, listed, deprecation] = row;
  const arg: Mutable<ArgSpec> = {
    name,
    type: file.types[type] ?? '',
    required: (flags & flag.required) !== 0,
    keywordOnly: (flags & flag.keywordOnly) !== 0,
    values: (listed == null ? undefined : file.values[listed]) ?? none,
    closed: (flags & flag.closed) !== 0,
  };
  if ((flags & flag.expression) !== 0) arg.defaultText = typeof value === 'string' ? value : '';
  else if (!arg.required) arg.default = value ?? null;
  if (deprecation) arg.deprecation = deprecation;
  return arg;
}

const none: readonly ListedValue[] = [];

/** An argument of which no more is known than that it is taken. */
export function bareArg(name: string, deprecation?: Deprecation): ArgSpec {
  const unknown = { type: '', required: false, keywordOnly: true, values: [], closed: false };
  return { name, ...unknown, ...(deprecation && { deprecation }) };
}

export function parseRelease(text: string): ReleaseFile {
  const file = JSON.parse(text) as Partial<ReleaseFile> | null;
  if (file?.format !== 1 || !Array.isArray(file.items))
    throw new Error('not a component catalogue of format 1');
  return file as ReleaseFile;
}
