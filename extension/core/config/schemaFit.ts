import type { JSONSchema } from 'vscode-json-languageservice';
import { keyOf, type ConfigDoc, type ConfigNode } from './parse.ts';

/**
 * Whether a tree is valid, and nothing else: most texts are, and for them the JSON service with its messages need not
 * be asked. What is not known here, and every doubt, counts as not valid; the service then decides.
 */
export function fitsSchema(doc: ConfigDoc, schema: JSONSchema): boolean {
  return doc.root !== undefined && fitFor(schema)(doc.root, doc.text);
}

type Fit = (node: ConfigNode, text: string) => boolean;

const fits = new WeakMap<JSONSchema, Fit>();

function fitFor(schema: JSONSchema): Fit {
  const kept = fits.get(schema);
  if (kept) return kept;
  const made = compile(schema, schema);
  fits.set(schema, made);
  return made;
}

const never: Fit = () => false;
const always: Fit = () => true;

/** Words about schemas that say nothing of values. */
const silent = new Set([
  ...['$schema', '$id', 'title', 'description', 'markdownDescription', 'default', 'examples'],
  ...['definitions', 'patternErrorMessage', 'errorMessage', 'defaultSnippets', 'then', 'else'],
  ...['enumDescriptions', 'markdownEnumDescriptions', 'doNotSuggest', 'deprecationMessage'],
  ...['additionalProperties', 'properties', 'patternProperties', '$comment'],
]);

/** A schema that refers to itself must not be compiled for ever. */
function compile(schema: unknown, root: JSONSchema, made = new Map<unknown, Fit>()): Fit {
  if (schema === true || schema === undefined) return always;
  if (typeof schema !== 'object' || schema === null) return never;
  const kept = made.get(schema);
  if (kept) return kept;
  let whole: Fit = always;
  made.set(schema, (node, text) => whole(node, text));
  const inner = (part: unknown) => compile(part, root, made);
  const parts = partsOf(schema as Record<string, unknown>, root, inner);
  whole = (node, text) => parts.every(part => part(node, text));
  return whole;
}

type Compile = (part: unknown) => Fit;

function partsOf(schema: Record<string, unknown>, root: JSONSchema, inner: Compile): Fit[] {
  const parts = Object.entries(schema).flatMap(([word, value]): Fit[] => {
    if (silent.has(word)) return [];
    if (word === '$ref') return [inner(referred(root, String(value)))];
    if (word === 'if') return [conditional(schema, inner)];
    return [fitOf(word, value, inner) ?? never];
  });
  const object = ['properties', 'patternProperties', 'additionalProperties'].some(w => w in schema);
  return object ? [...parts, properties(schema, inner)] : parts;
}

function referred(root: JSONSchema, path: string): unknown {
  const name = /^#\/definitions\/(.+)$/.exec(path)?.[1];
  return name === undefined ? false : root.definitions?.[name];
}

function conditional(schema: Record<string, unknown>, inner: Compile): Fit {
  const [test, then, otherwise] = [
    inner(schema['if']),
    inner(schema['then']),
    inner(schema['else']),
  ];
  return (node, text) => (test(node, text) ? then : otherwise)(node, text);
}

/** One word of a schema; undefined: not known here. */
function fitOf(word: string, value: unknown, inner: Compile): Fit | undefined {
  switch (word) {
    case 'type':
      return typeFit(Array.isArray(value) ? (value as unknown[]) : [value]);
    case 'enum':
      return Array.isArray(value) ? node => (value as unknown[]).includes(scalarOf(node)) : never;
    case 'const':
      return node => scalarOf(node) === value;
    case 'required':
      return Array.isArray(value) ? hasAll(value as string[]) : never;
    case 'allOf':
      return every(value, inner);
    case 'anyOf':
      return some(value, inner);
    case 'items': {
      const item = inner(value);
      return (node, text) =>
        node.type !== 'array' || (node.children ?? []).every(child => item(child, text));
    }
    default:
      return typeof value === 'number' ? limit(word, value) : pattern(word, value);
  }
}

const scalarOf = (node: ConfigNode): unknown =>
  node.type === 'object' || node.type === 'array' ? node : node.value;

const every = (value: unknown, inner: Compile): Fit => {
  const parts = Array.isArray(value) ? value.map(inner) : [never];
  return (node, text) => parts.every(part => part(node, text));
};

const some = (value: unknown, inner: Compile): Fit => {
  const parts = Array.isArray(value) ? value.map(inner) : [];
  return (node, text) => parts.some(part => part(node, text));
};

const typeFit =
  (types: readonly unknown[]): Fit =>
  (node, text) => {
    if (node.type === 'number' && types.includes('integer') && !types.includes('number'))
      return (
        Number.isInteger(node.value) &&
        !text.slice(node.offset, node.offset + node.length).includes('.') // as Python reads it
      );
    return types.includes(node.type);
  };

const hasAll =
  (keys: readonly string[]): Fit =>
  node => {
    if (node.type !== 'object') return true;
    const there = new Set((node.children ?? []).map(keyOf));
    return keys.every(key => there.has(key));
  };

function limit(word: string, value: number): Fit | undefined {
  const number = (test: (given: number) => boolean): Fit => {
    return node => node.type !== 'number' || test(Number(node.value));
  };
  switch (word) {
    case 'minimum':
      return number(given => given >= value);
    case 'maximum':
      return number(given => given <= value);
    case 'exclusiveMinimum':
      return number(given => given > value);
    case 'minItems':
      return node => node.type !== 'array' || (node.children ?? []).length >= value;
    case 'minLength':
      return node => node.type !== 'string' || String(node.value).length >= value;
    default:
      return undefined;
  }
}

function pattern(word: string, value: unknown): Fit | undefined {
  if (word !== 'pattern' || typeof value !== 'string') return undefined;
  const expression = new RegExp(value, 'u');
  return node => node.type !== 'string' || expression.test(String(node.value));
}

function properties(schema: Record<string, unknown>, inner: Compile): Fit {
  const named = new Map(
    Object.entries((schema['properties'] ?? {}) as Record<string, unknown>).map(
      ([key, part]): [string, Fit] => [key, part === false ? never : inner(part)],
    ),
  );
  if (schema['patternProperties'] !== undefined) return never;
  const others = schema['additionalProperties'];
  const rest = others === false ? never : inner(others);
  return (node, text) => {
    if (node.type !== 'object') return true;
    return (node.children ?? []).every(property => {
      const value = property.children?.[1];
      const key = keyOf(property);
      if (!value || key === undefined) return false;
      return (named.get(key) ?? rest)(value, text);
    });
  };
}
