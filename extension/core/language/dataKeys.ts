import { isValues } from '../mmar/kind.ts';
import { readDatalist } from '../mmar/datalist.ts';
import type { ArgUse, ConfigModel } from '../config/model.ts';
import type { ConfigNode } from '../config/parse.ts';
import { elementsOf } from '../config/walk.ts';
import type { LanguageContext } from './context.ts';
import { nodeOfId } from './ids.ts';
import { isDataKey, keyNodes, keysInText } from './keyArgs.ts';

export interface KeyUse {
  readonly name: string;
  readonly node: ConfigNode;
  /** Where the text of the key is, quotes left out. */
  readonly offset: number;
  readonly length: number;
}

/** Every mention of an item's key in a config. */
export function keyUses(model: ConfigModel, context: LanguageContext): KeyUse[] {
  const inArgs = model.components.flatMap(component =>
    component.args
      .filter(({ name }) => isDataKey(model, context, component, name))
      .flatMap(arg => [...keyNodes(arg), ...handedOn(model, arg)].map(node => useOf(model, node))),
  );
  const inTexts = model.texts.flatMap(({ node }) =>
    keysInText(model, node).map(({ name, range }) => ({ name, node, ...range })),
  );
  const seen = new Set<number>();
  return [...inArgs, ...inTexts].filter(({ offset }) => !seen.has(offset) && seen.add(offset));
}

/** `keys: "@image_key"` with `image_key: image` in the same file. */
function handedOn(model: ConfigModel, { value }: ArgUse): ConfigNode[] {
  if (model.form !== 'bundle') return [];
  return elementsOf(value).flatMap(node => {
    const id = /^@([\w:#]+)$/.exec(String(node.value))?.[1];
    const target = id === undefined ? undefined : nodeOfId(model, id.replaceAll('#', '::'))?.value;
    return target ? keyNodes({ name: '', key: target, value: target }) : [];
  });
}

function useOf({ doc }: ConfigModel, node: ConfigNode): KeyUse {
  const isQuoted = /["']/.test(doc.text[node.offset] ?? '');
  const width = isQuoted ? 1 : 0;
  return {
    name: String(node.value),
    node,
    offset: node.offset + width,
    length: node.length - 2 * width,
  };
}

/** The keys of an MMAR, each with where it comes from: those of this file first. */
export function dataKeysOf(
  model: ConfigModel,
  context: LanguageContext,
  without?: ConfigNode,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, detail: string) => {
    if (name !== '' && !found.has(name)) found.set(name, detail);
  };
  for (const use of keyUses(model, context)) if (use.node !== without) add(use.name, '');
  for (const { model: other } of context.files)
    if (other.kind === 'datalist') for (const name of caseKeys(other)) add(name, 'datalist');
  if (model.form !== 'bundle') ['image', 'label'].forEach(name => add(name, ''));
  add('pred', 'output of the network');
  return found;
}

/** Keys of the cases of a datalist; the first cases tell. */
export function caseKeys({ value }: ConfigModel): Set<string> {
  const found = new Set<string>();
  if (!isValues(value)) return found;
  for (const list of Object.values(value))
    for (const item of Array.isArray(list) ? list.slice(0, 20) : [])
      if (isValues(item)) Object.keys(item).forEach(name => found.add(name));
  return found;
}

/** Lists of the datalist with their numbers of cases. */
export function lists({ files }: LanguageContext): { name: string; count: number }[] {
  return files
    .filter(({ model }) => model.kind === 'datalist')
    .flatMap(({ model }) => Object.entries(readDatalist(model.value, '').lists))
    .map(([name, cases]) => ({ name, count: cases.length }));
}
