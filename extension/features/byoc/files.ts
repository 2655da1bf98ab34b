import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { TextEdit } from '../../core/config/finding.ts';
import type { NewFile } from '../../core/byoc/scaffold.ts';
import { UserProblem } from '../reportError.ts';

/** Below a folder, by a path with slashes. */
export const at = (folder: vscode.Uri, path: string): vscode.Uri =>
  vscode.Uri.joinPath(folder, ...path.split('/'));

export const exists = (uri: vscode.Uri): Thenable<boolean> =>
  vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );

/** Names in a folder; none where there is no such folder. */
export async function namesIn(folder: vscode.Uri): Promise<string[]> {
  try {
    return (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
  } catch {
    return [];
  }
}

/** Python files of custom/: path -> text as the user sees it. */
export async function readCustom(mmar: vscode.Uri): Promise<Map<string, string>> {
  const pattern = new vscode.RelativePattern(mmar, 'custom/**/*.py');
  const files = await vscode.workspace.findFiles(pattern, '**/__pycache__/**');
  const read = async (uri: vscode.Uri): Promise<[string, string]> => [
    uri.path,
    (await vscode.workspace.openTextDocument(uri)).getText(),
  ];
  return new Map(await Promise.all(files.map(read)));
}

/** New files and changes of open or closed ones: what one undo takes back. */
export class OneEdit {
  private readonly edit = new vscode.WorkspaceEdit();

  create(folder: vscode.Uri, { path, text }: NewFile): void {
    const contents = new TextEncoder().encode(text);
    this.edit.createFile(at(folder, path), { overwrite: false, contents });
  }

  change(document: vscode.TextDocument, edits: readonly TextEdit[]): void {
    for (const { range, text } of edits) {
      const start = document.positionAt(range.offset);
      const end = document.positionAt(range.offset + range.length);
      this.edit.replace(document.uri, new vscode.Range(start, end), text);
    }
  }

  /** Makes all of it or nothing; files that were closed are saved as after a rename. */
  async apply(): Promise<void> {
    const done = await vscode.workspace.applyEdit(this.edit, { isRefactoring: true });
    if (!done)
      throw new UserProblem(t('Nothing was written: a file changed meanwhile. Try again.'));
  }
}
