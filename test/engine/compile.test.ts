import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  compileMmar,
  phantom,
  python,
  repository,
  scratch,
  sharedData,
  writeBundle,
} from './engine.ts';

const run = promisify(execFile);

interface Example {
  readonly name: string;
  readonly mmar: string;
  readonly train: string;
  readonly custom?: string;
}

/** Every training config that a bundle can be made of: our own of both dialects, and the public ones where they are. */
function examples(): Example[] {
  const own: Example[] = ['samples/spleen', 'test/fixtures/mmar40'].map(folder => ({
    name: folder,
    mmar: path.join(repository, folder),
    train: 'config_train.json',
    custom: path.join(repository, folder, 'custom'),
  }));
  const root = path.join(sharedData, 'mmars');
  if (!existsSync(root)) return own;
  const found = readdirSync(root).flatMap(mmar => {
    const config = path.join(root, mmar, 'config');
    if (!existsSync(config)) return [];
    return readdirSync(config)
      .filter(file => /^(config_train|trn_).*\.json$/.test(file))
      .map(train => ({ name: `${mmar}/${train}`, mmar: path.join(root, mmar), train }));
  });
  assert.ok(found.length >= 15, `public examples are there, but only ${found.length} were found`);
  return [...own, ...found];
}

suite('compiled bundles are built by real MONAI', function () {
  this.timeout(300_000);

  test('every component of every compilable example', async () => {
    const data = await phantom();
    const folders = examples().map(example => {
      const bundle = compileMmar(example.mmar, example.train);
      assert.ok(bundle.runnable, `${example.name}: ${JSON.stringify(bundle.findings)}`);
      const folder = path.join(scratch('bundle'), 'bundle');
      writeBundle(bundle, folder, example.custom);
      return { ...example, folder };
    });
    const { stdout } = await run(
      python(),
      [
        path.join(__dirname, 'instantiate.py'),
        path.join(__dirname, 'byoc'),
        data,
        ...folders.map(f => f.folder),
      ],
      { maxBuffer: 1 << 26 },
    );
    const lines = stdout
      .split('\n')
      .filter(line => line.startsWith('{"bundle"'))
      .map(line => JSON.parse(line) as { bundle: string; ok: string[]; failed: object });
    assert.equal(lines.length, folders.length);
    for (const [i, line] of lines.entries()) {
      assert.deepEqual(line.failed, {}, folders[i]?.name ?? '');
      assert.ok(line.ok.length > 35, `${folders[i]?.name}: only ${line.ok.length} were built`);
    }
  });
});
