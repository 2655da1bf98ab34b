import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const id = 'mmar-workbench.mmar-workbench';

suite('in a workspace with MMARs', () => {
  test('the extension is there and becomes active by itself', async () => {
    const extension = vscode.extensions.getExtension(id);
    assert.ok(extension, `${id} is not installed`);
    for (let waited = 0; !extension.isActive && waited < 30_000; waited += 100) {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    assert.equal(extension.isActive, true);
  });

  test('every command of the manifest is registered', async () => {
    const extension = vscode.extensions.getExtension(id);
    const manifest = extension?.packageJSON as {
      contributes?: { commands?: { command: string }[] };
    };
    const declared = (manifest.contributes?.commands ?? []).map(({ command }) => command);
    const present = new Set(await vscode.commands.getCommands(true));
    assert.ok(declared.length > 0, 'the manifest declares no command');
    assert.deepEqual(
      declared.filter(command => !present.has(command)),
      [],
    );
  });
});
