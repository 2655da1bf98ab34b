import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { active, at, diagnostics, folder, until } from './waiting.ts';

const exists = (uri: vscode.Uri): Thenable<boolean> =>
  vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );

async function onlyRun(): Promise<vscode.Uri | undefined> {
  const runs = at('.mmar', 'runs');
  if (!(await exists(runs))) return undefined;
  const [first] = await vscode.workspace.fs.readDirectory(runs);
  return first && vscode.Uri.joinPath(runs, first[0]);
}

suite('an MMAR whose name means something to a shell', () => {
  const mmar = (): vscode.Uri => at("a b'c $(touch x)");

  test('is checked and trained like any other', async function () {
    this.timeout(180_000);
    await active();
    const config = vscode.Uri.joinPath(mmar(), 'config', 'config_train.json');
    await vscode.workspace.openTextDocument(config);
    assert.deepEqual(await diagnostics(config, () => true), []);
    await vscode.commands.executeCommand('mmar.train', config);
    const run = await until('the run folder', onlyRun);
    const ended = vscode.Uri.joinPath(run, 'exit.json');
    await until('the end of the run', async () => (await exists(ended)) || undefined, 150_000);
    const bytes = await vscode.workspace.fs.readFile(ended);
    const log = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(run, 'job.log'));
    const { code } = JSON.parse(new TextDecoder().decode(bytes)) as { code: number };
    assert.equal(code, 0, new TextDecoder().decode(log));
    assert.ok(await exists(vscode.Uri.joinPath(run, 'models', 'model.pt')));
    for (const place of [folder(), mmar(), run])
      assert.equal(await exists(vscode.Uri.joinPath(place, 'x')), false, 'a name was executed');
  });
});
