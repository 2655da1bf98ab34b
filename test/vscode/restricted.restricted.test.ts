import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { active, at, diagnostics } from './waiting.ts';

suite('in Restricted Mode', () => {
  test('configs are checked', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await active();
    const uri = at('spleen', 'config', 'config_train.json');
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, document.positionAt(1), '"pre_tranforms": [],');
    assert.ok(await vscode.workspace.applyEdit(edit));
    const found = await diagnostics(uri, list => list.length > 0);
    assert.ok(found.length > 0);
  });

  test('nothing is run: a training is refused, and no run folder comes into being', async () => {
    // the message waits for an answer; what counts here is what did not happen
    void vscode.commands.executeCommand('mmar.train');
    await new Promise(resolve => setTimeout(resolve, 3000));
    await assert.rejects(Promise.resolve(vscode.workspace.fs.stat(at('.mmar'))));
  });
});
