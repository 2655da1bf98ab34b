import { findNodeAtOffset } from 'jsonc-parser';
import { isLambda } from '../mmar/environment.ts';
import type { JsonPath, Range } from '../config/finding.ts';
import type { ComponentUse, ConfigModel } from '../config/model.ts';
import { keyOf, type ConfigNode } from '../config/parse.ts';
import type { ComponentKind } from '../config/spec.ts';
import type { LanguageContext } from './context.ts';
import { isDataKey, keysInText } from './keyArgs.ts';
import { argAround, componentOf, componentWithArgs, kindsAt } from './slot.ts';

interface Base {
  readonly node: ConfigNode;
  /** Of the value, or of the object that a key is in. */
  readonly path: JsonPath;
}

/** What stands at an offset. */
export type Place = Base &
  (
    | { readonly what: 'key'; readonly object: ConfigNode }
    | {
        readonly what: 'componentKey';
        readonly object: ConfigNode;
        readonly component: ComponentUse | undefined;
      }
    | { readonly what: 'arg'; readonly component: ComponentUse }
    | {
        readonly what: 'componentName';
        /** The key that names it: name, path, _target_. */
        readonly by: string;
        readonly component: ComponentUse | undefined;
        readonly kinds: readonly ComponentKind[] | undefined;
      }
    | { readonly what: 'argValue'; readonly component: ComponentUse; readonly arg: string }
    | {
        readonly what: 'dataKey';
        readonly range: Range;
        readonly name: string;
        readonly component?: ComponentUse;
        readonly arg?: string;
      }
    | { readonly what: 'ref'; readonly list: string }
    | {
        readonly what: 'reference';
        readonly range: Range;
        readonly name: string;
        readonly sigil: '@' | '%';
      }
    | {
        readonly what: 'placeholder';
        readonly range: Range;
        readonly name: string;
        readonly isClosed: boolean;
      }
    | { readonly what: 'datalistKey' }
    | { readonly what: 'value' }
  );

/** Never throws; undefined where nothing stands. Half-typed text is mended first (see mend.ts). */
export function placeAt(
  model: ConfigModel,
  offset: number,
  context: LanguageContext,
): Place | undefined {
  const found = model.doc.root && findNodeAtOffset(model.doc.root, offset, true);
  if (!found || found.type === 'object' || found.type === 'array' || found.type === 'property')
    return undefined;
  const property = found.parent?.type === 'property' ? found.parent : undefined;
  if (property?.children?.[0] === found) return keyPlace(model, found, property);
  const path = pathTo(found);
  if (found.type === 'string') {
    const inside = placeInText(model, found, path, offset);
    if (inside) return inside;
  }
  return valuePlace(model, found, path, offset, context);
}

/** Keys and indices from the root to a value. */
export function pathTo(node: ConfigNode): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = node; at.parent; at = at.parent)
    if (at.parent.type === 'property') path.unshift(keyOf(at.parent) ?? '');
    else if (at.parent.type === 'array') path.unshift(at.parent.children?.indexOf(at) ?? 0);
  return path;
}

function keyPlace(model: ConfigModel, key: ConfigNode, property: ConfigNode): Place | undefined {
  const object = property.parent;
  if (!object) return undefined;
  const base = { node: key, path: pathTo(object) };
  const withArgs = componentWithArgs(model, object);
  if (withArgs && !(model.form === 'bundle' && /^_\w*$/.test(String(key.value))))
    return { ...base, what: 'arg', component: withArgs };
  const component = componentOf(model, object);
  return component
    ? { ...base, what: 'componentKey', object, component }
    : { ...base, what: 'key', object };
}

