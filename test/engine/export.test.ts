import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { KnownRun } from '../../extension/core/runs/knownRun.ts';
import { toBundle } from '../../extension/core/mmar/toBundle.ts';
import { readMmarConfigs, writeBundle } from '../../extension/io/bundleFolder.ts';
import { mmarFiles } from '../../extension/io/mmarFolder.ts';
import { monaiBundle, python, repository, scratch } from './engine.ts';
import { completed, copyMmar, openSite, submit, type Site } from './site.ts';

const run = promisify(execFile);
const hostile = "a b'c $(touch x) 日本";

/** What the command and `mmar bundle` do. */
async function exported(mmar: string, name = hostile): Promise<string> {
  const target = path.join(scratch('export'), name);
  const runtime = readFileSync(path.join(repository, 'remote/runtime/mmar_runtime.py'), 'utf8');
  const configs = await readMmarConfigs(mmar);
  const bundle = toBundle({ ...configs, runtime, name: path.basename(mmar) });
  assert.ok(bundle.runnable, JSON.stringify(bundle.findings));
  await writeBundle(bundle, await mmarFiles(mmar), target);
  return target;
}

/** A tool of `python -m monai.bundle` in the bundle's folder. */
const tool = (folder: string, ...args: string[]) =>
  run(python(), ['-m', 'monai.bundle', ...args], {
    cwd: folder,
    env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });

interface Line {
  readonly kind: string;
  readonly epoch?: number;
  readonly loss?: number;
  readonly metrics?: Record<string, number>;
}

const lines = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line);

/** Losses and scores by epoch. */
const learned = (file: string): number[] =>
  lines(file)
    .filter(({ kind }) => kind === 'epoch' || kind === 'validation')
    .flatMap(({ loss, metrics = {} }) => [
      ...(loss === undefined ? [] : [loss]),
      ...Object.values(metrics),
    ]);

suite('an exported bundle with real MONAI', function () {
  this.timeout(300_000);
  const epochs = { epochs: 2, num_interval_per_valid: 1 };
  let site: Site;
  let mmar: string;
  let trained: KnownRun;

  suiteSetup(async () => {
    process.env['OMP_NUM_THREADS'] ??= '1'; // as the site has it
    site = openSite();
    mmar = await copyMmar();
    const started = await submit(site, { purpose: 'train', mmar, set: epochs });
    trained = (await completed(site, started)).run;
  });
  suiteTeardown(() => site.close());

  test('run from its folder it gives the losses of the run of the workbench', async () => {
    const folder = await exported(mmar);
    const given = Object.entries(epochs).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const output = await monaiBundle(folder, '--config_file', 'configs/train.json', ...given);
    assert.match(output, /- INFO - /, 'configs/logging.conf was not used');
    const ours = learned(path.join(trained.folder, 'models', 'progress.jsonl'));
    const theirs = learned(path.join(folder, 'models', 'progress.jsonl'));
    assert.equal(
      ours.length,
      2 * 3,
      'two epochs, each with loss, training score and validation score',
    );
    assert.equal(theirs.length, ours.length);
    for (const [i, value] of ours.entries())
      assert.ok(
        Math.abs((theirs[i] ?? NaN) - value) <= 1e-5,
        `${ours.join(' ')} | ${theirs.join(' ')}`,
      );
    assert.ok(existsSync(path.join(folder, 'models', 'model.pt')));
  });

  test('with weights it predicts, and its network is what its metadata say', async () => {
    mkdirSync(path.join(mmar, 'models'), { recursive: true });
    copyFileSync(path.join(trained.folder, 'models/model.pt'), path.join(mmar, 'models/model.pt'));
    const folder = await exported(mmar);
    await monaiBundle(folder, '--config_file', 'configs/inference.json');
    assert.equal(
      lines(path.join(folder, 'eval/progress.jsonl')).filter(l => l.kind === 'case').length,
      2,
    );
    const { stderr, stdout } = await tool(
      folder,
      ...['verify_net_in_out', 'network_def', '--meta_file', 'configs/metadata.json'],
      ...['--config_file', 'configs/inference.json', '--device', 'cpu'],
    );
    assert.match(stdout + stderr, /data shape of network is verified with no error/);
  });

  test('an own network is found in scripts/ by the tools of MONAI', async () => {
    const own = await copyMmar({ from: 'test/fixtures/mmar40', name: hostile });
    const folder = await exported(own, 'own');
    const { stderr, stdout } = await tool(
      folder,
      ...['verify_net_in_out', 'network_def', '--meta_file', 'configs/metadata.json'],
      ...['--config_file', 'configs/train.json', '--device', 'cpu'],
    );
    assert.match(stdout + stderr, /data shape of network is verified with no error/);
  });

  test('verify_metadata of MONAI accepts it, and not what is wrong', async function () {
    // it needs a package that training does not
    if (spawnSync(python(), ['-c', 'import jsonschema']).status !== 0) return this.skip();
    const folder = await exported(mmar, 'verified');
    const schema = path.join(repository, 'mmar-schemas/bundle/metadata.schema.json');
    const verify = (file: string) =>
      tool(folder, 'verify_metadata', '--meta_file', file, '--filepath', schema);
    const { stderr, stdout } = await verify('configs/metadata.json');
    assert.match(stdout + stderr, /metadata is verified with no error/);
    const metadata = JSON.parse(
      readFileSync(path.join(folder, 'configs/metadata.json'), 'utf8'),
    ) as Record<string, unknown>;
    delete metadata['authors'];
    writeFileSync(path.join(folder, 'wrong.json'), JSON.stringify(metadata));
    await assert.rejects(verify('wrong.json'), /'authors' is a required property/);
  });
});
