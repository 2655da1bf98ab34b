import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { diagnose, type Diagnosis } from '../../extension/core/runs/diagnose.ts';
import type { KnownRun } from '../../extension/core/runs/knownRun.ts';
import type { Curves } from '../../extension/core/runs/progress.ts';
import { RemoteError } from '../../extension/io/errors.ts';
import { phantom, repository, scratch } from './engine.ts';
import {
  cancel,
  completed,
  copyMmar,
  editJson,
  hasEnded,
  kill,
  logOf,
  openSite,
  resume,
  submit,
  until,
  type Config,
  type Site,
} from './site.ts';

const fixture = 'test/fixtures/mmar40';

interface Failure {
  readonly curves: Curves;
  readonly why: Diagnosis;
  /** The line of the log that the diagnosis points at. */
  readonly line: string;
}

/** Trains to the failure that is expected, and what the user is told of it. */
async function failureOf(site: Site, run: KnownRun): Promise<Failure> {
  const { run: end, curves } = await until(site, run, hasEnded);
  const log = await logOf(site, run);
  assert.equal(end.status.state, 'FAILED', log);
  const why = diagnose(end.status, log);
  assert.ok(why?.logLine !== undefined);
  return { curves, why, line: log.split('\n')[why.logLine] ?? '' };
}

/** Changes that make the training of an MMAR fail. */
const breaks = {
  raises: (mmar: string) => {
    const more = 'def forward(self, x):\n        raise ValueError("no contrast agent")\n';
    appendFileSync(path.join(mmar, 'custom', 'tiny.py'), `\n    ${more}`);
  },
  noClass: (mmar: string) => writeFileSync(path.join(mmar, 'custom', 'tiny.py'), 'x = 1\n'),
  noPackage: (mmar: string) =>
    writeFileSync(path.join(mmar, 'custom', 'tiny.py'), 'import no_such_package\n'),
  bigPatch: (mmar: string) =>
    editJson(path.join(mmar, 'config', 'config_train.json'), config => {
      const crop = (config as Config)['train']?.['pre_transforms']?.[5] as { args: object };
      Object.assign(crop.args, { spatial_size: [300, 300, 300] });
    }),
  // blocks are missing: its length still fits, so no quick look sees it
  damaged: (mmar: string) => {
    const file = path.join(mmar, 'data', 'imagesTr', 'phantom_01.nii.gz');
    const bytes = readFileSync(file);
    const half = Math.floor(bytes.length / 2);
    writeFileSync(file, Buffer.concat([bytes.subarray(0, half), bytes.subarray(half + 4096)]));
  },
};

