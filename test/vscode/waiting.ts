import * as vscode from 'vscode';

/** Waits until `find` gives something, for at most `ms`; gives what it gave. */
export async function until<T>(
  what: string,
  find: () => T | undefined | Promise<T | undefined>,
  ms = 30_000,
): Promise<T> {
  for (const end = Date.now() + ms; ; await new Promise(resolve => setTimeout(resolve, 50))) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${ms / 1000} s for ${what}`);
  }
}

/** The extension, active. */
export async function active(): Promise<vscode.Extension<unknown>> {
  const extension = vscode.extensions.getExtension('mmar-workbench.mmar-workbench');
  if (!extension) throw new Error('the extension is not installed');
  await until('the extension to become active', () => extension.isActive || undefined);
  return extension;
}

/** Folder of the workspace. */
export function folder(): vscode.Uri {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (!first) throw new Error('no folder is open');
  return first.uri;
}

export const at = (...parts: string[]): vscode.Uri => vscode.Uri.joinPath(folder(), ...parts);

/** Our diagnostics of a file, once there are any or none as wanted. */
export async function diagnostics(
  uri: vscode.Uri,
  wanted: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const ours = (): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'mmar');
  try {
    return await until('diagnostics', () => (wanted(ours()) ? ours() : undefined), 15_000);
  } catch (error) {
    throw new Error(`${String(error)}; there are ${JSON.stringify(ours())}`, { cause: error });
  }
}

/** The codes of diagnostics with the text that each underlines. */
export const underlined = (
  document: vscode.TextDocument,
  found: readonly vscode.Diagnostic[],
): string[] => found.map(({ code, range }) => `${codeOf(code)} ${document.getText(range)}`).sort();

export const codeOf = (code: vscode.Diagnostic['code']): string | number =>
  typeof code === 'object' ? code.value : (code ?? '');
