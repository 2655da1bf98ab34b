import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { RemoteError } from '../../../extension/io/errors.ts';
import { LocalTransport } from '../../../extension/io/local.ts';
import { preflightScripts } from '../../../extension/io/preflightScripts.ts';
import {
  prepareRun,
  type Prepared,
  type RunRequest,
  type Target,
} from '../../../extension/io/prepare.ts';
import { nifti } from '../volumes.ts';

const repository = path.resolve(__dirname, '..', '..', '..');
const top = mkdtempSync(path.join(tmpdir(), 'mmar-prepare-'));
const { signal } = new AbortController();
const hostile = "a b'c $(touch x)\n日本";
const volume = nifti({ dims: [8, 8, 8], values: Array.from({ length: 512 }, (_, i) => i % 2) });

const packed = gzipSync(volume);

/** Empty packages of the right names get past the look for MONAI; nothing here runs it. */
const packages = path.join(top, 'packages');
for (const name of ['torch', 'monai', 'numpy', 'nibabel', 'ignite', 'fire'])
  write(path.join(packages, name, '__init__.py'), '');

function write(file: string, content: string | Uint8Array): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** An executable of the name of a Python. */
function program(name: string, script: string): string {
  const file = path.join(top, hostile, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, script, { mode: 0o755 });
  return file;
}

const target = (python = 'python3', inPlace = true): Target => ({
  transport: new LocalTransport({ ...process.env, HOME: top, PYTHONPATH: packages }),
  python,
  scheduler: 'process',
  inPlace,
  resources: {},
  runtime: '# runtime\n',
});

interface Made {
  readonly mmar: string;
  /** A file of the MMAR. */
  at(...parts: string[]): string;
}

let count = 0;

/** The sample MMAR with tiny volumes of its own. */
function makeMmar(): Made {
  count += 1;
  const mmar = path.join(top, `${count}`, hostile);
  cpSync(path.join(repository, 'samples', 'spleen'), mmar, { recursive: true });
  const at = (...parts: string[]): string => path.join(mmar, ...parts);
  const environment = { DATA_ROOT: 'data', DATASET_JSON: '{DATA_ROOT}/dataset.json' };
  write(at('config', 'environment.json'), JSON.stringify(environment));
  for (const name of ['a', 'b', 'c']) {
    write(at('data', `${name}.nii.gz`), packed);
    write(at('data', 'labels', `${name}.nii.gz`), packed);
  }
  setLists(at, {});
  return { mmar, at };
}

const entry = (name: string): object => ({
  image: `${name}.nii.gz`,
  label: `labels/${name}.nii.gz`,
});

function setLists(at: Made['at'], lists: object): void {
  const datalist = {
    labels: { 0: 'background', 1: 'spleen' },
    training: [entry('a')],
    validation: [entry('b')],
    test: ['c.nii.gz'],
    ...lists,
  };
  write(at('data', 'dataset.json'), JSON.stringify(datalist));
}

function prepare(
  { mmar }: Made,
  more: Partial<RunRequest> = {},
  to: Target = target(),
): Promise<Prepared> {
  const request: RunRequest = { purpose: 'train', mmar, config: 'config/config_train.json' };
  return prepareRun({ ...request, ...more }, to, signal);
}

/** The one problem that there is; no plan is made beside it. */
async function problemOf(
  made: Made,
  more: Partial<RunRequest> = {},
): Promise<Prepared['problems'][number]> {
  const { plan, problems } = await prepare(made, more);
  assert.equal(plan, undefined);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return problems[0]!;
}

process.on('exit', () => rmSync(top, { recursive: true, force: true }));

