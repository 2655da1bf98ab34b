import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { active, at, until } from './waiting.ts';

const config = at('spleen', 'config', 'config_train.json');

async function open(uri = config): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Behind the first mention of a text, `by` characters further on. */
function after(document: vscode.TextDocument, text: string, by = 0): vscode.Position {
  const offset = document.getText().indexOf(text);
  assert.ok(offset >= 0, text);
  return document.positionAt(offset + text.length + by);
}

async function type(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const start = after(document, from, -from.length);
  edit.replace(document.uri, new vscode.Range(start, after(document, from)), to);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

const run = <T>(command: string, ...args: unknown[]): Thenable<T> =>
  vscode.commands.executeCommand<T>(command, ...args);

const completions = async (
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.CompletionItem[]> =>
  (await run<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position))
    .items;

const labelOf = ({ label }: vscode.CompletionItem): string =>
  typeof label === 'string' ? label : label.label;

/** The text of a hover, in either of VS Code's forms. */
const markdownOf = (content: vscode.Hover['contents'][number]): string =>
  content instanceof vscode.MarkdownString ? content.value : JSON.stringify(content);

suite('language features of configs', () => {
  suiteSetup(active);
  teardown(async () => {
    await run('workbench.action.revertAndCloseActiveEditor');
  });

  test('completion offers losses where a loss belongs, once each, in half-typed text', async () => {
    const document = await open();
    await type(document, '"name": "DiceCELoss",', '"name": "Dice');
    const found = await completions(document, after(document, '"name": "Dice'));
    const labels = found.map(labelOf);
    assert.equal(labels.filter(label => label === 'DiceLoss').length, 1);
    assert.ok(!labels.includes('"LoadImaged"'), 'no words of the file from elsewhere');
    const item = found.find(each => labelOf(each) === 'DiceLoss');
    assert.equal(item?.detail, 'monai.losses');
  });

  test('completion of arguments, values, references, variables', async () => {
    const document = await open();
    const labels = async (position: vscode.Position) =>
      (await completions(document, position)).map(labelOf);
    assert.ok((await labels(after(document, '"softmax": true,\n        "'))).includes('sigmoid'));
    assert.ok((await labels(after(document, '"mode": ["bilinear", "'))).includes('nearest'));
    assert.ok((await labels(after(document, '"optimizer": "@'))).includes('model'));
    assert.ok((await labels(after(document, '"load_path": "{'))).includes('MMAR_CKPT_DIR'));
  });

  test('hover', async () => {
    const document = await open();
    const text = async (position: vscode.Position): Promise<string> =>
      (await run<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position))
        .flatMap(({ contents }) => contents.map(markdownOf))
        .join('\n');
    assert.match(await text(after(document, '"DiceCE')), /DiceCELoss\([\s\S]*docs\.monai\.io/);
    assert.match(await text(after(document, '"{learning_')), /0\.005/);
    assert.match(await text(after(document, '"contrast.RandBody')), /Adds one random offset/);
  });

  test('documentation of the environment comes in the background', async () => {
    const document = await open();
    const position = after(document, '"DiceCE');
    await until(
      'texts of the documentation',
      async () => {
        const found = await run<vscode.Hover[]>(
          'vscode.executeHoverProvider',
          document.uri,
          position,
        );
        return (
          found.some(({ contents }) =>
            contents.some(each =>
              /Dice loss and Cross Entropy|Dice and Cross/i.test(markdownOf(each)),
            ),
          ) || undefined
        );
      },
      50_000,
    );
  });

  test('signature help', async () => {
    const document = await open();
    const help = await run<vscode.SignatureHelp>(
      'vscode.executeSignatureHelpProvider',
      document.uri,
      after(document, '"softmax": tr'),
    );
    assert.match(help.signatures[0]?.label ?? '', /^DiceCELoss\(/);
  });

  test('definitions: a variable, a reference, a class, a file', async () => {
    const document = await open();
    const target = async (position: vscode.Position): Promise<string> => {
      const [found] = await run<vscode.Location[]>(
        'vscode.executeDefinitionProvider',
        document.uri,
        position,
      );
      assert.ok(found);
      const there = await vscode.workspace.openTextDocument(found.uri);
      return `${found.uri.path.split('/').at(-1) ?? ''} ${there.getText(found.range)}`;
    };
    assert.equal(await target(after(document, '"{DATASET_')), 'environment.json DATASET_JSON');
    assert.equal(
      await target(after(document, '"optimizer": "@opti')),
      'config_train.json optimizer',
    );
    assert.equal(await target(after(document, '"contrast.RandBody')), 'contrast.py RandBodyShiftd');
    assert.equal(await target(after(document, '"ref": "Load')), 'config_train.json LoadImaged');
  });

  test('references of a variable lead to all configs', async () => {
    const document = await open(at('spleen', 'config', 'environment.json'));
    const found = await run<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      document.uri,
      after(document, '"DATASET_'),
    );
    const files = new Set(found.map(({ uri }) => uri.path.split('/').at(-1)));
    assert.ok(
      files.has('config_train.json') && files.has('config_validation.json'),
      [...files].join(' '),
    );
  });

  test('rename of a class changes Python and all configs together', async () => {
    const document = await open(at('spleen', 'custom', 'contrast.py'));
    const edit = await run<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      after(document, 'class RandBody'),
      'RandShiftd',
    );
    const changed = edit
      .entries()
      .map(
        ([uri, edits]) =>
          `${uri.path.split('/').at(-1) ?? ''} ${edits.map(({ newText }) => newText).join()}`,
      );
    assert.deepEqual(changed.sort(), ['config_train.json RandShiftd', 'contrast.py RandShiftd']);
  });

  test('rename refuses what Clara knows by its name', async () => {
    const document = await open();
    await assert.rejects(
      async () => run('vscode.prepareRename', document.uri, after(document, '"optimizer": "@opti')),
      /Clara knows/,
    );
  });

  test('outline, inlay hints, lenses', async () => {
    const document = await open();
    const symbols = await run<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const train = symbols
      .filter(({ name }) => name === 'train')
      .flatMap(({ children }) => children);
    assert.ok(train.some(({ name, detail }) => name === 'loss' && detail === 'DiceCELoss'));
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await run<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      document.uri,
      whole,
    );
    assert.ok(hints.some(({ label }) => label === '= models/model.pt'));
    const lenses = await run<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 20);
    assert.deepEqual(
      lenses
        .map(({ command }) => command?.command)
        .filter(id => id?.startsWith('mmar.'))
        .sort(),
      ['mmar.check', 'mmar.exportBundle', 'mmar.infer', 'mmar.train'],
    );
  });

  test('a bundle in YAML, and a JSON file that is none of ours', async () => {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    const folder = at('b u$(n)d', 'configs');
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(folder, 'metadata.json'),
      encode('{"monai_version": "1.3.0"}'),
    );
    const file = vscode.Uri.joinPath(folder, 'train.yaml');
    await vscode.workspace.fs.writeFile(
      file,
      encode(
        'loss:\n  _target_: DiceLoss\n  sig\ntrainer:\n  _target_: SupervisedTrainer\n  loss_function: "@loss"\n',
      ),
    );
    const document = await open(file);
    const found = await completions(document, after(document, '  sig'));
    assert.ok(found.map(labelOf).includes('sigmoid'));
    const other = at('package.json');
    await vscode.workspace.fs.writeFile(other, encode('{"name": "x", "dependencies": {}}'));
    const foreign = await open(other);
    const items = await completions(foreign, after(foreign, '"name": "'));
    assert.ok(!items.map(labelOf).includes('DiceLoss'));
  });
});
