import type { Json } from '../mmar/bundle/json.ts';
import type { CheckContext } from './context.ts';
import type { FlowRule } from './dataFlow.ts';
import { argNode, argValue, listOf } from './literal.ts';
import type { ComponentUse, ConfigModel } from './model.ts';
import type { ConfigNode } from './parse.ts';
import type { Step, TransformList } from './transformLists.ts';

/** The keys that an item has; open: it may have others, too. */
export interface Keys {
  readonly known: ReadonlySet<string>;
  readonly isOpen: boolean;
  /** Key -> the transform that took it away. */
  readonly dropped: ReadonlyMap<string, string>;
}

/** A key that a transform reads. */
export interface KeyRead {
  readonly key: string;
  readonly step: Step;
  /** What names it: an element of an argument, the argument, or the transform itself. */
  readonly node: ConfigNode;
  /** What there is at this point. */
  readonly keys: Keys;
  readonly isOptional: boolean;
}

export interface Flow {
  readonly reads: readonly KeyRead[];
  /** undefined: nobody knows what is left. */
  readonly end: Keys | undefined;
}

interface State {
  keys: Keys | undefined;
  readonly reads: KeyRead[];
}

/** Follows the keys of an item through a list; `start` undefined: they begin with what is loaded first. */
export function followKeys(
  model: ConfigModel,
  context: CheckContext,
  list: TransformList,
  start?: Keys,
): Flow {
  const state: State = { keys: start, reads: [] };
  for (const step of list.steps) follow(state, step, model, context);
  const end = list.isWhole ? state.keys : undefined;
  return { reads: state.reads, end };
}

function follow(state: State, step: Step, model: ConfigModel, context: CheckContext): void {
  const { use, spec } = step;
  const rule = spec && context.known?.flow.ruleOf(spec);
  if (!use || !spec || !rule) {
    state.keys = state.keys && opened(state.keys);
    return;
  }
  const named = namer(use, model, context);
  const written = [...rule.reads, ...rule.writes].map(named);
  if (written.some(keys => keys === undefined)) {
    state.keys = state.keys && opened(state.keys);
    return;
  }
  if (/^LoadImaged$/.test(spec.name) && !state.keys)
    state.keys = { known: new Set(named('keys') ?? []), isOpen: false, dropped: new Map() };
  if (!state.keys) return;
  noteReads(state, step, use, rule, named, model, context);
  state.keys = after(state.keys, use, spec.name, rule, { named, model, context });
}

type Named = (arg: string) => readonly string[] | undefined;

/** The keys that an argument holds; undefined: only the run knows. */
function namer(use: ComponentUse, model: ConfigModel, context: CheckContext): Named {
  return arg => {
    const value = argValue(use, arg, model, context);
    if (value === undefined) return argNode(use, arg) ? undefined : [];
    const all = flat(listOf(value));
    return all.every(key => typeof key === 'string') ? all : undefined;
  };
}

const flat = (values: readonly Json[]): readonly Json[] =>
  values.flatMap(value => (Array.isArray(value) ? flat(value) : [value])).filter(v => v !== null);

function noteReads(
  { keys, reads }: State,
  step: Step,
  use: ComponentUse,
  rule: FlowRule,
  named: Named,
  model: ConfigModel,
  context: CheckContext,
): void {
  if (!keys) return;
  const isOptional = argValue(use, 'allow_missing_keys', model, context) !== false;
  const lenient = argNode(use, 'allow_missing_keys') !== undefined && isOptional;
  for (const arg of rule.reads)
    for (const key of named(arg) ?? [])
      reads.push({ key, step, node: nodeOf(step, use, arg, key), keys, isOptional: lenient });
}

/** In a ref the words of another place must not be underlined. */
function nodeOf(step: Step, use: ComponentUse, arg: string, key: string): ConfigNode {
  const node = argNode(use, arg);
  if (!step.isOwn || !node) return step.at;
  const element = node.children?.find(child => child.value === key);
  return element ?? node;
}

interface Around {
  readonly named: Named;
  readonly model: ConfigModel;
  readonly context: CheckContext;
}

function after(keys: Keys, use: ComponentUse, name: string, rule: FlowRule, around: Around): Keys {
  const { named, model, context } = around;
  const of = (args: readonly string[]) => args.flatMap(arg => named(arg) ?? []);
  const kept = of(rule.keeps);
  const known = new Set(rule.keeps.length > 0 ? kept : keys.known);
  const dropped = new Map(keys.dropped);
  if (rule.keeps.length > 0)
    for (const key of keys.known) if (!known.has(key)) dropped.set(key, name);
  for (const key of of(rule.drops)) {
    known.delete(key);
    dropped.set(key, name);
  }
  for (const key of [...of(rule.writes), ...made(use, rule, around)]) {
    known.add(key);
    dropped.delete(key);
  }
  const opens = rule.openIf.some(arg => {
    const node = argNode(use, arg);
    return node !== undefined && argValue(use, arg, model, context) !== false;
  });
  return { known, dropped, isOpen: (keys.isOpen && rule.keeps.length === 0) || rule.open || opens };
}

/** `{k}_meta_dict` and the like. */
function made(use: ComponentUse, rule: FlowRule, { named, model, context }: Around): string[] {
  return rule.makes.flatMap(({ pattern, when }) => {
    const applies = Object.entries(when).every(
      ([arg, value]) => argValue(use, arg, model, context) === value,
    );
    if (!applies) return [];
    const ready = pattern.replace(/\{(\w+)\}/g, (whole, arg: string) => {
      if (arg === 'k') return whole;
      const value = argValue(use, arg, model, context);
      return typeof value === 'string' ? value : whole;
    });
    return ready.includes('{k}')
      ? (named('keys') ?? []).map(key => ready.replaceAll('{k}', key))
      : [ready];
  });
}

const opened = (keys: Keys): Keys => ({ ...keys, isOpen: true });
