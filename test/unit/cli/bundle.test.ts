import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { runBundle, type BundleReport } from '../../../extension/cli/bundle.ts';
import { everythingBelow, hostile, repository, said, sampleMmar, scratch } from './mmars.ts';

const bundle = (...argv: string[]) => said(runBundle, ...argv);
const json = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

suite('mmar bundle', () => {
  let folder: string;
  let out: string;
  setup(() => {
    folder = scratch();
    out = path.join(folder, 'new', 'bundle');
  });
  teardown(() => rmSync(folder, { recursive: true }));

  test('writes the sample as a whole bundle, with its own components', async () => {
    const { status, out: report } = await bundle('samples/spleen', out, '--set', 'epochs=2');
    assert.equal(status, 0, report);
    assert.deepEqual(
      everythingBelow(out).filter(name => lstatSync(path.join(out, name)).isFile()),
      [
        'conf.json',
        'configs/evaluate.json',
        'configs/inference.json',
        'configs/logging.conf',
        'configs/metadata.json',
        'configs/multi_gpu_train.json',
        'configs/resume.json',
        'configs/train.json',
        'docs/README.md',
        'docs/mapping.md',
        'scripts/__init__.py',
        'scripts/contrast.py',
        'scripts/mmar_runtime.py',
      ],
    );
    const train = json(path.join(out, 'configs/train.json'));
    assert.equal(train['epochs'], 2);
    assert.equal((train['network_def'] as { _target_: string })._target_, 'UNet');
    const runtime = readFileSync(path.join(out, 'scripts/mmar_runtime.py'), 'utf8');
    assert.match(runtime, /class SafeCheckpoint/);
    assert.deepEqual(readdirSync(path.dirname(out)), ['bundle']);
  });

  test('lists what has another form there, with its place', async () => {
    const { out: report } = await bundle('test/fixtures/mmar40', out);
    const [finding, sum] = report.split('\n');
    assert.match(
      finding ?? '',
      /^test\/fixtures\/mmar40\/config\/config_train\.json:(\d+):\d+ info successor AddChanneld/,
    );
    const line = Number(/:(\d+):/.exec(finding ?? '')?.[1]);
    const config = path.join(repository, 'test/fixtures/mmar40/config/config_train.json');
    assert.match(readFileSync(config, 'utf8').split('\n')[line - 1] ?? '', /AddChanneld|\{/);
    assert.equal(sum, `${out} is written: 0 warnings`);
  });

  test('a name that a shell would trip over is ordinary', async () => {
    const mmar = sampleMmar(folder, `${hostile}\n日本`);
    const target = path.join(folder, `-o ${hostile}`);
    const { status, out: report, err } = await bundle(mmar, target, '--json');
    assert.deepEqual([status, err], [0, '']);
    const { findings, ...rest } = JSON.parse(report) as BundleReport;
    assert.deepEqual(rest, { bundle: target, runnable: true, problems: [] });
    assert.deepEqual(
      findings.map(f => [f.file, f.code, f.severity, f.path.join('.')]),
      [['config/config_inference.json', 'replaced', 'info', 'model.ts_path']],
    );
    assert.equal(json(path.join(target, 'configs/metadata.json'))['name'], path.basename(mmar));
    assert.equal(existsSync(path.join(folder, 'x')), false);
  });

  test('a bundle that cannot train is written, and says so', async () => {
    const mmar = sampleMmar(folder);
    const file = path.join(mmar, 'config/config_train.json');
    const config = json(file);
    delete (config['train'] as Record<string, unknown>)['loss'];
    writeFileSync(file, JSON.stringify(config));
    const { status, out: report } = await bundle(mmar, out);
    assert.equal(status, 1);
    assert.match(report, /config_train\.json:1:\d+ error missing-section .*"train\.loss"/);
    assert.match(report, /is written, but cannot train: 1 errors above/);
    assert.ok(existsSync(path.join(out, 'configs/train.json')));
  });

  test('what a link of custom/ names comes along', async () => {
    const mmar = sampleMmar(folder);
    writeFileSync(path.join(folder, 'shared.py'), 'x = 1\n');
    symlinkSync('../../shared.py', path.join(mmar, 'custom/shared.py'));
    assert.equal((await bundle(mmar, out)).status, 0);
    const copy = path.join(out, 'scripts/shared.py');
    assert.ok(lstatSync(copy).isFile());
    assert.equal(readFileSync(copy, 'utf8'), 'x = 1\n');
  });

  test('never touches what exists', async () => {
    mkdirSync(out, { recursive: true });
    symlinkSync('nowhere', path.join(folder, 'link'));
    writeFileSync(path.join(folder, 'file'), 'mine');
    for (const target of [out, path.join(folder, 'link'), path.join(folder, 'file')]) {
      const { status, err } = await bundle('samples/spleen', target);
      assert.equal(status, 3);
      assert.equal(err, `mmar bundle: ${target} exists already: choose another folder.`);
    }
    assert.deepEqual(everythingBelow(folder), ['file', 'link', 'new', 'new/bundle']);
  });

  test('a broken config is named, and nothing half-made stays', async () => {
    const names = ['config_train', 'config_validation', 'config_inference', 'environment'];
    for (const name of names) {
      const mmar = sampleMmar(folder, name);
      writeFileSync(path.join(mmar, 'config', `${name}.json`), '{\n  "train": {,}\n}');
      const { status, err, out: report } = await bundle(mmar, out, '--json');
      assert.equal(status, 3);
      assert.match(err, new RegExp(`^mmar bundle: ${name}\\.json, line 2: .*\\.$`));
      const { bundle: written, problems } = JSON.parse(report) as BundleReport;
      assert.equal(written, null);
      assert.deepEqual([...problems], [{ message: err.replace('mmar bundle: ', '') }]);
      assert.equal(existsSync(path.dirname(out)), false);
    }
  });

  test('a place that cannot be written, a component that cannot be read', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    const { status, err } = await bundle('samples/spleen', path.join(folder, 'file/out'));
    assert.equal(status, 3);
    assert.match(err, /file\/out: a part of this path is a file, not a folder\.$/);
    if (process.getuid?.() === 0) return; // to whom nothing is forbidden
    const mmar = sampleMmar(folder);
    chmodSync(path.join(mmar, 'custom/contrast.py'), 0);
    const unread = await bundle(mmar, out);
    assert.equal(unread.status, 3);
    assert.match(unread.err, /contrast\.py: permission denied/);
    assert.equal(existsSync(path.dirname(out)), false);
  });

  test('says what is wrong with its arguments', async () => {
    const wrong: [argv: string[], says: RegExp][] = [
      [[], /give the folder of an MMAR/],
      [['samples/spleen'], /give the folder to write/],
      [['samples/spleen', out, 'more'], /too much: more/],
      [['nowhere', out], /nowhere does not exist/],
      [['samples/spleen', out, '--config', 'x.json'], /has no x\.json/],
      [['samples/spleen', out, '--set', 'epcohs=2'], /Did you mean epochs\?/],
      [['samples/spleen', out, '--out'], /no option --out/],
    ];
    for (const [argv, says] of wrong) {
      const { status, err, out: report } = await bundle(...argv);
      assert.deepEqual([status, report], [2, '']);
      assert.match(err, says);
      assert.match(err, /^mmar bundle: [^\n]+$/);
    }
    assert.equal(existsSync(path.dirname(out)), false);
    const { status, out: help } = await bundle('--help');
    assert.equal(status, 0);
    assert.match(help, /^Usage: mmar bundle MMAR OUT/);
  });
});
