import * as vscode from 'vscode';
import { valueOf } from '../../core/config/parse.ts';
import { datalistOf } from '../../core/config/facts.ts';
import { parseAs, syntaxOf } from '../../core/language/context.ts';
import type { OwnedTexts } from '../../core/language/assemble.ts';
import { configKind } from '../../core/mmar/kind.ts';
import { findMmars } from '../../core/mmar/layout.ts';
import { below, listFolder, readClosed } from './readFiles.ts';

interface Owner {
  readonly root: vscode.Uri;
  readonly form: 'mmar' | 'bundle';
  /** A bundle's config in a folder without metadata.json stands alone. */
  readonly isLone: boolean;
}

/** The MMAR or bundle that a document belongs to, with its texts as the user sees them. */
export interface Store {
  dispose(): void;
  textsFor(document: vscode.TextDocument): Promise<OwnedTexts | undefined>;
}

const watched = '**/{config,configs,custom,scripts}/**/*.{json,yaml,yml,py}';
const ignored = '**/{node_modules,.mmar,dist}/**';

export function createStore(): Store {
  let owners = new Map<string, Promise<Owner | undefined>>();
  let closed = new Map<string, Promise<OwnedTexts>>();
  let datalists: Promise<Map<string, vscode.Uri>> | undefined;
  const watcher = vscode.workspace.createFileSystemWatcher(watched);
  const forget = (): void => {
    owners = new Map();
    closed = new Map();
    datalists = undefined;
  };
  const parts = vscode.Disposable.from(
    watcher,
    watcher.onDidChange(forget),
    watcher.onDidCreate(forget),
    watcher.onDidDelete(forget),
    vscode.workspace.onDidSaveTextDocument(forget),
  );
  return {
    async textsFor(document) {
      if (!isCandidate(document.uri)) return undefined;
      const find = () => ownerOf(document, () => (datalists ??= findDatalists()));
      const owner = await kept(owners, ownerKey(document), find);
      if (!owner) return undefined;
      const files = await kept(
        closed,
        `${owner.root.toString()} ${owner.isLone ? document.uri.path : ''}`,
        () => readOwned(owner, document.uri),
      );
      return withOpen(files, owner, document);
    },
    dispose: () => void parts.dispose(),
  };
}

/** What a document is may change with its text only where its place does not tell. */
const ownerKey = ({ uri, version }: vscode.TextDocument): string =>
  /\/(config|configs|custom)\//.test(uri.path) ? uri.toString() : `${uri.toString()} ${version}`;

function kept<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function isCandidate(uri: vscode.Uri): boolean {
  if (uri.scheme === 'git' || uri.scheme === 'output') return false;
  // what ran is kept below .mmar as it was
  return /\.(json|ya?ml|py)$/i.test(uri.path) && !uri.path.includes('/.mmar/');
}

async function ownerOf(
  document: vscode.TextDocument,
  datalists: () => Promise<Map<string, vscode.Uri>>,
): Promise<Owner | undefined> {
  const { uri } = document;
  const folder = vscode.Uri.joinPath(uri, '..');
  const parent = vscode.Uri.joinPath(uri, '../..');
  const name = uri.path.split('/').at(-2);
  if (uri.path.endsWith('.py')) return ownerOfModule(uri);
  if (name === 'config' && uri.path.endsWith('.json') && (await isMmar(parent)))
    return { root: parent, form: 'mmar', isLone: false };
  if (uri.path.endsWith('/metadata.json')) return undefined;
  if (name === 'configs' && (await has(folder, 'metadata.json')))
    return { root: parent, form: 'bundle', isLone: false };
  const root = (await datalists()).get(uri.path);
  if (root) return { root, form: 'mmar', isLone: false };
  const text = document.getText();
  const value = text.includes('_target_') ? valueOf(parseAs(syntaxOf(uri.path), text)) : undefined;
  const isBundle = configKind(uri.path, value) === 'bundle';
  return isBundle
    ? { root: name === 'configs' ? parent : folder, form: 'bundle', isLone: name !== 'configs' }
    : undefined;
}

