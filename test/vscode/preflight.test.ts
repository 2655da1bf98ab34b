import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { active, at, until } from './waiting.ts';

const config = (): vscode.Uri => at('spleen', 'config', 'config_train.json');

const found = (): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(config()).filter(({ source }) => source === 'mmar preflight');

/** Writes the config on disk, as another program would. */
async function replace(from: string, to: string): Promise<void> {
  const bytes = await vscode.workspace.fs.readFile(config());
  const text = new TextDecoder().decode(bytes);
  assert.ok(text.includes(from));
  await vscode.workspace.fs.writeFile(config(), new TextEncoder().encode(text.replace(from, to)));
}

suite('preflight', function () {
  this.timeout(240_000);
  suiteSetup(active);

  test('faults are underlined where they are, and go when the file is edited', async () => {
    await replace('"label_key": "label"', '"label_key": "lable"');
    try {
      // its last message waits for the user, so the command itself does not end
      void vscode.commands.executeCommand('mmar.preflight', config());
      await until('what the preflight finds', () => found().length > 0 || undefined, 200_000);
      const document = await vscode.workspace.openTextDocument(config());
      assert.deepEqual(
        found().map(({ range, severity }) => [document.getText(range), severity]),
        [['"lable"', vscode.DiagnosticSeverity.Error]],
      );
      const edit = new vscode.WorkspaceEdit();
      edit.insert(config(), new vscode.Position(0, 1), ' ');
      await vscode.workspace.applyEdit(edit);
      await until('the findings to go', () => found().length === 0 || undefined);
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    } finally {
      await replace('"label_key": "lable"', '"label_key": "label"');
    }
  });

  test('the report is a read-only document, for the run that the list shows', async () => {
    await vscode.commands.executeCommand('mmar.showPreflight');
    const preview = await until('the report', () =>
      vscode.window.tabGroups.all
        .flatMap(group => group.tabs)
        .find(({ label }) => label.includes('Preflight')),
    );
    assert.match(preview.label, /Preflight spleen/);
    const runs = await vscode.workspace.fs.readDirectory(at('.mmar', 'runs'));
    const [id = ''] = runs
      .map(([name]) => name)
      .sort()
      .reverse();
    const uri = vscode.Uri.from({ scheme: 'mmar-preflight', path: `/local/${id}/Preflight.md` });
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    assert.match(text, /# Preflight of `spleen`/);
    assert.match(text, /lable/);
    assert.match(text, /RandCropByPosNegLabeld|CropForegroundd/);
  });
});
