import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { RemoteError } from '../../../extension/io/errors.ts';
import { openCatalogs } from '../../../extension/io/catalog.ts';

const shipped = path.join(__dirname, '../../../mmar-schemas/components');
const minimal = { format: 1, label: 'monai-9.9.9', covers: [], kinds: ['loss'], modules: ['m'] };
const text = JSON.stringify({
  ...minimal,
  types: [''],
  values: [],
  items: [['L', 0, 0, -1, 0, []]],
});

suite('catalogues on disk', () => {
  let folder: string;
  setup(() => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'mmar-')), "a b'c $(touch x) 日本");
    mkdirSync(folder);
    for (const name of ['clara', 'kwargs', 'slots', 'dataflow', 'changes'])
      copyFileSync(path.join(shipped, `${name}.json`), path.join(folder, `${name}.json`));
    for (const release of ['1.0.0', '0.10.0', '0.9.1'])
      writeFileSync(path.join(folder, `monai-${release}.json.gz`), gzipSync(text));
    writeFileSync(path.join(folder, 'monai-1.2.3.json'), text);
  });
  teardown(() => {
    rmSync(path.dirname(folder), { recursive: true });
  });

  test('are listed oldest first; other files are none', () => {
    assert.deepEqual(openCatalogs(folder).releases, ['0.9.1', '0.10.0', '1.0.0']);
  });

  test('each is read once, and has what Clara has', () => {
    const catalogs = openCatalogs(folder);
    const catalog = catalogs.catalog('1.0.0');
    assert.equal(catalog.get('m.L')?.kind, 'loss');
    assert.ok(catalog.get('MMARHandler'));
    rmSync(path.join(folder, 'monai-1.0.0.json.gz'));
    assert.equal(catalogs.catalog('1.0.0'), catalog);
    assert.equal(catalogs.changes(), catalogs.changes());
  });

  test('one of the user, packed or not', () => {
    const catalogs = openCatalogs(folder);
    assert.equal(catalogs.catalogAt(path.join(folder, 'monai-1.2.3.json')).release, '9.9.9');
    assert.equal(catalogs.catalogAt(path.join(folder, 'monai-0.9.1.json.gz')).label, 'monai-9.9.9');
  });

  test('what is not there or broken is said with its place', () => {
    const catalogs = openCatalogs(folder);
    const refused = (kind: string) => (error: unknown) =>
      error instanceof RemoteError && error.kind === kind && error.message.includes(folder);
    assert.throws(() => catalogs.catalog('7.7.7'), refused('missing'));
    writeFileSync(path.join(folder, 'monai-0.9.1.json.gz'), 'no gzip');
    assert.throws(() => catalogs.catalog('0.9.1'), refused('missing'));
    writeFileSync(path.join(folder, 'monai-1.0.0.json.gz'), gzipSync('{"format":7}'));
    assert.throws(() => catalogs.catalog('1.0.0'), refused('bad-reply'));
    const nowhere = path.join(folder, 'nowhere');
    assert.throws(() => openCatalogs(nowhere), refused('missing'));
  });
});