suite('a run is prepared', () => {
  test('in place: the snapshot, the bundle and a datalist with the lists that are read', async () => {
    const made = makeMmar();
    const { plan, problems } = await prepare(made);
    assert.deepEqual(problems, []);
    const files = new Map(plan?.files.map(f => [f.path, f.source]));
    for (const file of ['mmar/config/config_train.json', 'mmar/custom/contrast.py'])
      assert.deepEqual(files.get(file), { file: made.at(...file.split('/').slice(1)) });
    for (const file of ['configs/train.json', 'configs/resume.json', 'custom/contrast.py'])
      assert.ok(files.has(`bundle/${file}`), file);
    const dataset = files.get('dataset.json');
    assert.ok(dataset && 'text' in dataset);
    assert.deepEqual(Object.keys(JSON.parse(dataset.text) as object), [
      'description',
      'labels',
      'training',
      'validation',
    ]);
    assert.ok(dataset.text.includes(JSON.stringify(made.at('data', 'a.nii.gz'))));
    assert.deepEqual(plan?.data, []);
  });

  test('elsewhere: volumes go below data/, those of outside too', async () => {
    const made = makeMmar();
    const outside = write(path.join(top, 'out', 'a.nii.gz'), packed);
    setLists(made.at, { validation: [{ ...entry('b'), image: outside }] });
    const { plan } = await prepare(made, {}, target('python3', false));
    assert.deepEqual(plan?.data.map(d => d.path).toSorted(), [
      'data/a.nii.gz',
      'data/labels/a.nii.gz',
      'data/labels/b.nii.gz',
      'data/outside/2/a.nii.gz',
    ]);
  });

  test('a list that is named by a variable, and one that nothing reads', async () => {
    const made = makeMmar();
    const file = made.at('config', 'config_train.json');
    const config = readFileSync(file, 'utf8').replace('"validation"', '"{FOLD}"');
    write(file, config);
    setLists(made.at, { fold1: [entry('c')], validation: [], odd: [1, 2] });
    const { plan, problems } = await prepare(made, { set: { FOLD: 'fold1' } });
    assert.deepEqual(problems, []);
    const dataset = plan?.files.find(f => f.path === 'dataset.json')?.source;
    assert.match(dataset && 'text' in dataset ? dataset.text : '', /"fold1"/);
  });

  test('what else a case says is kept: classes, regions, weights', async () => {
    const made = makeMmar();
    const environment = { DATASET_JSON: 'data/dataset.json', PROCESSING_TASK: 'classification' };
    write(made.at('config', 'environment.json'), JSON.stringify(environment));
    const classified = { image: 'a.nii.gz', label: 3, weight: 0.5 };
    setLists(made.at, { training: [classified], validation: [classified] });
    const { plan, problems } = await prepare(made);
    assert.deepEqual(problems, []);
    const dataset = plan?.files.find(f => f.path === 'dataset.json')?.source;
    const text = dataset && 'text' in dataset ? dataset.text : '{}';
    const { training } = JSON.parse(text) as { training: object[] };
    assert.deepEqual(training, [{ ...classified, image: made.at('data', 'a.nii.gz') }]);
  });

  test('a Python in the home folder of its machine', async () => {
    write(path.join(top, 'venv', 'python'), '');
    rmSync(path.join(top, 'venv', 'python'));
    writeFileSync(path.join(top, 'venv', 'python'), '#!/bin/sh\nexec python3 "$@"\n', {
      mode: 0o755,
    });
    const { problems } = await prepare(makeMmar(), {}, target('~/venv/python'));
    assert.deepEqual(problems, []);
  });
});

