import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runTrain } from '../../../extension/cli/train.ts';
import type { TrainReport } from '../../../extension/cli/trainReport.ts';
import {
  everythingBelow,
  hostile,
  said,
  sampleMmar,
  scratch,
  seemingPython,
  type Said,
} from './mmars.ts';

/** What the seeming MONAI does: it fails as a real one may. */
const failing = `
import sys
print("loading")
raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
`;

suite('mmar train', function () {
  this.timeout(30_000);
  let folder: string;
  let mmar: string;
  let root: string;
  let python: string;
  setup(() => {
    folder = scratch();
    mmar = sampleMmar(folder, hostile);
    root = path.join(folder, 'runs here');
    python = seemingPython(folder, failing);
  });
  teardown(() => rmSync(folder, { recursive: true }));

  const train = (...argv: string[]): Promise<Said> =>
    said(runTrain, mmar, '--python', python, '--root', root, ...argv);
  const below = (file: string): string => path.join(mmar, file);
  const edit = (file: string, from: string | RegExp, to: string): void =>
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));

  test('a run that fails: its diagnosis, with where it is written', async () => {
    const before = everythingBelow(mmar);
    const { status, out, err } = await train();
    assert.equal(status, 1, err);
    assert.match(out, /Run \d{8}-\d{6}-a-b-c-touch-x-[0-9a-f]{6}\n/);
    assert.match(err, /^FAILED: \d+ s\n/);
    assert.match(err, /\nThe GPU ran out of memory\.\n/);
    assert.match(err, /\n {2}\| RuntimeError: CUDA out of memory\. Tried to allocate 2\.00 GiB\n/);
    assert.match(err, /\nUse a smaller patch/);
    const [, log = '', line = ''] = /\n {2}log (.*):(\d+)$/.exec(err) ?? [];
    const told = readFileSync(log, 'utf8').split('\n')[Number(line) - 1];
    assert.equal(told, 'RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB');
    assert.deepEqual(everythingBelow(mmar), before, 'nothing is written into the MMAR');
    assert.equal(existsSync(path.join(folder, 'x')) || existsSync('x'), false);
  });

  test('with --json: one document, and how it went on stderr', async () => {
    const { status, out, err } = await train('--json', '--set', 'epochs=2');
    assert.equal(status, 1, err);
    const { diagnosis, seconds, ...report } = JSON.parse(out) as TrainReport;
    const run = path.join(root, 'runs', report.run ?? '');
    assert.deepEqual(report, {
      run: path.basename(run),
      folder: run,
      state: 'FAILED',
      exitCode: 1,
      epochs: 0,
      epochsPlanned: 0,
      best: null,
      model: null,
      log: path.join(run, 'job.log'),
      findings: report.findings,
      problems: [],
    });
    assert.ok(seconds !== null && seconds >= 0);
    assert.equal(diagnosis?.title, 'The GPU ran out of memory.');
    assert.deepEqual(
      report.findings.map(f => [f.file, f.code]),
      [['config/config_inference.json', 'replaced']],
    );
    assert.match(err, new RegExp(`^Checking [^\\n]+\nRun ${report.run}\n`));
    const compiled = readFileSync(path.join(run, 'bundle/configs/train.json'), 'utf8');
    assert.match(compiled, /"epochs": 2/);
    const record = JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8')) as object;
    assert.deepEqual(
      { ...record, id: 0, created: 0, command: 0, resumeCommand: 0 },
      {
        id: 0,
        purpose: 'train',
        mmar: hostile,
        mmarPath: mmar,
        config: 'config/config_train.json',
        created: 0,
        scheduler: 'process',
        command: 0,
        resumeCommand: 0,
      },
    );
  });

  test('with --log: the log as it is', async () => {
    const { out } = await train('--log');
    assert.match(out, /\n-- attempt 1 on .*\nloading\nTraceback .*\n-- ended with exit code 1/s);
  });

  test('with --detach: does not wait', async () => {
    python = seemingPython(folder, 'import time; time.sleep(1)');
    const { status, out } = await train('--detach', '--json');
    assert.equal(status, 0);
    const { state, folder: run } = JSON.parse(out) as TrainReport;
    assert.ok(['PENDING', 'RUNNING'].includes(state ?? ''), state ?? '');
    const end = path.join(run ?? '', 'exit.json');
    for (let i = 0; i < 100 && !existsSync(end); i++) await new Promise(r => setTimeout(r, 100));
    assert.match(readFileSync(end, 'utf8'), /"code": 0/, 'it went on by itself');
  });

  /** Each fault, what is said of it, and the status. Nothing may be begun. */
  const faults: Record<string, [make: () => string[], says: RegExp, status: number]> = {
    'no such MMAR': [
      () => {
        mmar = path.join(folder, 'no\tMMAR');
        return [];
      },
      /no\tMMAR does not exist$/,
      2,
    ],
    'no such Python': [
      () => ['--python', path.join(folder, "no 'python'")],
      /There is no Python at ".*no 'python'": choose one that has MONAI\. --python PATH or MMAR_PYTHON names/,
      3,
    ],
    'a Python that does not run': [
      () => {
        writeFileSync(python, '#!/bin/sh\necho "libpython is gone" >&2; exit 1\n');
        return [];
      },
      /The Python ".*python '3" does not run \(libpython is gone\): choose another one\. --python/,
      3,
    ],
    'a Python without MONAI': [
      () => {
        rmSync(path.join(folder, "site '", 'monai'), { recursive: true });
        return [];
      },
      /The Python ".*" lacks (torch, )?monai.*: choose one that has MONAI/,
      3,
    ],
    'a broken training config': [
      () => {
        edit(below('config/config_train.json'), '"epochs": 80,', '"epochs": 80');
        return [];
      },
      /^mmar train: config_train\.json, line 4: A comma is expected here\.\n {2}.*config_train\.json:4$/m,
      3,
    ],
    'no such config': [
      () => ['--config', 'trn.json'],
      /has no trn\.json\. It has: --config config\/config_train\.json/,
      2,
    ],
    'no environment.json': [
      () => {
        rmSync(below('config/environment.json'));
        return [];
      },
      /has no config\/environment\.json: create it with DATA_ROOT and DATASET_JSON\./,
      3,
    ],
    'no datalist': [
      () => ['--set', 'DATASET_JSON=../no list.json'],
      /The datalist .*no list\.json does not exist\. Correct DATASET_JSON in environment\.json\./,
      3,
    ],
    'no cases in a list': [
      () => {
        edit(path.join(folder, 'data/phantom/dataset.json'), '"validation"', '"validate"');
        return [];
      },
      /The datalist dataset\.json has no cases in "validation", only in: training, validate, test\. Correct data_list_key/,
      3,
    ],
    'files of the datalist that are absent': [
      () => {
        rmSync(path.join(folder, 'data/phantom/validation/label1.nii'));
        return [];
      },
      /1 of 8 files of the datalist dataset\.json do not exist, the first is .*label1\.nii\. Correct/,
      3,
    ],
    'a corrupt volume': [
      () => {
        const file = path.join(folder, 'data/phantom/training/image1.nii');
        writeFileSync(file, readFileSync(file).subarray(0, 355));
        return [];
      },
      /image1\.nii cannot be read: it is cut short\. Replace it.*\n {2}.*training\/image1\.nii$/,
      3,
    ],
    'a component that is no Python': [
      () => {
        writeFileSync(below('custom/a b.py'), 'x = 1\ndef f(:\n');
        return [];
      },
      /custom\/a b\.py, line 2: .*\n {2}.*custom\/a b\.py:2$/,
      3,
    ],
    'a misspelt name of --set': [
      () => ['--set', 'epochs=1', 'learning_rat=1'],
      /--set learning_rat: nothing uses it\. Did you mean learning_rate\?/,
      2,
    ],
    'two MMARs': [() => [mmar], /one MMAR at a time/, 2],
  };
  for (const [name, [make, says, expected]] of Object.entries(faults))
    test(`${name}: one clear message, nothing begun`, async () => {
      const argv = make();
      const { status, out, err } = await train(...argv);
      assert.match(err, says);
      assert.equal(status, expected, err);
      assert.doesNotMatch(out, /Run /);
      assert.equal(existsSync(root), false, 'no folder for runs is made');
      const machine = await train(...argv, '--json');
      assert.equal(machine.status, expected);
      const { run, state, problems } = JSON.parse(machine.out) as TrainReport;
      assert.deepEqual([run, state], [null, null]);
      assert.match(problems.map(p => `${p.message}\n  ${p.file}:${p.line}`).join(), relaxed(says));
    });

  test('a place for runs that cannot be one', async () => {
    writeFileSync(root, '');
    const { status, err } = await train();
    assert.equal(status, 3);
    assert.match(err, /Runs cannot be kept in .*runs here \(.*\)\. --root DIR names another/);
  });

  test('--help', async () => {
    const { status, out } = await said(runTrain, '--help');
    assert.equal(status, 0);
    assert.match(out, /^Usage: mmar train MMAR/);
  });
});

/** The message alone: where it is shown, and by which program, is the terminal's. */
const relaxed = (says: RegExp): RegExp =>
  new RegExp(says.source.replace(/^\^mmar train: /, '').replace(/(\\n \{2\}.*)?\$$/, ''), 'm');
