import * as vscode from 'vscode';
import type { Asked, Assemble, OwnedTexts } from '../../core/language/assemble.ts';
import type { FolderEntry, LanguageContext } from '../../core/language/context.ts';
import type { ConfigModel } from '../../core/config/model.ts';
import { exists, listFolder } from './readFiles.ts';
import type { Store } from './store.ts';

/** A document in its MMAR or bundle. */
export interface Scene {
  readonly model: ConfigModel;
  readonly context: LanguageContext;
}

export interface Scenes {
  readonly store: Store;
  readonly assemble: Assemble;
  docs(): LanguageContext['docs'];
}

/** A module of Python has no model of a config. */
export const noModel = (files: LanguageContext['files']): ConfigModel | undefined =>
  files[0]?.model;

/** The document as it is now; undefined where it belongs to no MMAR or bundle. */
export async function sceneOf(
  scenes: Scenes,
  document: vscode.TextDocument,
): Promise<Scene | undefined> {
  return answered(scenes, document, scene => scene);
}

/**
 * Asks the core, which asks synchronously what files there are: what it asked for is looked up, and it is asked
 * again.
 */
export async function answered<T>(
  { store, assemble, docs }: Scenes,
  document: vscode.TextDocument,
  ask: (scene: Scene) => T,
): Promise<T | undefined> {
  const texts = await store.textsFor(document);
  if (!texts) return undefined;
  const look = lookingUp(document.uri);
  const run = (): T | undefined => {
    const scene = sceneWith(texts, assemble, document, { ...look.asked, docs: docs() });
    return scene && ask(scene);
  };
  const first = run();
  return (await look.answer()) ? run() : first;
}

function sceneWith(
  texts: OwnedTexts,
  assemble: Assemble,
  { uri }: vscode.TextDocument,
  asked: Omit<Asked, 'file'>,
): Scene | undefined {
  const context = assemble(texts, { ...asked, file: uri.path });
  if (!context) return undefined;
  const own = context.files.find(({ path }) => path === uri.path)?.model;
  const model = own ?? (uri.path.endsWith('.py') ? noModel(context.files) : undefined);
  return model && { model, context };
}

/** Remembers what was asked for and not known. */
function lookingUp(base: vscode.Uri) {
  const files = new Map<string, boolean | undefined>();
  const folders = new Map<string, readonly FolderEntry[] | undefined>();
  const at = (path: string): vscode.Uri =>
    base.with({ path: path.startsWith('/') ? path : `/${path}` });
  const fileExists = (path: string): boolean | undefined => {
    if (!files.has(path)) files.set(path, undefined);
    return files.get(path);
  };
  const listed = (path: string): readonly FolderEntry[] | undefined => {
    if (!folders.has(path)) folders.set(path, undefined);
    return folders.get(path);
  };
  /** false: nothing was asked for. */
  const answer = async (): Promise<boolean> => {
    for (const path of files.keys()) files.set(path, await exists(at(path)));
    for (const path of folders.keys())
      folders.set(
        path,
        (await listFolder(at(path))).map(([name, type]) => ({
          name,
          isFolder: (type & vscode.FileType.Directory) !== 0,
        })),
      );
    return files.size + folders.size > 0;
  };
  return { asked: { fileExists, listFolder: listed }, answer };
}
