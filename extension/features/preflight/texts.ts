import * as vscode from 'vscode';

/** Text of a file as the user sees it: the unsaved one where it is open. Undefined: it cannot be read. */
export async function readText(file: string): Promise<string | undefined> {
  const uri = vscode.Uri.file(file);
  const key = uri.toString();
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === key);
  if (open) return open.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