/** References and placeholders inside of a text. */
function placeInText(
  model: ConfigModel,
  node: ConfigNode,
  path: JsonPath,
  offset: number,
): Place | undefined {
  const written = model.doc.text.slice(node.offset, node.offset + node.length);
  const at = offset - node.offset;
  const value = String(node.value);
  const base = { node, path };
  if (model.form === 'bundle') {
    if (!/^[@$%]/.test(value)) return undefined;
    const found = around(written, at, /[@%]#*([\w:#]*)$/, /^[\w:#]*/);
    const sigil = found && written[found.from] === '%' ? '%' : '@';
    return found && { ...base, what: 'reference', ...found.word(node.offset), sigil };
  }
  if (/^[@#]/.test(value) && !path.includes('search') && !path.includes('apply')) {
    const found = around(written, at, /@(\w*)$/, /^\w*/);
    if (found) return { ...base, what: 'reference', ...found.word(node.offset), sigil: '@' };
  }
  if (isLambda(value) || value.startsWith('#')) return undefined;
  const found = around(written, at, /\{(\w*)$/, /^\w*/);
  if (!found) return undefined;
  return {
    ...base,
    what: 'placeholder',
    ...found.word(node.offset),
    isClosed: written[found.to] === '}',
  };
}

function around(text: string, at: number, before: RegExp, after: RegExp) {
  // on the sigil itself counts as inside
  const head =
    before.exec(text.slice(0, at)) ??
    (/[@%{]/.test(text[at] ?? '') ? before.exec(text.slice(0, at + 1)) : null);
  if (!head) return undefined;
  const end = Math.max(at, head.index + head[0].length);
  const to = end + (after.exec(text.slice(end))?.[0].length ?? 0);
  const from = head.index + head[0].length - (head[1] ?? '').length;
  const name = text.slice(from, to).replace(/[:#]+$/, found => (to === at ? found : ''));
  return {
    from: head.index,
    to,
    word: (base: number) => ({ name, range: { offset: base + from, length: name.length } }),
  };
}

function valuePlace(
  model: ConfigModel,
  node: ConfigNode,
  path: JsonPath,
  offset: number,
  context: LanguageContext,
): Place | undefined {
  const base = { node, path };
  const key = node.parent?.type === 'property' ? (keyOf(node.parent) ?? '') : '';
  const object = node.parent?.type === 'property' ? node.parent.parent : undefined;
  if (object && isNameKey(model, object, key, path, context)) {
    const component = componentOf(model, object);
    const kinds = kindsAt(model, context, path.slice(0, -1));
    return { ...base, what: 'componentName', by: key, component, kinds };
  }
  if (key === 'ref' && model.form !== 'bundle')
    return { ...base, what: 'ref', list: String(path.at(-3) ?? '') };
  if (key === 'data_list_key') return { ...base, what: 'datalistKey' };
  const inCall = keysInText(model, node).find(
    ({ range }) => range.offset <= offset && offset <= range.offset + range.length,
  );
  if (inCall) return { ...base, what: 'dataKey', ...inCall };
  const found = argAround(model, node);
  if (!found) return { ...base, what: 'value' };
  const { component, arg } = found;
  if (node.type === 'string' && isDataKey(model, context, component, arg.name)) {
    const range = innerRange(model.doc.text, node);
    return { ...base, what: 'dataKey', range, name: String(node.value), component, arg: arg.name };
  }
  return { ...base, what: 'argValue', component, arg: arg.name };
}

function isNameKey(
  model: ConfigModel,
  object: ConfigNode,
  key: string,
  path: JsonPath,
  context: LanguageContext,
): boolean {
  if (model.form === 'bundle') return key === '_target_';
  if (key !== 'name' && key !== 'path') return false;
  if (path.at(-2) === 'args') return false;
  return (
    componentOf(model, object) !== undefined ||
    kindsAt(model, context, path.slice(0, -1)) !== undefined
  );
}

/** Of a text without its quotes. */
export function innerRange(text: string, { offset, length }: Range): Range {
  const quote = text[offset];
  if (quote !== '"' && quote !== "'") return { offset, length };
  const isClosed = length > 1 && text[offset + length - 1] === quote;
  return { offset: offset + 1, length: Math.max(0, length - (isClosed ? 2 : 1)) };
}
