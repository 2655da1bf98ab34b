import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { datalistOf } from '../core/config/facts.ts';
import { valueOf } from '../core/config/parse.ts';
import type { OwnedTexts } from '../core/language/assemble.ts';
import { parseAs, syntaxOf, type FolderEntry } from '../core/language/context.ts';
import { configKind } from '../core/mmar/kind.ts';
import { findMmars } from '../core/mmar/layout.ts';
import { filesBelow, readText } from './mmarFolder.ts';

/** Texts that the editor has open, by path; they win over those on disk. */
export type OpenTexts = ReadonlyMap<string, string>;

interface Owner {
  readonly root: string;
  readonly form: 'mmar' | 'bundle';
  readonly isLone: boolean;
}

const { dirname, basename, join } = path.posix;

/** The MMAR or bundle that a file belongs to, with all its texts; undefined: it is none of ours. */
export function textsFor(file: string, open: OpenTexts): OwnedTexts | undefined {
  if (file.includes('/.mmar/') || basename(file) === 'metadata.json') return undefined;
  const owner = ownerOf(file, open);
  return owner && readOwned(owner, file, open);
}

function ownerOf(file: string, open: OpenTexts): Owner | undefined {
  const folder = dirname(file);
  const parent = dirname(folder);
  if (file.endsWith('.py')) return ownerOfModule(file);
  if (basename(folder) === 'config' && file.endsWith('.json') && isMmar(parent))
    return { root: parent, form: 'mmar', isLone: false };
  if (basename(folder) === 'configs' && existsSync(join(folder, 'metadata.json')))
    return { root: parent, form: 'bundle', isLone: false };
  const text = open.get(file) ?? '';
  const value = text.includes('_target_') ? valueOf(parseAs(syntaxOf(file), text)) : undefined;
  if (configKind(file, value) === 'bundle') return { root: folder, form: 'bundle', isLone: true };
  return ownerOfDatalist(file);
}

function ownerOfModule(file: string): Owner | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const root = dirname(folder);
    if (basename(folder) === 'custom' && isMmar(root)) return { root, form: 'mmar', isLone: false };
    if (basename(folder) === 'scripts' && existsSync(join(root, 'configs/metadata.json')))
      return { root, form: 'bundle', isLone: false };
  }
  return undefined;
}

/** A datalist beside or above which an MMAR lies whose environment.json names it. */
function ownerOfDatalist(file: string): Owner | undefined {
  if (!file.endsWith('.json')) return undefined;
  let folder = dirname(file);
  for (let up = 0; up < 4 && folder !== dirname(folder); up += 1, folder = dirname(folder))
    for (const root of [folder, ...foldersIn(folder)]) {
      const environment = readText(join(root, 'config/environment.json'));
      if (environment !== undefined && datalistOf(root, environment) === file && isMmar(root))
        return { root, form: 'mmar', isLone: false };
    }
  return undefined;
}

const foldersIn = (folder: string): string[] =>
  (entriesOf(folder) ?? [])
    .filter(({ isFolder }) => isFolder)
    .map(({ name }) => join(folder, name));

function isMmar(root: string): boolean {
  const folders = (entriesOf(root) ?? [])
    .filter(({ isFolder }) => isFolder)
    .map(({ name }) => `${name}/_`);
  const configs = (entriesOf(join(root, 'config')) ?? []).map(({ name }) => `config/${name}`);
  return findMmars([...folders, ...configs]).includes('');
}

export function entriesOf(folder: string): FolderEntry[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true }).map(entry => ({
      name: entry.name,
      isFolder: entry.isDirectory(),
    }));
  } catch {
    return undefined;
  }
}

function readOwned({ root, form, isLone }: Owner, file: string, open: OpenTexts): OwnedTexts {
  const read = (name: string): string | undefined => open.get(name) ?? readText(name);
  const all = (names: readonly string[]): Map<string, string> =>
    new Map(
      names.flatMap(name => {
        const text = read(name);
        return text === undefined ? [] : [[name, text] as const];
      }),
    );
  const folder = join(root, form === 'mmar' ? 'config' : 'configs');
  const pattern = form === 'mmar' ? /\.json$/i : /\.(json|ya?ml)$/i;
  const names = (entriesOf(folder) ?? [])
    .filter(
      ({ name, isFolder }) =>
        !isFolder && pattern.test(name) && !(form === 'bundle' && name === 'metadata.json'),
    )
    .map(({ name }) => join(folder, name));
  const environment = read(join(folder, 'environment.json'));
  const named =
    form === 'mmar' && environment !== undefined ? datalistOf(root, environment) : undefined;
  const datalist = named !== undefined && existsSync(named) ? [named] : [];
  const configs = all(
    isLone
      ? [file]
      : [...new Set([...names, ...datalist, ...(file.endsWith('.py') ? [] : [file])])],
  );
  const modules = isLone
    ? []
    : filesBelow(root, form === 'mmar' ? 'custom' : 'scripts', 8).filter(name =>
        name.endsWith('.py'),
      );
  const python = all(modules.map(name => join(root, name)));
  return {
    root,
    form,
    configs,
    datalists: new Set(datalist),
    python,
    metadata: isLone ? undefined : read(join(folder, 'metadata.json')),
  };
}