suite('a run that fails says why', function () {
  this.timeout(600_000);
  let site: Site;
  const runs = new Map<string, KnownRun>();
  suiteSetup(async () => {
    site = openSite();
    // all at once: each spends most of its time starting
    for (const [name, spoil] of Object.entries(breaks)) {
      const environment = { DATA_ROOT: 'data', DATASET_JSON: 'data/dataset.json' };
      const mmar = await copyMmar({ from: fixture, environment });
      cpSync(await phantom(), path.join(mmar, 'data'), { recursive: true });
      spoil(mmar);
      runs.set(name, await submit(site, { purpose: 'train', mmar }));
    }
  });
  suiteTeardown(() => site.close());
  const failure = (name: keyof typeof breaks): Promise<Failure> => failureOf(site, runs.get(name)!);

  test('a component of the MMAR raises: its own words, its file and line', async () => {
    const { curves, why, line } = await failure('raises');
    assert.equal(why.title, 'ValueError: no contrast agent');
    assert.equal(line, why.title);
    assert.match(why.next, /^Correct custom\/tiny\.py at line 11, then try again/);
    assert.match(why.detail, /tiny\.py", line 11, in forward/);
    assert.equal(curves.end, 'failed');
    assert.match(curves.error ?? '', /no contrast agent/);
  });

  test('a class that its module does not have', async () => {
    const { why, line } = await failure('noClass');
    assert.equal(why.title, 'There is no component "tiny.TinyNet".');
    assert.match(why.next, /path "FILE\.CLASS"/);
    assert.match(line, /Cannot locate class or function path: 'tiny\.TinyNet'/);
  });

  test('a package that is not installed', async () => {
    const { why, line } = await failure('noPackage');
    assert.equal(why.title, 'Python could not import "no_such_package".');
    assert.match(why.next, /Install it/);
    assert.match(line, /No module named 'no_such_package'/);
  });

  test('a patch that is larger than the image', async () => {
    const { why } = await failure('bigPatch');
    assert.match(why.title, /A patch of \(300, 300, 300\) does not fit into an image of \(\d+, /);
    assert.match(why.next, /smaller spatial_size/);
  });

  test('a volume that is damaged inside: which one', async () => {
    const { why, line } = await failure('damaged');
    assert.match(why.title, /^The volume \/.*\/imagesTr\/phantom_01\.nii\.gz could not be read/);
    assert.match(why.next, /Replace it, or take it out of the datalist/);
    assert.match(line, /BadGzipFile: CRC check failed/);
  });
});

suite('a run that lacks what it builds on', function () {
  this.timeout(600_000);
  let site: Site;
  let mmar = '';
  suiteSetup(async () => {
    site = openSite();
    mmar = await copyMmar({ from: fixture });
  });
  suiteTeardown(() => site.close());

  test('the best model of a run that has none yet: nothing is made', async () => {
    const parent = await submit(site, { purpose: 'train', mmar });
    kill(parent);
    await until(site, parent, hasEnded);
    const infer = submit(site, { purpose: 'infer', mmar, parent: parent.record.id, list: 'test' });
    await assert.rejects(infer, (error: unknown) => {
      assert.ok(error instanceof RemoteError);
      assert.equal(error.kind, 'missing');
      assert.ok(error.message.includes(parent.record.id));
      assert.match(
        error.message,
        /no best model yet: let it reach its first validation, or choose/,
      );
      return true;
    });
    assert.deepEqual(readdirSync(path.join(site.root, 'runs')), [parent.record.id]);
  });

  test('weights of another network are refused, not ignored', async () => {
    const parent = await submit(site, { purpose: 'train', mmar, set: { epochs: 1 } });
    await completed(site, parent);
    const other = await copyMmar({
      from: fixture,
      edit: ({ train }) => Object.assign(train!['model']!, networkOfMonai),
    });
    const child = {
      purpose: 'infer',
      mmar: other,
      parent: parent.record.id,
      list: 'test',
    } as const;
    const { why } = await failureOf(site, await submit(site, child));
    assert.match(why.title, /weights do not fit the network UNet of the config/);
    assert.match(why.next, /config that the weights were trained with/);
  });

  test('pretrained weights are loaded once: a resume keeps its own', async () => {
    const model = path.join(mmar, 'models', 'model.pt');
    const trained = site.book.all().find(r => r.status.state === 'COMPLETED');
    cpSync(path.join(trained?.folder ?? '', 'models', 'model.pt'), model, { recursive: true });
    const set = { epochs: 500, dont_load_ckpt_model: false };
    const run = await submit(site, { purpose: 'train', mmar, set });
    const isUnderWay = (_: KnownRun, { epoch }: Curves): boolean => epoch >= 2;
    await until(site, run, isUnderWay);
    await cancel(site, run);
    const before = await site.book.curves(run);
    const fresh = await site.book.curves(trained!);
    const [first, untrained] = [before.loss[0], fresh.loss[0]];
    assert.ok(first![1] < untrained![1] - 0.02, `${first![1]} is no better than ${untrained![1]}`);
    rmSync(path.join(run.folder, 'mmar', 'models', 'model.pt'));
    await resume(site, run);
    await until(site, run, (_, { iteration }) => iteration > before.iteration);
    await cancel(site, run);
    assert.match(await logOf(site, run), /resume: iteration_\d+\.pt, epoch/);
  });

  test('a resume of a training that has had all its epochs trains no more', async () => {
    const run = site.book.all().find(r => r.status.state === 'COMPLETED' && !r.record.parent);
    assert.ok(run);
    const before = await site.book.curves(run);
    await resume(site, run);
    const end = await completed(site, run);
    assert.equal(end.run.status.attempt, 2);
    assert.deepEqual(end.curves, before);
    assert.match(await logOf(site, run), /all 1 epochs are done, nothing is left to train/);
  });

  test('checkpoints that nobody can read: an error, no training anew', async () => {
    const run = site.book.all().find(r => r.status.state === 'COMPLETED' && !r.record.parent);
    assert.ok(run);
    const folder = path.join(run.folder, 'models', 'resume');
    for (const name of readdirSync(folder)) writeFileSync(path.join(folder, name), 'no zip');
    await resume(site, run);
    const { why } = await failureOf(site, run);
    assert.match(why.title, /None of the 1 checkpoints in .* can be read: train again/);
  });
});

const networkOfMonai = {
  path: 'monai.networks.nets.UNet',
  args: { spatial_dims: 3, in_channels: 1, out_channels: 2, channels: [4, 8, 16], strides: [2, 2] },
};

suite('a disk that is full', function () {
  this.timeout(600_000);

  test('is named, at submission and while training; nothing half-made stays', async function () {
    const own = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
    const inside = (...argv: string[]): string =>
      execFileSync('unshare', [...own, ...argv], { encoding: 'utf8', env: disk });
    const folder = scratch('disk');
    const disk = { ...process.env, MMAR_FULL_DISK: folder, MMAR_PHANTOM: await phantom() };
    try {
      inside('true');
    } catch {
      console.log('      SKIPPED: no right to make a mount namespace here');
      this.skip();
    }
    const mount = 'mount -t tmpfs -o size=3m,mode=777 tmpfs "$MMAR_FULL_DISK" && exec "$@"';
    const mocha = path.join(repository, 'node_modules', 'mocha', 'bin', 'mocha.js');
    const options = ['--no-config', '--ui', 'tdd', '--require', 'tsx/cjs', '--timeout', '300000'];
    const script = path.join(__dirname, 'fullDisk.ts');
    const output = inside('sh', '-c', mount, 'sh', process.execPath, mocha, ...options, script);
    assert.match(output, /3 passing/, output);
    assert.ok(existsSync(folder));
  });
});
