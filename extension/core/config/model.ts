import { dialectOf, type Dialect } from '../mmar/dialect.ts';
import type { CheckedKind } from './kinds.ts';
import type { JsonPath } from './finding.ts';
import { fieldOf, keyOf, valueOf, type ConfigDoc, type ConfigNode } from './parse.ts';
import { textOf, textValues, type TextValue } from './walk.ts';

/** An argument as it is written. `value` is absent while somebody types. */
export interface ArgUse {
  readonly name: string;
  readonly key: ConfigNode;
  readonly value: ConfigNode | undefined;
}

/** A class or function that a config names: `{name or path, args}` of an MMAR, `{_target_, ...}` of a bundle. */
export interface ComponentUse {
  readonly object: ConfigNode;
  /** As written: a short name, an alias, or an import path. */
  readonly name: string;
  /** The text that names it: the value of `path`, `name` or `_target_`. */
  readonly nameNode: ConfigNode;
  /** What a `ref` calls it; MMARs only. */
  readonly label: string | undefined;
  readonly args: readonly ArgUse[];
  /** The object that holds the arguments; in a bundle the component itself. */
  readonly argsNode: ConfigNode | undefined;
  readonly path: JsonPath;
  /**
   * What receives it. MMAR: the key of the section (`loss`, `pre_transforms`), undefined below `args`.
   * Bundle: the arguments that take it, directly or by `@id`; an id itself says nothing.
   */
  readonly receivers: readonly string[];
}

/** `{"ref": NAME}` of an MMAR's validate section. */
export interface RefUse {
  readonly object: ConfigNode;
  readonly node: ConfigNode;
  readonly name: string;
  readonly path: JsonPath;
}

export type Form = Dialect | 'bundle';

/** A config as what it means: what all checks and language features start from. */
export interface ConfigModel {
  readonly doc: ConfigDoc;
  readonly kind: CheckedKind | undefined;
  readonly form: Form;
  /** The plain value of the whole. */
  readonly value: unknown;
  /** In document order, nested ones after what holds them. */
  readonly components: readonly ComponentUse[];
  readonly refs: readonly RefUse[];
  /** Every text value, keys left out. */
  readonly texts: readonly TextValue[];
}

/** Reads the meaning out of a document. Never throws; a broken text gives less. */
export function makeModel(doc: ConfigDoc, kind: CheckedKind | undefined): ConfigModel {
  const value = valueOf(doc);
  const texts = textValues(doc.root);
  const form: Form = kind === 'bundle' ? 'bundle' : dialectOf(value);
  const found: Found = { components: [], refs: [] };
  collect(doc.root, [], form, found);
  const components = form === 'bundle' ? withReceivers(found.components, texts) : found.components;
  return { doc, kind, form, value, components, refs: found.refs, texts };
}

interface Found {
  readonly components: ComponentUse[];
  readonly refs: RefUse[];
}

function collect(node: ConfigNode | undefined, path: JsonPath, form: Form, found: Found): void {
  if (node?.type === 'object') {
    const component = form === 'bundle' ? bundleComponent(node, path) : mmarComponent(node, path);
    if (component) found.components.push(component);
    const ref = form === 'bundle' ? undefined : refOf(node, path);
    if (ref) found.refs.push(ref);
    for (const property of node.children ?? [])
      collect(property.children?.[1], [...path, keyOf(property) ?? ''], form, found);
  } else if (node?.type === 'array')
    node.children?.forEach((child, i) => collect(child, [...path, i], form, found));
}

const argsOf = (object: ConfigNode | undefined): ArgUse[] =>
  object?.type !== 'object'
    ? []
    : (object.children ?? []).flatMap(property => {
        const [key, value] = property.children ?? [];
        return key ? [{ name: keyOf(property) ?? '', key, value }] : [];
      });

function bundleComponent(object: ConfigNode, path: JsonPath): ComponentUse | undefined {
  const nameNode = fieldOf(object, '_target_');
  const name = textOf(nameNode);
  if (!nameNode || name === undefined) return undefined;
  const args = argsOf(object).filter(arg => !/^_\w+_$/.test(arg.name));
  const holder = path.findLast(step => typeof step === 'string');
  const receivers = path.length > 1 && typeof holder === 'string' ? [holder] : [];
  return { object, name, nameNode, label: undefined, args, argsNode: object, path, receivers };
}

/** The keys that an MMAR's component may have; an object with another one is data of somebody else's. */
const componentKeys = new Set([
  ...['name', 'path', 'args', 'disabled', 'rank', 'log_label', 'is_key_metric', 'search', 'apply'],
  ...['data_list_file_path', 'data_file_base_dir', 'data_list_key'],
]);

function mmarComponent(object: ConfigNode, path: JsonPath): ComponentUse | undefined {
  const [dotted, short] = [fieldOf(object, 'path'), fieldOf(object, 'name')];
  const nameNode = dotted?.type === 'string' ? dotted : short;
  const name = textOf(nameNode);
  const last = path.findLast(step => typeof step === 'string');
  if (!nameNode || name === undefined || last === undefined) return undefined;
  const inArgs = path.includes('args');
  // below `args` a name may be anything: only an import path, or one with args of its own, is a class
  if (inArgs && dotted === undefined && (last === 'args' || !fieldOf(object, 'args')))
    return undefined;
  const keys = argsOf(object).map(({ name: key }) => key);
  const isOurs = keys.filter(key => componentKeys.has(key)).length * 2 >= keys.length;
  if (!isOurs || notComponents.has(last)) return undefined;
  const argsNode = fieldOf(object, 'args');
  const receivers = inArgs ? [] : [last];
  const label = textOf(short);
  return { object, name, nameNode, label, args: argsOf(argsNode), argsNode, path, receivers };
}

/** Lists of named things that are no classes (federated servers, tensors of Triton). */
const notComponents = new Set(['servers', 'input', 'output', 'search', 'determinism']);

function refOf(object: ConfigNode, path: JsonPath): RefUse | undefined {
  const node = fieldOf(object, 'ref');
  const name = textOf(node);
  return node && name !== undefined && fieldOf(object, 'name') === undefined
    ? { object, node, name, path }
    : undefined;
}

/** An id that is handed on as `"@id"` is received by the argument that stands there. */
function withReceivers(
  components: readonly ComponentUse[],
  texts: readonly TextValue[],
): ComponentUse[] {
  const byId = new Map<string, string[]>();
  for (const { value, path } of texts) {
    const id = /^[@%](?:#*)([\w:#]+)$/.exec(value)?.[1]?.replaceAll('#', '::');
    const receiver = path.findLast(step => typeof step === 'string');
    if (id === undefined || typeof receiver !== 'string' || path.length < 2) continue;
    byId.set(id, [...(byId.get(id) ?? []), receiver]);
  }
  return components.map(component => {
    const more = byId.get(component.path.join('::')) ?? [];
    return more.length > 0
      ? { ...component, receivers: [...new Set([...component.receivers, ...more])] }
      : component;
  });
}
