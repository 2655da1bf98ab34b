import type { JsonPath } from '../config/finding.ts';
import type { ConfigModel } from '../config/model.ts';
import { fieldOf, keyOf, nodeAt, type ConfigNode } from '../config/parse.ts';
import { sectionsOf } from '../config/walk.ts';
import { lastOf, type LanguageContext, type LanguageFile } from './context.ts';
import { lastKey, nameIn, specOf } from './slot.ts';

export interface DefinedId {
  readonly name: string;
  readonly detail: string;
  readonly key: ConfigNode;
  readonly file: string;
}

/** What an argument takes by its name and by the kind of component; what cannot be told does not fit. */
export function fitsArg(
  model: ConfigModel,
  context: LanguageContext,
  path: JsonPath,
  { name, detail }: DefinedId,
): boolean {
  const arg = lastKey(path) ?? '';
  const kind = specOf(model, context, detail)?.kind;
  return (
    name === arg || (kind !== undefined && (context.slots.ofArg(arg)?.includes(kind) ?? false))
  );
}

const notObjects = new Set(['search', 'determinism']);

/** Everything that `@name` may mean in this file, seen from a path; nearest first. */
export function definedIds(
  model: ConfigModel,
  context: LanguageContext,
  path: JsonPath,
): DefinedId[] {
  return model.form === 'bundle'
    ? bundleIds(model, context, path)
    : sectionIds(model, context, path);
}

/** 4.1: the parts of train and validate; those of the own section win. */
function sectionIds(model: ConfigModel, { file }: LanguageContext, path: JsonPath): DefinedId[] {
  const sections = sectionsOf(model.doc).sort(
    (a, b) => Number(b.name === path[0]) - Number(a.name === path[0]),
  );
  const found = new Map<string, DefinedId>();
  for (const { name: section, node } of sections)
    for (const property of node.children ?? []) {
      const [key, value] = property.children ?? [];
      const name = keyOf(property) ?? '';
      const isObject = value?.type === 'object' || value?.type === 'array';
      if (!key || !isObject || notObjects.has(name) || found.has(name)) continue;
      found.set(name, { name, key, file, detail: nameIn(value) ?? section });
    }
  return [...found.values()];
}

function bundleIds(model: ConfigModel, context: LanguageContext, path: JsonPath): DefinedId[] {
  const found = new Map<string, DefinedId>();
  const visit = ({ path: file, model: { doc } }: LanguageFile): void => {
    for (const { name, key, value } of idsBelow(doc.root, '', 2))
      if (!found.has(name) && name !== String(path[0] ?? ''))
        found.set(name, { name, key, file, detail: bundleDetail(value) });
  };
  visit({ path: context.file, model });
  for (const file of context.files)
    if (file.path !== context.file && isPart(file.path)) visit(file);
  return [...found.values()];
}

/** metadata.json is no part of what a config may refer to. */
const isPart = (path: string): boolean => !/^(metadata|data_process)/.test(lastOf(path));

function bundleDetail(value: ConfigNode | undefined): string {
  const target: unknown = fieldOf(value, '_target_')?.value;
  if (typeof target === 'string') return target;
  return value && value.type !== 'object' && value.type !== 'array'
    ? String(value.value)
    : (value?.type ?? '');
}

interface Found {
  readonly name: string;
  readonly key: ConfigNode;
  readonly value: ConfigNode | undefined;
}

function idsBelow(node: ConfigNode | undefined, base: string, depth: number): Found[] {
  if (node?.type !== 'object' || depth === 0) return [];
  return (node.children ?? []).flatMap(property => {
    const [key, value] = property.children ?? [];
    const own = (keyOf(property) ?? '').replace(/^\+/, '');
    if (!key || own === '' || /^_\w+_$/.test(own)) return [];
    const name = base === '' ? own.replaceAll('#', '::') : `${base}::${own}`;
    const isComponent = fieldOf(value, '_target_') !== undefined;
    return [{ name, key, value }, ...(isComponent ? [] : idsBelow(value, name, depth - 1))];
  });
}

/** `##loss` seen from a path: relative to what holds the text. */
export function absoluteId(written: string, path: JsonPath): string {
  const [, hashes = '', rest = ''] = /^(#*|(?:::)*)([\s\S]*)$/.exec(written) ?? [];
  const id = rest.replaceAll('#', '::');
  if (hashes === '') return id;
  const up = hashes.startsWith('#') ? hashes.length : hashes.length / 2;
  return [...path.slice(0, Math.max(0, path.length - up)), id].join('::');
}

/** The key, or item, that an id of a bundle names: in this file first, then in the others. */
export function resolveBundleId(
  id: string,
  model: ConfigModel,
  context: LanguageContext,
): { file: string; node: ConfigNode; value: ConfigNode } | undefined {
  const own: LanguageFile = { path: context.file, model };
  const others = context.files.filter(({ path }) => path !== context.file && isPart(path));
  for (const { path, model: each } of [own, ...others]) {
    const found = nodeOfId(each, id);
    if (found) return { file: path, ...found };
  }
  return undefined;
}

export function nodeOfId(
  { doc }: ConfigModel,
  id: string,
): { node: ConfigNode; value: ConfigNode } | undefined {
  const steps = id.split('::').map(step => (/^\d+$/.test(step) ? Number(step) : step));
  for (const path of [
    steps,
    [steps.join('#')],
    [steps.join('::')],
    [`+${steps.join('#')}`],
    [`+${steps.join('::')}`],
  ]) {
    const value = nodeAt(doc, path);
    if (!value) continue;
    const key = value.parent?.type === 'property' ? value.parent.children?.[0] : undefined;
    return { node: key ?? value, value };
  }
  return undefined;
}
