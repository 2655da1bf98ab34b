import * as vscode from 'vscode';
import type { Range } from '../../core/config/finding.ts';
import type { Located } from '../../core/language/context.ts';
import { exists } from './readFiles.ts';

export function rangeIn(document: vscode.TextDocument, { offset, length }: Range): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

/** Places of files of the same machine as `base`; volumes and other files that are no text are not opened. */
export async function locationsOf(
  base: vscode.Uri,
  found: readonly Located[],
): Promise<vscode.Location[]> {
  const documents = new Map<string, vscode.TextDocument | undefined>();
  const locations: vscode.Location[] = [];
  for (const { file, range } of found) {
    const uri = base.with({ path: file.startsWith('/') ? file : `/${file}` });
    if (range.offset === 0 && range.length === 0) {
      if (await exists(uri)) locations.push(new vscode.Location(uri, new vscode.Position(0, 0)));
      continue;
    }
    if (!documents.has(file)) documents.set(file, await opened(uri));
    const document = documents.get(file);
    if (document) locations.push(new vscode.Location(uri, rangeIn(document, range)));
  }
  return locations;
}

async function opened(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}
