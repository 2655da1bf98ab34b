import { placeholders, isLambda } from '../mmar/environment.ts';
import type { JsonPath, Range } from '../config/finding.ts';
import { fieldOf, keyOf, propertyOf, type ConfigNode } from '../config/parse.ts';
import { elementsOf, sectionsOf } from '../config/walk.ts';
import type { LanguageContext, LanguageFile, Located } from './context.ts';
import { keyUses } from './dataKeys.ts';
import { labelsFor } from './labels.ts';
import { innerRange } from './place.ts';
import { classUses } from './pythonNames.ts';
import { byocClass, byocParams, type ByocClass } from './slot.ts';
import { sectionOf, type Symbol } from './symbols.ts';

export interface Occurrence extends Located {
  readonly isDefinition: boolean;
}

/** Every place where a symbol is defined or used, in all files of the MMAR or bundle. */
export function occurrences(symbol: Symbol, context: LanguageContext): Occurrence[] {
  switch (symbol.kind) {
    case 'variable':
      return variableFiles(symbol.name, context).flatMap(file => variable(file, symbol.name));
    case 'part':
      return ownFile(context).flatMap(file => part(file, symbol));
    case 'id':
      return bundleFiles(context).flatMap(file => idsIn(file, symbol.id.split('::')));
    case 'label':
      return ownFile(context).flatMap(file => label(file, symbol));
    case 'dataKey':
      return dataKey(symbol.name, context);
    case 'class':
      return classMentions(symbol.found, context);
    case 'parameter':
      return parameter(symbol.found, symbol.name, context);
    case 'file':
      return [{ file: symbol.path, range: { offset: 0, length: 0 }, isDefinition: true }];
  }
}

/** Where "go to definition" leads. */
export function definitions(symbol: Symbol, context: LanguageContext): Located[] {
  const all = occurrences(symbol, context);
  const found = all.filter(({ isDefinition }) => isDefinition);
  if (symbol.kind !== 'id') return found;
  const own = found.filter(({ file }) => file === context.file);
  return own.length > 0 ? own : found;
}

const ownFile = ({ files, file }: LanguageContext): LanguageFile[] =>
  files.filter(({ path }) => path === file);

const isOfMmar = ({ model }: LanguageFile): boolean =>
  model.form !== 'bundle' && model.kind !== 'datalist';
const bundleFiles = ({ files }: LanguageContext): LanguageFile[] =>
  files.filter(({ model }) => model.form === 'bundle');

/** Of environment.json: everywhere. Of the top of a config: there alone. */
function variableFiles(name: string, context: LanguageContext): LanguageFile[] {
  const all = context.files.filter(isOfMmar);
  const isShared = all.some(
    ({ model }) => model.kind === 'environment' && propertyOf(model.doc.root, name),
  );
  return isShared ? all : all.filter(({ path }) => path === context.file);
}

const keyRange = (doc: LanguageFile['model']['doc'], property: ConfigNode): Range | undefined =>
  property.children?.[0] && innerRange(doc.text, property.children[0]);

function variable({ path, model }: LanguageFile, name: string): Occurrence[] {
  const { doc, texts } = model;
  const own = propertyOf(doc.root, name);
  const type = own?.children?.[1]?.type;
  const key = own && type !== 'object' && type !== 'array' ? keyRange(doc, own) : undefined;
  const uses = texts.flatMap(({ node, value }) => {
    if (isLambda(value) || value.startsWith('#')) return [];
    const written = doc.text.slice(node.offset, node.offset + node.length);
    return [...written.matchAll(placeholders())].flatMap(match =>
      match[1] === name
        ? [
            {
              file: path,
              range: { offset: node.offset + match.index + 1, length: name.length },
              isDefinition: false,
            },
          ]
        : [],
    );
  });
  return key ? [{ file: path, range: key, isDefinition: true }, ...uses] : uses;
}