suite('what stands in the way of a run is named', () => {
  const pythons: [string, string, RegExp][] = [
    ['none there', path.join(top, 'no such python'), /no Python at ".*no such python": choose one/],
    [
      'without MONAI',
      program('bare', '#!/bin/sh\nexec python3 -S -I "$@"\n'),
      /bare" lacks torch, monai, .*: choose one that has MONAI, or install/,
    ],
    [
      'broken',
      program('broken', '#!/bin/sh\necho "libpython: not found" >&2\nexit 1\n'),
      /broken" does not run \(libpython: not found\): choose another/,
    ],
    ['a folder', top, /no Python at/],
    ['in no home', '~/none/python', /no Python at "~\/none\/python"/],
  ];
  for (const [name, python, message] of pythons)
    test(`Python: ${name}`, async () => {
      await assert.rejects(prepare(makeMmar(), {}, target(python)), (error: unknown) => {
        assert.ok(error instanceof RemoteError);
        assert.equal(error.kind, 'no-python');
        assert.match(error.message, message);
        return true;
      });
    });

  test('no environment.json', async () => {
    const made = makeMmar();
    rmSync(made.at('config', 'environment.json'));
    const { message, file } = await problemOf(made);
    assert.match(
      message,
      /no config\/environment\.json: create it with DATA_ROOT and DATASET_JSON/,
    );
    assert.equal(file, made.at('config', 'environment.json'));
  });

  test('no training config of that name', async () => {
    const config = 'config/trn_none.json';
    await assert.rejects(
      prepare(makeMmar(), { config }),
      /trn_none\.json does not exist\. Choose another config/,
    );
  });

  for (const name of ['config_train.json', 'environment.json', 'config_inference.json'])
    test(`a syntax error in ${name}, with its line`, async () => {
      const made = makeMmar();
      const file = write(made.at('config', name), '{\n  "a": 1,\n  "b": 2\n  "c": 3\n}\n');
      write(made.at('models', 'model.pt'), '');
      const problem = await problemOf(made, { purpose: 'infer', list: 'test' });
      assert.match(problem.message, new RegExp(`^${name}, line 4: A comma is expected here`));
      assert.deepEqual([problem.file, problem.line], [file, 4]);
    });

  test('what the run does not read may be broken', async () => {
    const made = makeMmar();
    for (const name of ['config_inference.json', 'config_validation.json'])
      write(made.at('config', name), '{');
    write(made.at('data', 'c.nii.gz'), 'no gzip');
    const { plan, problems } = await prepare(made);
    assert.deepEqual(problems, []);
    const inference = plan?.files.find(f => f.path === 'bundle/configs/inference.json')?.source;
    assert.match(inference && 'text' in inference ? inference.text : '', /SaveImaged/);
  });

  test('a module of custom/ that does not parse, with its line', async () => {
    const made = makeMmar();
    const file = write(made.at('custom', 'pkg', 'bad $(x).py'), 'import os\n\ndef f(:\n  pass\n');
    const problem = await problemOf(made);
    assert.match(problem.message, /custom\/pkg\/bad \$\(x\)\.py, line 3: /);
    assert.deepEqual([problem.file, problem.line], [file, 3]);
  });

  test('a component that names nothing', async () => {
    const made = makeMmar();
    const file = made.at('config', 'config_train.json');
    write(file, readFileSync(file, 'utf8').replace('"{learning_rate}"', '"{learning_rat}"'));
    const problem = await problemOf(made);
    assert.match(problem.message, /train\.optimizer\.args\.lr: \{learning_rat\} has no value/);
    assert.equal(problem.file, file);
  });

  test('an inference without weights', async () => {
    const { message } = await problemOf(makeMmar(), { purpose: 'infer', list: 'test' });
    assert.match(message, /has no models\/model\.pt yet: train it first, or choose a run/);
  });
});

suite('a preflight is prepared as the training that it stands for', () => {
  const withModules = (): Target => ({
    ...target('python3', false),
    scheduler: 'slurm',
    resources: { partition: 'gpu', gpus: 4, time: '2-0' },
    preflight: () => preflightScripts(path.join(repository, 'remote')),
  });

  test('the same run folder with its own modules beside, as a short job', async () => {
    const made = makeMmar();
    const { plan: training } = await prepare(made, {}, withModules());
    const { plan } = await prepare(made, { purpose: 'preflight' }, withModules());
    const paths = plan?.files.map(file => file.path) ?? [];
    const own = paths.filter(name => name.startsWith('bundle/scripts/mmar_preflight/'));
    assert.ok(own.includes('bundle/scripts/mmar_preflight/__main__.py'));
    assert.deepEqual(
      paths.filter(name => !own.includes(name)),
      training?.files.map(file => file.path),
    );
    assert.deepEqual(plan?.data, training?.data);
    assert.equal(plan?.record.command[1], 'scripts.mmar_preflight');
    assert.equal(plan.record.resumeCommand, undefined);
    assert.deepEqual(plan.resources, { partition: 'gpu', gpus: 1, time: '10' });
  });

  test('what stands in the way of the training stands in its way', async () => {
    const made = makeMmar();
    write(made.at('data', 'a.nii.gz'), 'no gzip');
    setLists(made.at, { validation: [{ image: 'b.nii.gz' }] });
    const { problems } = await prepare(made);
    assert.ok(problems.length > 0);
    const again = await prepare(made, { purpose: 'preflight' }, withModules());
    assert.deepEqual(again.problems, problems);
  });

  test('an installation without the modules says so', async () => {
    const asked = prepare(makeMmar(), { purpose: 'preflight' });
    await assert.rejects(asked, (error: RemoteError) => error.kind === 'missing');
  });
});

