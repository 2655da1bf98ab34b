import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { active, at, codeOf, diagnostics, underlined, until } from './waiting.ts';

async function replaced(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const offset = document.getText().indexOf(from);
  assert.ok(offset >= 0, from);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(
    document.positionAt(offset),
    document.positionAt(offset + from.length),
  );
  edit.replace(document.uri, range, to);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Weights that do not exist yet are told, but are no fault. */
const faults = (found: readonly vscode.Diagnostic[]): vscode.Diagnostic[] =>
  found.filter(({ severity }) => severity < vscode.DiagnosticSeverity.Information);

suite('diagnostics while one types', () => {
  suiteSetup(active);
  teardown(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  const files: [file: string, from: string, to: string, expected: string][] = [
    ['config/config_train.json', '"pre_transforms"', '"pre_tranforms"', 'unknown-key'],
    ['config/config_train.json', '"epochs": 80', '"epochs": "many"', 'wrong-value'],
    ['config/config_train.json', '"{learning_rate}"', '"{learning_rat}"', 'unresolved-placeholder'],
    ['config/config_train.json', '"@optimizer"', '"@optimiser"', 'unresolved-reference'],
    ['config/config_train.json', '"contrast.RandBodyShiftd"', '"contrast.Absent"', 'byoc-missing'],
    ['config/config_validation.json', '"evaluator"', '"evalator"', 'unknown-key'],
    ['config/config_inference.json', '"inferer"', '"infere"', 'unknown-key'],
    ['config/environment.json', '"DATA_ROOT"', '"DATA_ROT"', 'unknown-key'],
    ['config/config_aiaa.json', '"pre_transforms"', '"pre_tranforms"', 'unknown-key'],
  ];
  for (const [file, from, to, expected] of files)
    test(`${file}: ${to} is ${expected}`, async () => {
      const document = await vscode.workspace.openTextDocument(at('spleen', file));
      await vscode.window.showTextDocument(document);
      const codes = (list: readonly vscode.Diagnostic[]): string =>
        underlined(document, list).join('\n');
      await replaced(document, from, to);
      try {
        await diagnostics(document.uri, list => codes(list).includes(`${expected} `));
      } finally {
        await replaced(document, to, from);
      }
      await diagnostics(document.uri, list => faults(list).length === 0);
    });

  test('a finding with a fix has a quick fix, and a link to its page', async () => {
    const document = await vscode.workspace.openTextDocument(at('spleen/config/config_train.json'));
    await vscode.window.showTextDocument(document);
    await replaced(document, '"include_background": false', '"include_backgrund": false');
    try {
      const isIt = ({ code }: vscode.Diagnostic): boolean => codeOf(code) === 'unknown-arg';
      const found = (await diagnostics(document.uri, list => list.some(isIt))).find(isIt);
      assert.ok(found && typeof found.code === 'object');
      await vscode.workspace.fs.stat(found.code.target);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        found.range,
      );
      const fix = actions.find(({ title }) => title === 'Rename to "include_background"');
      assert.ok(fix?.edit, actions.map(({ title }) => title).join(', '));
      assert.ok(await vscode.workspace.applyEdit(fix.edit));
      assert.ok(!document.getText().includes('include_backgrund'));
    } finally {
      if (document.getText().includes('include_backgrund'))
        await replaced(document, 'include_backgrund', 'include_background');
    }
  });

  test('the severity of a code is a setting', async () => {
    const document = await vscode.workspace.openTextDocument(at('spleen/config/config_train.json'));
    await vscode.window.showTextDocument(document);
    const configuration = vscode.workspace.getConfiguration('mmar', document.uri);
    const isIt = ({ code }: vscode.Diagnostic): boolean => codeOf(code) === 'deprecated';
    await diagnostics(document.uri, list => list.some(isIt));
    await configuration.update('checks.severity', { deprecated: 'off' });
    try {
      await diagnostics(document.uri, list => !list.some(isIt));
    } finally {
      await configuration.update('checks.severity', undefined);
    }
    await diagnostics(document.uri, list => list.some(isIt));
  });

  test('the datalist that environment.json names', async () => {
    const document = await vscode.workspace.openTextDocument(at('data/phantom/dataset.json'));
    await vscode.window.showTextDocument(document);
    const [image] = /"image": *"[^"]+"/.exec(document.getText()) ?? [];
    assert.ok(image);
    await replaced(document, image, '"image": "absent.nii.gz"');
    const found = await diagnostics(document.uri, list => list.length > 0);
    assert.match(underlined(document, found).join('\n'), /absent\.nii\.gz/);
  });

  test('cluster profiles', async () => {
    await vscode.commands.executeCommand('mmar.editClusters');
    const { document } = await until('the editor', () => vscode.window.activeTextEditor);
    assert.match(document.uri.path, /\/\.mmar\/clusters\.yaml$/);
    assert.deepEqual(await diagnostics(document.uri, list => list.length === 0), []);
    await replaced(document, 'scheduler: slurm', 'scheduler: slum');
    const found = await diagnostics(document.uri, list => list.length > 0);
    assert.match(underlined(document, found).join('\n'), /slum/);
  });
});

suite('MMAR: Check', () => {
  test('finds faults of files that nobody opened, and they stay in the Problems view', async () => {
    await active();
    const file = at('spleen', 'config', 'config_validation.json');
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    const broken = text.replace('"evaluator"', '"evalator"');
    assert.notEqual(broken, text);
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(broken));
    try {
      await vscode.commands.executeCommand('mmar.check');
      const found = await diagnostics(file, list => list.length > 0);
      assert.ok(found.some(({ code }) => codeOf(code) === 'unknown-key'));
    } finally {
      await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
    }
  });
});
