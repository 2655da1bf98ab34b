import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Mmar } from '../../core/mmar/layout.ts';
import { UserProblem } from '../reportError.ts';

export interface Chosen {
  readonly mmar: Mmar;
  readonly uri: vscode.Uri;
}

/** By the tree an object, by a lens of the editor the file. */
export type Given = vscode.Uri | { found?: Chosen };

/** The MMAR that a command is about; undefined: the user stepped back. */
export async function pickMmar(
  mmars: () => Promise<readonly Chosen[]>,
  given: Given | undefined,
): Promise<Chosen | undefined> {
  if (given && !(given instanceof vscode.Uri) && given.found) return given.found;
  const all = await mmars();
  const file = given instanceof vscode.Uri ? given.path : undefined;
  const around = all.find(({ uri }) => file?.startsWith(`${uri.path}/`));
  if (around) return around;
  if (all.length === 0)
    throw new UserProblem(t('There is no MMAR in this workspace: open a folder that has one.'));
  if (all.length === 1) return all[0];
  const items = all.map(m => ({ label: m.mmar.name, description: m.mmar.root, m }));
  return (await vscode.window.showQuickPick(items, { placeHolder: t('Which MMAR?') }))?.m;
}

/** A config of the MMAR as a file. */
export function configUri({ mmar, uri }: Chosen, path: string): vscode.Uri {
  return vscode.Uri.joinPath(uri, ...belowMmar(mmar, path).split('/'));
}

/** The path of a config below its MMAR. */
export const belowMmar = (mmar: Mmar, path: string): string =>
  mmar.root === '' ? path : path.slice(mmar.root.length + 1);
