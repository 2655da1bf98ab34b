import * as vscode from 'vscode';

/** What is in a folder; nothing where there is none. */
export async function listFolder(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}

/** A file as it is on disk; undefined: no such file. */
export async function readClosed(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

/** Files of a folder, and of the folders in it. */
export async function below(
  folder: vscode.Uri,
  pattern: RegExp,
  depth: number,
): Promise<vscode.Uri[]> {
  const found: vscode.Uri[] = [];
  for (const [name, type] of await listFolder(folder)) {
    const uri = vscode.Uri.joinPath(folder, name);
    if (type & vscode.FileType.Directory) {
      if (depth > 0 && name !== '__pycache__')
        found.push(...(await below(uri, pattern, depth - 1)));
    } else if (pattern.test(name)) found.push(uri);
  }
  return found;
}

export async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
