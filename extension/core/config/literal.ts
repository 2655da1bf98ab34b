import type { Json } from '../mmar/bundle/json.ts';
import { isLambda, placeholders, resolveText, type Variables } from '../mmar/environment.ts';
import type { CheckContext } from './context.ts';
import { fieldOf, nodeAt, type ConfigDoc, type ConfigNode } from './parse.ts';
import type { ComponentUse, ConfigModel } from './model.ts';
import { elementsOf, keyOf, textOf } from './walk.ts';

/** References that refer to references; deeper is a cycle. */
const deepest = 5;

/** A value as the run will see it; undefined: only the run knows (objects, expressions, unknown variables). */
export function literal(
  node: ConfigNode | undefined,
  model: ConfigModel,
  { variables }: CheckContext,
): Json | undefined {
  return read(node, { doc: model.doc, isBundle: model.form === 'bundle', variables, depth: 0 });
}

interface Reading {
  readonly doc: ConfigDoc;
  readonly isBundle: boolean;
  readonly variables: Variables;
  readonly depth: number;
}

function read(node: ConfigNode | undefined, reading: Reading): Json | undefined {
  if (!node || node.type === 'object') return undefined;
  if (node.type === 'array') {
    const items = (node.children ?? []).map(child => read(child, reading));
    return items.includes(undefined) ? undefined : (items as Json[]);
  }
  const text = textOf(node);
  if (text === undefined) return (node.value ?? null) as Json;
  return reading.isBundle ? readBundleText(text, reading) : readMmarText(text, reading.variables);
}

function readMmarText(text: string, variables: Variables): Json | undefined {
  if (isLambda(text) || /^[@#]/.test(text)) return undefined;
  if (!text.includes('{')) return text;
  const resolved = resolveText(text, variables);
  if (typeof resolved !== 'string') return resolved as Json;
  return placeholders().test(resolved) ? undefined : resolved;
}

function readBundleText(text: string, reading: Reading): Json | undefined {
  if (/^[$]/.test(text) || reading.depth > deepest) return undefined;
  const id = idIn(text);
  if (id === undefined) return /^[@%]/.test(text) ? undefined : text;
  return read(nodeAt(reading.doc, id), { ...reading, depth: reading.depth + 1 });
}

/** Keys and indices of `"@a::b::0"` or `"%a#b"`, alone in a text and absolute. */
export function idIn(text: string): (string | number)[] | undefined {
  const id = /^[@%]([A-Za-z_][\w:#]*)$/.exec(text)?.[1];
  return id === undefined ? undefined : idSteps(id);
}

export const idSteps = (id: string): (string | number)[] =>
  id.split(/::|#/).map(step => (/^\d+$/.test(step) ? Number(step) : step));

/** The node of an argument, if it is given. */
export const argNode = (use: ComponentUse | undefined, name: string): ConfigNode | undefined =>
  use?.args.findLast(arg => arg.name === name)?.value;

/** What an argument is; its default where it is not given; undefined where only the run knows. */
export function argValue(
  use: ComponentUse,
  name: string,
  model: ConfigModel,
  context: CheckContext,
): Json | undefined {
  const arg = use.args.findLast(given => given.name === name);
  return arg ? literal(arg.value, model, context) : context.specOf(use)?.args.get(name)?.default;
}

/** What AutoML's search fills in: these arguments are given though they are not written. */
export function searchedArgs({ object }: ComponentUse): ReadonlySet<string> {
  const applied = (fieldOf(object, 'apply')?.children ?? []).flatMap(node => keyOf(node) ?? []);
  const searched = elementsOf(fieldOf(object, 'search')).flatMap(search =>
    elementsOf(fieldOf(search, 'args')).flatMap(arg => textOf(arg)?.split('#')[0] ?? []),
  );
  return new Set([...applied, ...searched]);
}

/** One value, several, or none, as a list. */
export const listOf = (value: Json | undefined): readonly Json[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

/** The texts of a value that is one text or a list of them. */
export const textsOf = (value: Json | undefined): readonly string[] =>
  listOf(value).filter(item => typeof item === 'string');
