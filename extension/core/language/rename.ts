import { t } from '@vscode/l10n';
import { keywords } from '../byoc/names.ts';
import type { ConfigModel } from '../config/model.ts';
import type { Range } from '../config/finding.ts';
import { isInside, type LanguageContext, type Located } from './context.ts';
import { keyUses } from './dataKeys.ts';
import { occurrences } from './occurrences.ts';
import { schemasAt } from './schemaAt.ts';
import { classAt, symbolAt, type Symbol } from './symbols.ts';

export interface FileEdit extends Located {
  readonly text: string;
}

export interface Renaming {
  readonly edits: readonly FileEdit[];
  /** Why the user should look before it is done: others know the name, too. */
  readonly confirm?: string;
}

export interface Problem {
  readonly problem: string;
}

export interface Renamable {
  readonly range: Range;
  readonly name: string;
}

/** The symbol at an offset of a config, or of a module of custom/. */
export const symbolIn = (
  model: ConfigModel,
  offset: number,
  context: LanguageContext,
): Symbol | undefined =>
  context.file.endsWith('.py') ? classAt(context, offset) : symbolAt(model, offset, context);

/** What would be renamed, or why nothing can be. */
export function prepareRename(
  model: ConfigModel,
  offset: number,
  context: LanguageContext,
): Renamable | Problem {
  const symbol = symbolIn(model, offset, context);
  if (!symbol) return { problem: t('This is not a name that can be changed here.') };
  const refused = refusal(symbol, context);
  if (refused !== undefined) return { problem: refused };
  const here = occurrences(symbol, context).find(
    ({ file, range }) => file === context.file && isInside(range, offset),
  );
  return here
    ? { range: here.range, name: nameOf(symbol) }
    : { problem: t('This is not a name that can be changed here.') };
}

export function rename(
  model: ConfigModel,
  offset: number,
  name: string,
  context: LanguageContext,
): Renaming | Problem {
  const ready = prepareRename(model, offset, context);
  if ('problem' in ready) return ready;
  const symbol = symbolIn(model, offset, context);
  const wrong = symbol && nameProblem(symbol, name, context);
  if (!symbol || wrong !== undefined) return { problem: wrong ?? '' };
  const edits = edited(symbol, name, context);
  const confirm = reason(symbol, model, context);
  return { edits, ...(confirm !== undefined && { confirm }) };
}

function edited(symbol: Symbol, name: string, context: LanguageContext): FileEdit[] {
  const all = occurrences(symbol, context).map(({ file, range }) => ({
    file,
    range,
    text: written(name, file, range, context),
  }));
  return symbol.kind === 'dataKey' ? [...all, ...derived(symbol.name, name, context)] : all;
}

/** A name inside of the quotes that stand there. */
function written(name: string, file: string, range: Range, { files }: LanguageContext): string {
  const text = files.find(({ path }) => path === file)?.model.doc.text;
  const quote = text?.[range.offset - 1];
  if (quote === '"') return JSON.stringify(name).slice(1, -1);
  return quote === "'" && /\.ya?ml$/.test(file) ? name.replaceAll("'", "''") : name;
}

/** MONAI keeps what belongs to a key under its name: "image_meta_dict". */
function derived(old: string, name: string, context: LanguageContext): FileEdit[] {
  return context.files.flatMap(({ path: file, model }) =>
    model.kind === 'datalist'
      ? []
      : keyUses(model, context)
          .filter(use =>
            ['meta_dict', 'transforms'].some(postfix => use.name === `${old}_${postfix}`),
          )
          .map(({ offset }) => {
            const range = { offset, length: old.length };
            return { file, range, text: written(name, file, range, context) };
          }),
  );
}

function nameOf(symbol: Symbol): string {
  switch (symbol.kind) {
    case 'class':
      return symbol.found.made.name;
    case 'id':
      return symbol.id.split('::').at(-1) ?? '';
    case 'file':
      return symbol.path;
    case 'variable':
    case 'part':
    case 'label':
    case 'dataKey':
    case 'parameter':
      return symbol.name;
  }
}

function refusal(symbol: Symbol, context: LanguageContext): string | undefined {
  if (symbol.kind === 'part')
    return t('"{0}" is a section that Clara knows by this name.', symbol.name);
  if (symbol.kind === 'file') return t('Rename the file itself in the Explorer.');
  if (symbol.kind === 'parameter') return t('Rename the parameter in its Python module first.');
  if (symbol.kind === 'label' && !hasPath(symbol, context))
    return t('"{0}" is the name of a class that is not part of this MMAR.', symbol.name);
  if (symbol.kind === 'id' && /^\d+$/.test(nameOf(symbol)))
    return t('An item of a list has no name.');
  return undefined;
}

/** A transform with a `path` may be called anything. */
const hasPath = (
  { name }: Extract<Symbol, { kind: 'label' }>,
  { files, file }: LanguageContext,
): boolean =>
  files
    .filter(({ path }) => path === file)
    .some(({ model }) => model.components.some(use => use.label === name && use.name !== name));

function nameProblem(symbol: Symbol, name: string, context: LanguageContext): string | undefined {
  if (name.trim() === '') return t('A name is needed.');
  if (symbol.kind === 'label') return undefined;
  if (symbol.kind === 'dataKey') return /[\r\n]/.test(name) ? t('A key is one line.') : undefined;
  if (symbol.kind === 'class') {
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || keywords.has(name))
      return t('"{0}" is no name of Python.', name);
    const { classes, functions } = symbol.found.module.python;
    return [...classes, ...functions].some(each => each.name === name)
      ? t('{0} is there already.', name)
      : undefined;
  }
  if (!/^[A-Za-z_]\w*$/.test(name))
    return t('"{0}" has other characters than letters, digits and underscores.', name);
  const next: Symbol =
    symbol.kind === 'id'
      ? { kind: 'id', id: [...symbol.id.split('::').slice(0, -1), name].join('::') }
      : { kind: 'variable', name };
  return occurrences(next, context).some(({ isDefinition }) => isDefinition)
    ? t('{0} is there already.', name)
    : undefined;
}

/** Keys that MONAI's engines read and write whatever the config says. */
const engineKeys = new Set(['image', 'label', 'pred', 'loss']);

function reason(symbol: Symbol, model: ConfigModel, context: LanguageContext): string | undefined {
  if (symbol.kind === 'dataKey' && engineKeys.has(symbol.name))
    return t('MONAI itself reads or writes "{0}" under this name.', symbol.name);
  if (symbol.kind !== 'variable') return undefined;
  const all = [
    model,
    ...context.files
      .filter(({ model: each }) => each.kind === 'environment')
      .map(file => file.model),
  ];
  const isKnown = all.some(each =>
    schemasAt(each, context.schemas, []).some(({ properties }) =>
      Object.hasOwn(properties ?? {}, symbol.name),
    ),
  );
  return isKnown ? t('Clara itself reads "{0}" under this name.', symbol.name) : undefined;
}
