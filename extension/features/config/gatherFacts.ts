import * as vscode from 'vscode';
import {
  datalistOf,
  makeFacts,
  noFacts,
  otherConfig,
  type Facts,
} from '../../core/config/facts.ts';
import type { Finding } from '../../core/config/finding.ts';
import type { CheckedKind } from '../../core/config/kinds.ts';
import type { ConfigModel } from '../../core/config/model.ts';
import type { NiftiHeader } from '../../core/volume/nifti.ts';
import { readHeader } from '../../io/volumes.ts';

/** As many requests at once as a remote file system takes gladly. */
const atOnce = 32;
/** A server of files that hangs must not hold the findings back. */
const headerMs = 5000;

export interface Subject {
  readonly file: vscode.Uri;
  readonly root: vscode.Uri | undefined;
  readonly kind: CheckedKind;
}

/**
 * Runs checks that ask synchronously which files exist and what volumes' headers say: what they ask for is looked up,
 * and they run again. Every file is looked up once.
 */
export async function gatherFacts(
  { file, root, kind }: Subject,
  check: (facts: Facts) => Promise<Finding[]>,
): Promise<Finding[]> {
  if (!root) return check(noFacts);
  const exists = lookUp<boolean>();
  const headers = lookUp<NiftiHeader | undefined>();
  const environment = await readText(vscode.Uri.joinPath(root, 'config/environment.json'));
  const datalist = environment === undefined ? undefined : datalistOf(root.path, environment);
  const isBundle = kind === 'bundle';
  const facts = makeFacts({
    root: root.path,
    environment,
    custom: await readCustom(root),
    file: file.path,
    others: await readOthers(root, isBundle ? 'configs' : 'config', file),
    datalist: datalist === undefined ? undefined : await readText(placeOf(root, datalist)),
    metadata: isBundle
      ? await readText(vscode.Uri.joinPath(root, 'configs/metadata.json'))
      : undefined,
    fileExists: exists.get,
    volumeHeader: kind === 'datalist' ? headers.get : undefined,
  });
  const findings = await check(facts);
  const asked = await exists.answer(path => isThere(root, path));
  const read = await headers.answer(path => headerOf(root, path));
  return asked || read ? check(facts) : findings;
}

interface LookUp<T> {
  readonly get: (path: string) => T | undefined;
  /** Looks up what was asked for; false where nothing was. */
  answer(find: (path: string) => Promise<T>): Promise<boolean>;
}

function lookUp<T>(): LookUp<T> {
  const known = new Map<string, T>();
  const asked = new Set<string>();
  return {
    get: path => {
      if (!known.has(path)) asked.add(path);
      return known.get(path);
    },
    answer: async find => {
      const paths = [...asked];
      for (let from = 0; from < paths.length; from += atOnce)
        await Promise.all(
          paths.slice(from, from + atOnce).map(async path => {
            known.set(path, await find(path));
          }),
        );
      return paths.length > 0;
    },
  };
}

/** A file as the user sees it: the unsaved text where it is open. undefined: no such file. */
export async function readText(uri: vscode.Uri): Promise<string | undefined> {
  const key = uri.toString();
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === key);
  if (open) return open.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

function placeOf(root: vscode.Uri, path: string): vscode.Uri {
  return root.with({ path: path.startsWith('/') ? path : `/${path}` }); // C:/data
}

async function isThere(root: vscode.Uri, path: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(placeOf(root, path));
    return true;
  } catch {
    return false;
  }
}

/** Only of files that this machine has: elsewhere the whole of it would have to be fetched. */
async function headerOf(root: vscode.Uri, path: string): Promise<NiftiHeader | undefined> {
  if (root.scheme !== 'file' || !/\.nii(\.gz)?$/i.test(path)) return undefined;
  try {
    return await readHeader(placeOf(root, path).fsPath, AbortSignal.timeout(headerMs));
  } catch {
    return undefined; // that it is missing or broken is said elsewhere
  }
}

/** Modules of custom/: path -> text. */
async function readCustom(root: vscode.Uri): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const visit = async (folder: vscode.Uri, depth: number): Promise<void> => {
    for (const [name, type] of await listFolder(folder)) {
      const uri = vscode.Uri.joinPath(folder, name);
      if (type & vscode.FileType.Directory) {
        if (depth > 0 && name !== '__pycache__') await visit(uri, depth - 1);
      } else if (name.endsWith('.py')) texts.set(uri.path, (await readText(uri)) ?? '');
    }
  };
  await visit(vscode.Uri.joinPath(root, 'custom'), 8);
  return texts;
}

/** The other configs as they were read last; a text that did not change is not read anew. */
const models = new Map<string, { readonly text: string; readonly model: ConfigModel }>();
const mostModels = 200;
/** Longer files are datalists, not configs. */
const mostLetters = 1 << 20;

async function readOthers(
  root: vscode.Uri,
  folder: string,
  file: vscode.Uri,
): Promise<Map<string, ConfigModel>> {
  const place = vscode.Uri.joinPath(root, folder);
  const names = (await listFolder(place)).flatMap(([name]) =>
    /\.(json|ya?ml)$/i.test(name) && name !== 'metadata.json' ? [name] : [],
  );
  const found = new Map<string, ConfigModel>();
  for (const name of names) {
    const uri = vscode.Uri.joinPath(place, name);
    const text = uri.path === file.path ? undefined : await readText(uri);
    if (text !== undefined && text.length <= mostLetters)
      found.set(uri.path, modelOf(uri.path, text));
  }
  return found;
}

function modelOf(path: string, text: string): ConfigModel {
  const known = models.get(path);
  if (known?.text === text) return known.model;
  if (models.size >= mostModels) models.clear();
  const model = otherConfig(path, text);
  models.set(path, { text, model });
  return model;
}

/** What is in a folder; nothing where there is none. */
export async function listFolder(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}
