import assert from 'node:assert/strict';
import * as vscode from 'vscode';

suite('in a workspace without MMARs', () => {
  test('the extension is there, but sleeps', async () => {
    const extension = vscode.extensions.getExtension('mmar-workbench.mmar-workbench');
    assert.ok(extension);
    await new Promise(resolve => setTimeout(resolve, 3000)); // what starts late has started by then
    assert.equal(extension.isActive, false);
  });
});
