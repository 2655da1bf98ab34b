import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { prepareRename, rename, type FileEdit } from '../../core/language/rename.ts';
import { sceneOf, type Scenes } from './asking.ts';
import { locationsOf, rangeIn } from './places.ts';

/** Variables, data keys, ids and classes of custom/, in all files of an MMAR or bundle at once. */
export const renameProvider = (scenes: Scenes): vscode.RenameProvider => ({
  async prepareRename(document, position) {
    const scene = await sceneOf(scenes, document);
    const ready = scene && prepareRename(scene.model, document.offsetAt(position), scene.context);
    if (!ready) throw new Error(t('This file belongs to no MMAR or bundle.'));
    if ('problem' in ready) throw new Error(ready.problem);
    return { range: rangeIn(document, ready.range), placeholder: ready.name };
  },
  async provideRenameEdits(document, position, name) {
    const scene = await sceneOf(scenes, document);
    const made = scene && rename(scene.model, document.offsetAt(position), name, scene.context);
    if (!made) return undefined;
    if ('problem' in made) throw new Error(made.problem);
    return editOf(document.uri, made.edits, made.confirm);
  },
});

async function editOf(
  base: vscode.Uri,
  edits: readonly FileEdit[],
  confirm: string | undefined,
): Promise<vscode.WorkspaceEdit> {
  const made = new vscode.WorkspaceEdit();
  const label = t('Rename');
  for (const edit of edits)
    for (const { uri, range } of await locationsOf(base, [edit]))
      made.replace(
        uri,
        range,
        edit.text,
        confirm === undefined
          ? undefined
          : { needsConfirmation: true, label, description: confirm },
      );
  return made;
}
