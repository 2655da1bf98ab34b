import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadCatalog } from '../../../extension/core/config/catalog.ts';
import { harvestDocs, keptDocs } from '../../../extension/io/docs.ts';

/** Stands for the harvester, run by Node in the place of Python: the real one needs packages to read. */
const script = `
const { gzipSync } = require('node:zlib');
const { writeFileSync } = require('node:fs');
const [verb, flag, file] = process.argv.slice(2);
if (verb !== 'docs' || flag !== '-o') process.exit(2);
const items = { 'monai.losses.dice.DiceLoss': ['Computes the Dice loss.', { sigmoid: 'Apply a sigmoid.' }] };
writeFileSync(file, gzipSync(JSON.stringify({ format: 1, label: 'monai-0.0.1', items })));
`;

suite('documentation of the own environment', () => {
  let folder: string;
  let harvester: string;
  setup(() => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'docs ')), "a b'c $(touch x)");
    harvester = path.join(path.dirname(folder), "har'vest $(x).cjs");
    writeFileSync(harvester, script);
  });
  teardown(() => rmSync(path.dirname(folder), { recursive: true }));
  const python = process.execPath;
  const { signal } = new AbortController();

  test('is harvested into a file of its own, and read from there the next time', async () => {
    assert.equal(await keptDocs({ python, folder }), undefined);
    const made = await harvestDocs({ python, folder, harvester, signal });
    assert.equal(made?.label, 'monai-0.0.1');
    const kept = await keptDocs({ python, folder });
    assert.equal(kept?.isFresh, true);
    const row = ['DiceLoss', 0, 0, -1, 0, []];
    const release = {
      format: 1,
      label: 'x',
      kinds: ['loss'],
      modules: ['monai.losses.dice'],
      types: [],
      values: [],
      items: [row],
      covers: [],
    };
    const spec = loadCatalog({ release: JSON.stringify(release) }).get('DiceLoss');
    assert.ok(spec);
    assert.equal(kept.docs.of(spec), 'Computes the Dice loss.');
    assert.equal(kept.docs.ofArg(spec, 'sigmoid'), 'Apply a sigmoid.');
    assert.equal(kept.docs.ofArg(spec, 'constructor'), undefined);
    assert.equal(await keptDocs({ python: 'another', folder }), undefined);
  });

  test('is stale after a day', async () => {
    await harvestDocs({ python, folder, harvester, signal });
    const [file = ''] = readdirSync(folder);
    const old = new Date(Date.now() - 25 * 3600 * 1000);
    utimesSync(path.join(folder, file), old, old);
    assert.equal((await keptDocs({ python, folder }))?.isFresh, false);
  });

  test('a failure leaves nothing behind; a broken file counts as none', async () => {
    writeFileSync(harvester, "console.error('no monai'); process.exit(1)");
    await assert.rejects(harvestDocs({ python, folder, harvester, signal }), /no monai/);
    assert.deepEqual(readdirSync(folder), []);
    await assert.rejects(
      harvestDocs({ python: path.join(folder, 'absent'), folder, harvester, signal }),
    );
    writeFileSync(harvester, script);
    await harvestDocs({ python, folder, harvester, signal });
    const [file = ''] = readdirSync(folder);
    writeFileSync(path.join(folder, file), 'no gzip');
    assert.equal(await keptDocs({ python, folder }), undefined);
  });

  test('an abort ends it', async () => {
    writeFileSync(harvester, 'setInterval(() => undefined, 1000)');
    const abort = new AbortController();
    const running = harvestDocs({ python, folder, harvester, signal: abort.signal });
    setTimeout(() => abort.abort(), 200);
    await assert.rejects(running);
  });
});
