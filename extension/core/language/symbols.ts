import type { JsonPath } from '../config/finding.ts';
import type { ConfigModel } from '../config/model.ts';
import { keyOf, type ConfigNode } from '../config/parse.ts';
import { sectionsOf } from '../config/walk.ts';
import { isFilePlace, wholePath } from './completeFiles.ts';
import { isInside, type LanguageContext } from './context.ts';
import { absoluteId } from './ids.ts';
import { placeAt, type Place } from './place.ts';
import { byocClass, byocClasses, type ByocClass } from './slot.ts';

/** What a place of a config or module is about, the same from wherever it is looked at. */
export type Symbol =
  | { readonly kind: 'variable'; readonly name: string }
  /** A part of train or validate, as `@name` means it (4.1). */
  | { readonly kind: 'part'; readonly name: string; readonly section: string }
  /** An id of a bundle, parts joined by `::`. */
  | { readonly kind: 'id'; readonly id: string }
  /** The name of a transform that `ref` takes over. */
  | { readonly kind: 'label'; readonly list: string; readonly name: string }
  | { readonly kind: 'dataKey'; readonly name: string }
  | { readonly kind: 'class'; readonly found: ByocClass }
  | { readonly kind: 'parameter'; readonly found: ByocClass; readonly name: string }
  | { readonly kind: 'file'; readonly path: string };

export function symbolAt(
  model: ConfigModel,
  offset: number,
  context: LanguageContext,
): Symbol | undefined {
  const place = placeAt(model, offset, context);
  return place && symbolOf(model, place, offset, context);
}

/** The class whose name stands at an offset of a module of custom/. */
export function classAt(context: LanguageContext, offset: number): Symbol | undefined {
  const module = context.modules.find(({ path }) => path === context.file);
  if (!module) return undefined;
  const before = /[\p{L}\p{N}_]*$/u.exec(module.text.slice(0, offset))?.[0] ?? '';
  const after = /^[\p{L}\p{N}_]*/u.exec(module.text.slice(offset))?.[0] ?? '';
  const name = before + after;
  const own = module.python.classes.find(
    ({ name: each, range }) => each === name || isInside(range, offset),
  );
  const imported = own ? undefined : byocClasses(context).find(each => each.made.name === name);
  const found = own ? byocClass(context, `${module.name}.${own.name}`) : imported;
  return found && { kind: 'class', found };
}

function symbolOf(
  model: ConfigModel,
  place: Place,
  offset: number,
  context: LanguageContext,
): Symbol | undefined {
  const written = String(place.node.value);
  switch (place.what) {
    case 'placeholder':
      return { kind: 'variable', name: place.name };
    case 'reference':
      return referenceSymbol(model, place, offset);
    case 'ref':
      return { kind: 'label', list: place.list, name: written };
    case 'dataKey':
      return { kind: 'dataKey', name: place.name };
    case 'componentName':
      return nameSymbol(place, written, context);
    case 'arg': {
      const found = byocClass(context, place.component.name);
      return found && { kind: 'parameter', found, name: written };
    }
    case 'key':
    case 'componentKey':
      return keySymbol(model, place, written);
    case 'argValue':
    case 'value':
      return fileSymbol(model, place, written, context);
    case 'datalistKey':
      return undefined;
  }
}

function referenceSymbol(
  model: ConfigModel,
  place: Extract<Place, { what: 'reference' }>,
  offset: number,
): Symbol | undefined {
  if (model.form === 'bundle') {
    // the part of the id that the caret is in, with all before it
    const upTo = offset - place.range.offset;
    const tail = /^\w*/.exec(place.name.slice(Math.max(0, upTo)))?.[0].length ?? 0;
    const shown = place.name.slice(0, Math.max(0, upTo) + tail).replace(/(::?|#)$/, '');
    const hashes = hashesBefore(model, place);
    const id = absoluteId(hashes + (shown === '' ? place.name : shown), place.path);
    return { kind: 'id', id };
  }
  const section = sectionOf(model, place.name, place.path);
  return section === undefined ? undefined : { kind: 'part', name: place.name, section };
}

/** `@##x`: the marks of a relative id stand before its name. */
export function hashesBefore(
  { doc }: ConfigModel,
  { range }: { range: { offset: number } },
): string {
  return /[@%](#*)$/.exec(doc.text.slice(0, range.offset))?.[1] ?? '';
}

/** The section whose part `@name` means: the own one first. */
export function sectionOf({ doc }: ConfigModel, name: string, path: JsonPath): string | undefined {
  const all = sectionsOf(doc).sort(
    (a, b) => Number(b.name === path[0]) - Number(a.name === path[0]),
  );
  return all.find(({ node }) => (node.children ?? []).some(each => keyOf(each) === name))?.name;
}

function nameSymbol(
  place: Extract<Place, { what: 'componentName' }>,
  written: string,
  context: LanguageContext,
): Symbol | undefined {
  const found = byocClass(context, written);
  if (found) return { kind: 'class', found };
  const [section, list] = place.path;
  return place.by === 'name' && section === 'train' && /_transforms$/.test(String(list))
    ? { kind: 'label', list: String(list), name: written }
    : undefined;
}

const isSimple = (node: ConfigNode | undefined): boolean =>
  node !== undefined && node.type !== 'object' && node.type !== 'array';

function keySymbol(model: ConfigModel, { node, path }: Place, written: string): Symbol | undefined {
  const value = node.parent?.children?.[1];
  if (model.form === 'bundle') {
    if (model.kind !== 'bundle' || /^_\w+_$/.test(written)) return undefined;
    return { kind: 'id', id: [...path, ...written.replace(/^\+/, '').split(/#|::/)].join('::') };
  }
  if (model.kind === 'datalist')
    return path.length === 2 ? { kind: 'dataKey', name: written } : undefined;
  if (path.length === 0 && isSimple(value)) return { kind: 'variable', name: written };
  const isPart = sectionsOf(model.doc).some(({ node: section }) => section === node.parent?.parent);
  return isPart && !isSimple(value)
    ? { kind: 'part', name: written, section: String(path[0] ?? '') }
    : undefined;
}

function fileSymbol(
  model: ConfigModel,
  { node, path }: Place,
  written: string,
  context: LanguageContext,
): Symbol | undefined {
  if (node.type !== 'string' || !isFilePlace(model, path)) return undefined;
  const whole = wholePath(model, context, written);
  return whole === undefined || whole === '' ? undefined : { kind: 'file', path: whole };
}