suite('what is wrong with the data of a run is named', () => {
  test('the datalist is not there, or nobody says where it is', async () => {
    const made = makeMmar();
    rmSync(made.at('data', 'dataset.json'));
    const { message, file } = await problemOf(made);
    assert.ok(message.includes(made.at('data', 'dataset.json')));
    assert.match(message, /does not exist\. Correct DATASET_JSON/);
    assert.equal(file, made.at('config', 'environment.json'));
    write(made.at('config', 'environment.json'), '{"DATA_ROOT": "data"}');
    assert.match((await problemOf(made)).message, /set DATASET_JSON/);
  });

  test('the datalist is no JSON, or holds no cases', async () => {
    const made = makeMmar();
    write(made.at('data', 'dataset.json'), '{"training": [\n{"image": }]}');
    const broken = await problemOf(made);
    assert.match(broken.message, /dataset\.json, line 2: A value is expected/);
    assert.equal(broken.line, 2);
    write(made.at('data', 'dataset.json'), '[]');
    assert.match(
      (await problemOf(made)).message,
      /object with lists of cases.*Correct the datalist/,
    );
  });

  test('a list that it does not have', async () => {
    const made = makeMmar();
    const { message } = await problemOf(made, { purpose: 'infer', list: 'tset', parent: 'r1' });
    assert.match(
      message,
      /dataset\.json has no cases in "tset", only in: training, validation, test\. Choose another/,
    );
    setLists(made.at, { validation: [] });
    assert.match(
      (await problemOf(made)).message,
      /no cases in "validation", only in: training, test\. Correct data_list_key/,
    );
  });

  test('a case without image, a case without label', async () => {
    const made = makeMmar();
    setLists(made.at, { training: [entry('a'), { label: 'x' }] });
    assert.match((await problemOf(made)).message, /training\.1: This case has no "image"/);
    setLists(made.at, { training: [entry('a'), { image: 'b.nii.gz' }] });
    const { message } = await problemOf(made);
    assert.match(
      message,
      /1 of 2 cases of "training" .* have no "label", the first is .*b\.nii\.gz/s,
    );
    assert.match(message, /Add it, or take the case out/);
  });

  test('files that do not exist: how many, and the first', async () => {
    const made = makeMmar();
    setLists(made.at, { training: [entry('a'), entry('gone'), entry('gone too')] });
    const { message, file } = await problemOf(made);
    assert.match(message, /^4 of 8 files of the datalist dataset\.json do not exist/);
    assert.ok(message.includes(made.at('data', 'gone too.nii.gz')));
    assert.match(message, /Correct DATA_ROOT or the entry/);
    assert.equal(file, made.at('data', 'dataset.json'));
  });

  const faults: [string, Uint8Array, RegExp][] = [
    ['cut off', packed.subarray(0, packed.length / 2), /it is cut short/],
    ['not gzip', volume, /it is not gzip, or damaged/],
    ['empty', new Uint8Array(), /it is empty/],
    ['no NIfTI', gzipSync(new Uint8Array(600)), /cannot be read: /],
  ];
  for (const [name, bytes, message] of faults)
    test(`a volume that is ${name}`, async () => {
      const made = makeMmar();
      const file = write(made.at('data', 'a.nii.gz'), bytes);
      const problem = await problemOf(made);
      assert.match(problem.message, /^a\.nii\.gz cannot be read: /);
      assert.match(problem.message, message);
      assert.match(problem.message, /Replace it, or take it out of the datalist/);
      assert.equal(problem.file, file);
    });

  test('all at once, so that nobody corrects one after another', async () => {
    const made = makeMmar();
    write(made.at('custom', 'bad.py'), 'def f(:\n');
    write(made.at('data', 'a.nii.gz'), 'no gzip');
    rmSync(made.at('data', 'b.nii.gz'));
    const { plan, problems } = await prepare(made);
    assert.equal(plan, undefined);
    assert.equal(problems.length, 3, JSON.stringify(problems));
  });

  test('many cases are looked at without a warning of leaks', async () => {
    const made = makeMmar();
    const names = Array.from({ length: 40 }, (_, i) => `many/${i}`);
    for (const name of names) {
      write(made.at('data', `${name}.nii.gz`), packed);
      write(made.at('data', 'labels', `${name}.nii.gz`), packed);
    }
    setLists(made.at, { training: names.map(entry) });
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', listen);
    const { problems } = await prepare(made);
    await new Promise(resolve => setImmediate(resolve));
    process.off('warning', listen);
    assert.deepEqual([problems, warnings], [[], []]);
  });
});
