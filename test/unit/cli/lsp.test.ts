import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { startClient, type Client } from './lspClient.ts';
import { hostile, sampleMmar, scratch } from './mmars.ts';

interface Item {
  readonly label: string;
  readonly textEdit: { readonly newText: string };
  readonly data?: unknown;
  readonly documentation?: { readonly value: string };
}
interface Published {
  readonly uri: string;
  readonly diagnostics: readonly { readonly code: string; readonly range: object }[];
}

suite('mmar lsp, spoken to as a process', function () {
  this.timeout(60_000);
  let client: Client;
  let folder: string;
  let mmar: string;
  suiteSetup(async () => {
    folder = scratch();
    mmar = sampleMmar(folder, hostile);
    client = await startClient(['--stdio']);
    const { capabilities } = await client.request<{ capabilities: Record<string, unknown> }>(
      'initialize',
      {
        processId: process.pid,
        rootUri: pathToFileURL(mmar).href,
        capabilities: {
          textDocument: { completion: { completionItem: { snippetSupport: true } } },
        },
      },
    );
    client.notify('initialized', {});
    for (const name of [
      'completion',
      'hover',
      'definition',
      'references',
      'rename',
      'documentSymbol',
      'foldingRange',
      'inlayHint',
      'signatureHelp',
      'codeAction',
    ])
      assert.ok(capabilities[`${name}Provider`], name);
  });
  suiteTeardown(async () => {
    assert.equal(await client.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  const uriOf = (name: string): string => pathToFileURL(path.join(mmar, name)).href;
  let version = 0;

  /** Opens a file with a text that differs from that on disk. */
  function open(name: string, change: (text: string) => string = text => text): TextDocument {
    const text = change(readFileSync(path.join(mmar, name), 'utf8'));
    const document = TextDocument.create(uriOf(name), 'json', ++version, text);
    client.notify('textDocument/didOpen', {
      textDocument: { uri: document.uri, languageId: 'json', version, text },
    });
    return document;
  }
  const close = ({ uri }: TextDocument): void =>
    client.notify('textDocument/didClose', { textDocument: { uri } });
  function at(document: TextDocument, text: string): object {
    const offset = document.getText().indexOf(text);
    assert.ok(offset >= 0, text);
    return {
      textDocument: { uri: document.uri },
      position: document.positionAt(offset + text.length),
    };
  }

  test('completion in half-typed text, with documentation when it is asked for', async () => {
    const document = open('config/config_train.json', text =>
      text.replace('"name": "DiceCELoss",', '"name": "Dice'),
    );
    const items = await client.request<Item[]>(
      'textDocument/completion',
      at(document, '"name": "Dice'),
    );
    const item = items.find(({ label }) => label === 'DiceLoss');
    assert.equal(item?.textEdit.newText, 'DiceLoss"');
    const resolved = await client.request<Item>('completionItem/resolve', item);
    assert.match(resolved.documentation?.value ?? '', /DiceLoss\(/);
    close(document);
  });

  test('hover, signature help', async () => {
    const document = open('config/config_train.json');
    const { contents } = await client.request<{ contents: { value: string } }>(
      'textDocument/hover',
      at(document, '"{learning_'),
    );
    assert.match(contents.value, /0\.005/);
    const help = await client.request<{ signatures: { label: string }[] }>(
      'textDocument/signatureHelp',
      at(document, '"softmax": tr'),
    );
    assert.match(help.signatures[0]?.label ?? '', /^DiceCELoss\(/);
    close(document);
  });

  test('definition and references over files that are not open', async () => {
    const document = open('config/config_train.json');
    const found = await client.request<{ uri: string }[]>(
      'textDocument/definition',
      at(document, '"contrast.RandBody'),
    );
    assert.deepEqual(
      found.map(({ uri }) => uri),
      [uriOf('custom/contrast.py')],
    );
    const all = await client.request<{ uri: string }[]>('textDocument/references', {
      ...at(document, '"{DATASET_'),
      context: { includeDeclaration: true },
    });
    assert.ok(new Set(all.map(({ uri }) => uri)).has(uriOf('config/environment.json')));
    close(document);
  });

  test('rename, and why not', async () => {
    const document = open('config/config_train.json');
    const { changes } = await client.request<{ changes: Record<string, { newText: string }[]> }>(
      'textDocument/rename',
      { ...at(document, '"contrast.RandBody'), newName: 'Shiftd' },
    );
    assert.deepEqual(
      Object.keys(changes).sort(),
      [uriOf('config/config_train.json'), uriOf('custom/contrast.py')].sort(),
    );
    await assert.rejects(
      client.request('textDocument/rename', { ...at(document, '"@opti'), newName: 'x' }),
      /Clara knows/,
    );
    close(document);
  });

  test('symbols, folding, inlay hints', async () => {
    const document = open('config/config_train.json');
    const textDocument = { uri: document.uri };
    const symbols = await client.request<{ name: string }[]>('textDocument/documentSymbol', {
      textDocument,
    });
    assert.ok(symbols.some(({ name }) => name === 'train'));
    assert.ok(
      (await client.request<object[]>('textDocument/foldingRange', { textDocument })).length > 10,
    );
    const range = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };
    const hints = await client.request<{ label: string }[]>('textDocument/inlayHint', {
      textDocument,
      range,
    });
    assert.ok(hints.some(({ label }) => label === '= models/model.pt'));
    close(document);
  });

  test('findings while one types, and those of unsaved texts of other files', async () => {
    const bad = client.next<Published>('textDocument/publishDiagnostics', ({ diagnostics }) =>
      diagnostics.some(({ code }) => code === 'unresolved-placeholder'),
    );
    const document = open('config/config_train.json', text =>
      text.replace('"{learning_rate}"', '"{learning_rat}"'),
    );
    const { diagnostics } = await bad;
    const [finding] = diagnostics.filter(({ code }) => code === 'unresolved-placeholder');
    assert.ok(finding);
    const actions = await client.request<{ kind: string }[]>('textDocument/codeAction', {
      textDocument: { uri: document.uri },
      range: finding.range,
      context: { diagnostics: [] },
    });
    assert.ok(actions.every(({ kind }) => kind === 'quickfix'));
    const good = client.next<Published>(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics: found }) =>
        uri === document.uri && !found.some(({ code }) => code === 'unresolved-placeholder'),
    );
    const environment = open('config/environment.json', text =>
      text.replace('{', '{"learning_rat": 1,'),
    );
    await good;
    close(environment);
    close(document);
  });

  test('a bundle in YAML; a file that is none of ours gets nothing', async () => {
    const configs = path.join(mmar, '..', 'bundle', 'configs');
    mkdirSync(configs, { recursive: true });
    writeFileSync(path.join(configs, 'metadata.json'), '{"monai_version": "1.3.0"}');
    const text = 'loss:\n  _target_: DiceLoss\n  sig\n';
    const document = TextDocument.create(
      pathToFileURL(path.join(configs, 'train.yaml')).href,
      'yaml',
      1,
      text,
    );
    client.notify('textDocument/didOpen', {
      textDocument: { uri: document.uri, languageId: 'yaml', version: 1, text },
    });
    const items = await client.request<Item[]>('textDocument/completion', at(document, '  sig'));
    assert.ok(items.some(({ label }) => label === 'sigmoid'));
    const foreign = TextDocument.create(
      pathToFileURL(path.join(folder, 'x.json')).href,
      'json',
      1,
      '{"name": ""}',
    );
    client.notify('textDocument/didOpen', {
      textDocument: { uri: foreign.uri, languageId: 'json', version: 1, text: foreign.getText() },
    });
    assert.equal(await client.request('textDocument/completion', at(foreign, '"name": "')), null);
  });

  test('ends when the editor is gone', async () => {
    const other = await startClient();
    await other.request('initialize', { processId: null, rootUri: null, capabilities: {} });
    const ended = new Promise<number | null>(resolve => other.child.once('close', resolve));
    other.child.stdin?.end();
    assert.equal(await ended, 1);
  });
});