function part(
  { path, model }: LanguageFile,
  { name, section }: Extract<Symbol, { kind: 'part' }>,
): Occurrence[] {
  const holder = sectionsOf(model.doc).find(each => each.name === section);
  const own = propertyOf(holder?.node, name);
  const key = own && keyRange(model.doc, own);
  const uses = model.texts.flatMap(({ node, value, path: at }) => {
    if (!/^[@#]/.test(value) || at.includes('search') || at.includes('apply')) return [];
    const written = model.doc.text.slice(node.offset, node.offset + node.length);
    return [...written.matchAll(/@([A-Za-z_]\w*)/g)].flatMap(match =>
      match[1] === name && sectionOf(model, name, at) === section
        ? [
            {
              file: path,
              range: { offset: node.offset + match.index + 1, length: name.length },
              isDefinition: false,
            },
          ]
        : [],
    );
  });
  return key ? [{ file: path, range: key, isDefinition: true }, ...uses] : uses;
}

function label(
  { path, model }: LanguageFile,
  { list, name }: Extract<Symbol, { kind: 'label' }>,
): Occurrence[] {
  const made = (node: ConfigNode, isDefinition: boolean): Occurrence => ({
    file: path,
    range: innerRange(model.doc.text, node),
    isDefinition,
  });
  const own = labelsFor(model, list).filter(each => each.name === name);
  const uses = elementsOf(fieldOf(fieldOf(model.doc.root, 'validate'), list)).flatMap(each => {
    const node = fieldOf(each, 'ref');
    return node?.value === name ? [made(node, false)] : [];
  });
  return [...own.map(({ node }) => made(node, true)), ...uses];
}

/** Segments of an id with their places, resolved from where the text stands. */
function segments(
  text: string,
  hashes: number,
  path: JsonPath,
): { at: number; name: string; depth: number }[] {
  const base = hashes === 0 ? 0 : Math.max(0, path.length - hashes);
  return [...text.matchAll(/\w+/g)].map((match, i) => ({
    at: match.index,
    name: match[0],
    depth: base + i,
  }));
}

function idsIn({ path: file, model }: LanguageFile, id: readonly string[]): Occurrence[] {
  const { doc } = model;
  const found: Occurrence[] = keysOfId(model.doc.root, id).map(({ node, from, length }) => ({
    file,
    range: { offset: innerRange(doc.text, node).offset + from, length },
    isDefinition: true,
  }));
  for (const { node, path } of model.texts) {
    const written = doc.text.slice(node.offset, node.offset + node.length);
    if (!/^["']?[@$%]/.test(written)) continue;
    for (const match of written.matchAll(/[@%](#*)(\w+(?:(?:::|#)\w+)*)/g)) {
      const hashes = (match[1] ?? '').length;
      const parts = segments(match[2] ?? '', hashes, path);
      const whole = [
        ...path.slice(0, parts[0]?.depth ?? 0).map(String),
        ...parts.map(({ name }) => name),
      ];
      const last = parts.find(({ depth }) => depth === id.length - 1);
      if (!last || !id.every((name, i) => whole[i] === name)) continue;
      const offset = node.offset + match.index + 1 + hashes + last.at;
      found.push({ file, range: { offset, length: last.name.length }, isDefinition: false });
    }
  }
  return found;
}

/** Keys that write an id out, in one piece (`a#b`) or nested. */
function keysOfId(
  node: ConfigNode | undefined,
  id: readonly string[],
): { node: ConfigNode; from: number; length: number }[] {
  if (id.length === 0 || !node) return [];
  if (node.type === 'array') {
    const [first = '', ...rest] = id;
    return /^\d+$/.test(first) ? keysOfId(node.children?.[Number(first)], rest) : [];
  }
  return (node.children ?? []).flatMap(property => {
    const [key, value] = property.children ?? [];
    const name = keyOf(property);
    if (!key || name === undefined || node.type !== 'object') return [];
    const parts = [...name.matchAll(/\w+/g)];
    const common = Math.min(parts.length, id.length);
    if (!parts.slice(0, common).every((each, i) => each[0] === id[i])) return [];
    const last = parts[id.length - 1];
    if (last) return [{ node: key, from: last.index, length: last[0].length }];
    return keysOfId(value, id.slice(parts.length));
  });
}

function dataKey(name: string, context: LanguageContext): Occurrence[] {
  const inDatalists = context.files
    .filter(({ model }) => model.kind === 'datalist')
    .flatMap(file => caseKeyRanges(file, name));
  const uses = context.files
    .filter(({ model }) => model.kind !== 'datalist')
    .flatMap(({ path, model }) =>
      keyUses(model, context)
        .filter(use => use.name === name)
        .map(({ offset, length }) => ({
          file: path,
          range: { offset, length },
          isDefinition: false,
        })),
    );
  const first = uses.find(({ file }) => file === context.file) ?? uses[0];
  const lists = inDatalists.map((range, i) => ({ ...range, isDefinition: i === 0 }));
  return [
    ...lists,
    ...uses.map(use =>
      use === first && lists.length === 0 ? { ...use, isDefinition: true } : use,
    ),
  ];
}

function caseKeyRanges({ path, model }: LanguageFile, name: string): Located[] {
  const cases = (model.doc.root?.children ?? []).flatMap(property =>
    elementsOf(property.children?.[1]),
  );
  return cases.flatMap(item => {
    const own = propertyOf(item, name);
    const range = own && keyRange(model.doc, own);
    return range ? [{ file: path, range }] : [];
  });
}

function classMentions(found: ByocClass, context: LanguageContext): Occurrence[] {
  const { made, module } = found;
  const inPython = context.modules.flatMap(each =>
    classUses(context, each, found).map(range => ({
      file: each.path,
      range,
      isDefinition: each === module && range.offset === made.range.offset,
    })),
  );
  const inConfigs = context.files.flatMap(file => classInConfig(file, found, context));
  return [...inPython, ...inConfigs];
}

/** `path` or `_target_`, and `module.Class` in expressions. */
function classInConfig(
  { path, model }: LanguageFile,
  { made }: ByocClass,
  context: LanguageContext,
): Occurrence[] {
  return model.texts.flatMap(({ node, value }) => {
    if (!value.includes(made.name)) return [];
    const written = model.doc.text.slice(node.offset, node.offset + node.length);
    return [
      ...written.matchAll(
        /(?<![\p{L}\p{N}_.])[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)+/gu,
      ),
    ].flatMap(match => {
      const [dotted] = match;
      const end = dotted.indexOf(`.${made.name}`);
      const class_ = dotted.slice(0, end + 1 + made.name.length);
      if (end < 0 || byocClass(context, class_)?.made !== made) return [];
      const offset = node.offset + match.index + end + 1;
      return [{ file: path, range: { offset, length: made.name.length }, isDefinition: false }];
    });
  });
}

function parameter(found: ByocClass, name: string, context: LanguageContext): Occurrence[] {
  const own = byocParams(context, found).find(each => each.name === name);
  const holder =
    own &&
    context.modules.find(({ python }) => python.classes.some(({ init }) => init?.includes(own)));
  const definition =
    own && holder ? [{ file: holder.path, range: own.range, isDefinition: true }] : [];
  const uses = context.files.flatMap(({ path, model }) =>
    model.components
      .filter(component => byocClass(context, component.name)?.made === found.made)
      .flatMap(({ args }) => args.filter(arg => arg.name === name))
      .map(({ key }) => ({
        file: path,
        range: innerRange(model.doc.text, key),
        isDefinition: false,
      })),
  );
  return [...definition, ...uses];
}