/** A module of custom/ (MMAR) or scripts/ (bundle), however deep. */
async function ownerOfModule(uri: vscode.Uri): Promise<Owner | undefined> {
  const parts = uri.path.split('/');
  for (let depth = parts.length - 2; depth > 0; depth -= 1) {
    const root = uri.with({ path: parts.slice(0, depth).join('/') || '/' });
    if (parts[depth] === 'custom' && (await isMmar(root)))
      return { root, form: 'mmar', isLone: false };
    if (
      parts[depth] === 'scripts' &&
      (await has(vscode.Uri.joinPath(root, 'configs'), 'metadata.json'))
    )
      return { root, form: 'bundle', isLone: false };
  }
  return undefined;
}

async function isMmar(root: vscode.Uri): Promise<boolean> {
  const folders = (await listFolder(root))
    .filter(([, type]) => type & vscode.FileType.Directory)
    .map(([name]) => `${name}/_`);
  const configs = (await listFolder(vscode.Uri.joinPath(root, 'config'))).map(
    ([name]) => `config/${name}`,
  );
  return findMmars([...folders, ...configs]).includes('');
}

const has = async (folder: vscode.Uri, file: string): Promise<boolean> =>
  (await listFolder(folder)).some(([name]) => name === file);

/** Path of a datalist -> root of the MMAR whose environment.json names it. */
async function findDatalists(): Promise<Map<string, vscode.Uri>> {
  const found = new Map<string, vscode.Uri>();
  for (const file of await vscode.workspace.findFiles('**/config/environment.json', ignored)) {
    const root = vscode.Uri.joinPath(file, '../..');
    const path = datalistOf(root.path, (await readClosed(file)) ?? '');
    if (path !== undefined) found.set(path, root);
  }
  return found;
}

async function readOwned({ root, form, isLone }: Owner, document: vscode.Uri): Promise<OwnedTexts> {
  const folder = vscode.Uri.joinPath(root, form === 'mmar' ? 'config' : 'configs');
  const pattern = form === 'mmar' ? /\.json$/i : /\.(json|ya?ml)$/i;
  const configs = isLone ? await texts([document]) : await texts(await below(folder, pattern, 0));
  const metadataPath = vscode.Uri.joinPath(folder, 'metadata.json').path;
  const metadata = configs.get(metadataPath);
  if (form === 'bundle') configs.delete(metadataPath);
  const modules = isLone
    ? []
    : await below(vscode.Uri.joinPath(root, form === 'mmar' ? 'custom' : 'scripts'), /\.py$/, 8);
  const datalists = new Set<string>();
  const environment = configs.get(vscode.Uri.joinPath(folder, 'environment.json').path);
  const named =
    form === 'mmar' && environment !== undefined ? datalistOf(root.path, environment) : undefined;
  const text = named === undefined ? undefined : await readClosed(root.with({ path: named }));
  if (named !== undefined && text !== undefined) {
    configs.set(named, text);
    datalists.add(named);
  }
  return { root: root.path, form, configs, datalists, python: await texts(modules), metadata };
}

async function texts(uris: readonly vscode.Uri[]): Promise<Map<string, string>> {
  const read = await Promise.all(uris.map(async uri => [uri.path, await readClosed(uri)] as const));
  return new Map(
    read.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])),
  );
}

/** Unsaved texts win over those on disk. */
function withOpen(files: OwnedTexts, { root }: Owner, document: vscode.TextDocument): OwnedTexts {
  const configs = new Map(files.configs);
  const python = new Map(files.python);
  for (const open of vscode.workspace.textDocuments) {
    if (open.uri.scheme !== root.scheme || open.uri.authority !== root.authority) continue;
    const { path } = open.uri;
    if (path.endsWith('.py') && (python.has(path) || open === document))
      python.set(path, open.getText());
    else if (configs.has(path) || open === document) configs.set(path, open.getText());
  }
  return { ...files, configs, python };
}
