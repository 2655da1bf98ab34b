import path from 'node:path';
import * as vscode from 'vscode';
import { describeMmar, findMmars, type Mmar } from '../../core/mmar/layout.ts';

/** An MMAR with its place: paths in `mmar` are relative to `folder`. */
export interface FoundMmar {
  readonly mmar: Mmar;
  readonly folder: vscode.WorkspaceFolder;
  readonly uri: vscode.Uri;
}

const included = '**/{config,custom,commands,resources,models}/**';
const excluded = '**/{node_modules,.mmar,dist,.git,__pycache__,.venv}/**';
/** A workspace with more such files is no workspace of MMARs; the scan must end. */
const most = 20_000;

/** All MMARs of the workspace, however broken. */
export async function scanWorkspace(): Promise<FoundMmar[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const found = await Promise.all(folders.map(scanFolder));
  return found.flat();
}

async function scanFolder(folder: vscode.WorkspaceFolder): Promise<FoundMmar[]> {
  const pattern = new vscode.RelativePattern(folder, included);
  const uris = await vscode.workspace.findFiles(pattern, excluded, most);
  const base = folder.uri.path.endsWith('/') ? folder.uri.path : `${folder.uri.path}/`;
  const files = uris.map(uri => uri.path.slice(base.length)).sort();
  const roots = findMmars(files);
  return Promise.all(
    roots.map(async root => {
      const described = await describe(folder, root, files);
      const uri = root === '' ? folder.uri : vscode.Uri.joinPath(folder.uri, ...root.split('/'));
      // a workspace that is itself an MMAR is called by its own folder
      const mmar =
        root === '' ? { ...described, name: path.posix.basename(folder.uri.path) } : described;
      return { mmar, folder, uri };
    }),
  );
}

/** The description asks for texts one after the other; what it asked for is read and it is made again. */
async function describe(
  folder: vscode.WorkspaceFolder,
  root: string,
  files: readonly string[],
): Promise<Mmar> {
  const texts = new Map<string, string | undefined>();
  for (;;) {
    const asked = new Set<string>();
    const mmar = describeMmar({
      root,
      files,
      read: file => {
        if (!texts.has(file)) asked.add(file);
        return texts.get(file);
      },
    });
    if (asked.size === 0) return mmar;
    await Promise.all([...asked].map(async file => texts.set(file, await readText(folder, file))));
  }
}

/** A path of a description as a URI: relative to the workspace folder, or absolute. */
export function uriOf(folder: vscode.WorkspaceFolder, file: string): vscode.Uri {
  return path.isAbsolute(file)
    ? vscode.Uri.file(file)
    : vscode.Uri.file(path.join(folder.uri.fsPath, file));
}

async function readText(folder: vscode.WorkspaceFolder, file: string): Promise<string | undefined> {
  try {
    const bytes = await vscode.workspace.fs.readFile(uriOf(folder, file));
    return new TextDecoder().decode(bytes);
  } catch {
    return undefined; // the description says that it is missing
  }
}
