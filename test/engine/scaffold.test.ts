import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { componentEdits, twinEdits, twinPlace } from '../../extension/core/byoc/insertion.ts';
import { moduleNameOf } from '../../extension/core/byoc/names.ts';
import { placesFor } from '../../extension/core/byoc/places.ts';
import {
  conftest,
  scaffoldFiles,
  scaffolds,
  type Scaffold,
} from '../../extension/core/byoc/scaffold.ts';
import { parseConfig } from '../../extension/core/config/parse.ts';
import { applyEdits } from '../unit/core/byoc/applyEdits.ts';
import {
  compileMmar,
  monaiBundle,
  phantom,
  python,
  repository,
  scratch,
  writeBundle,
} from './engine.ts';

const run = promisify(execFile);
const sample = path.join(repository, 'samples', 'spleen');
const isAiaa = ({ kind }: Scaffold): boolean => kind.startsWith('aiaa');
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };

/** The interpreter with pytest, ruff and mypy that `npm test` uses for the project itself. */
async function devPython(): Promise<string> {
  const setup = path.join(repository, 'scripts', 'setup', 'python.mjs');
  const code = `import(${JSON.stringify(setup)}).then(m => m.ensureDevPython(process.argv[1])).then(p => console.log('\\n' + p))`;
  const { stdout } = await run(process.execPath, ['-e', code, python()], { env });
  return stdout.trim().split('\n').at(-1) ?? '';
}

function write(mmar: string, file: string, text: string): void {
  mkdirSync(path.dirname(path.join(mmar, file)), { recursive: true });
  writeFileSync(path.join(mmar, file), text);
}

const namesOf = (scaffold: Scaffold): [name: string, module: string] => [
  scaffold.suggestion,
  moduleNameOf(scaffold.suggestion),
];

const generated = scaffolds.flatMap(scaffold => {
  const module = namesOf(scaffold)[1];
  return [`custom/${module}.py`, `tests/test_${module}.py`];
});

/** A copy of the sample with a component of every kind in custom/, and their tests. */
function mmarWithAll(): string {
  const mmar = path.join(scratch('scaffold'), "an MMAR's $(copy)");
  cpSync(sample, mmar, { recursive: true });
  for (const scaffold of scaffolds) {
    const files = scaffoldFiles(scaffold, ...namesOf(scaffold));
    for (const file of [files.module, files.test, conftest]) write(mmar, file.path, file.text);
  }
  return mmar;
}

/** Puts components into the training config, one after the other, each at its recommended place. */
function configWith(text: string, kinds: readonly Scaffold[]): string {
  return kinds.reduce((config, scaffold) => {
    const [name, module] = namesOf(scaffold);
    const doc = parseConfig(config);
    const place = placesFor(scaffold.kind, doc)[0]!;
    const twin = scaffold.kind === 'transform' ? twinPlace(place, doc, doc) : undefined;
    const component = { scaffold, name, module };
    return applyEdits(config, [
      ...componentEdits(component, place, doc, 'train'),
      ...(twin ? twinEdits(component, twin, doc, 'train') : []),
    ]);
  }, text);
}

function bundleOf(mmar: string, kinds: readonly Scaffold[], data: string): string {
  const source = readFileSync(path.join(sample, 'config', 'config_train.json'), 'utf8');
  write(mmar, 'config/config_train.json', configWith(source, kinds));
  const bundle = compileMmar(mmar, 'config_train.json', {
    DATA_ROOT: data,
    DATASET_JSON: path.join(data, 'dataset.json'),
  });
  assert.ok(bundle.runnable, JSON.stringify(bundle.findings));
  const folder = path.join(scratch('scaffold-bundle'), 'bundle');
  writeBundle(bundle, folder, path.join(mmar, 'custom'));
  return folder;
}

suite('new components with real MONAI', function () {
  this.timeout(600_000);
  let mmar = '';
  let dev = '';
  suiteSetup(async () => {
    mmar = mmarWithAll();
    dev = await devPython();
  });

  test('their tests pass, each for itself', async () => {
    const { stdout } = await run(dev, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'tests'], {
      cwd: mmar,
      env,
    });
    const passed = Number(/(\d+) passed/.exec(stdout)?.[1]);
    assert.ok(passed >= 5 * scaffolds.length, stdout);
    assert.doesNotMatch(stdout, /\d+ (failed|error|skipped)/);
  });

  test('a test fails when the component does not do its work', async () => {
    const broken = path.join(scratch('scaffold-broken'), 'mmar');
    cpSync(mmar, broken, { recursive: true });
    const [, module] = namesOf(scaffolds[0]!);
    const file = path.join(broken, 'custom', `${module}.py`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('* self.factor', '* 1.0'));
    const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', `tests/test_${module}.py`];
    const { stdout } = await run(dev, args, { cwd: broken, env }).catch(
      (error: unknown) => error as { stdout: string },
    );
    assert.match(stdout, /2 failed/);
  });

  test('ruff and mypy have nothing to say', async () => {
    const cwd = { cwd: mmar, env: { ...env, MYPYPATH: 'custom' } };
    const ruff = (...args: string[]): Promise<unknown> =>
      run(dev, ['-m', 'ruff', ...args, '--no-cache', '--isolated', ...generated], cwd);
    await ruff('check');
    const strict = 'lint.select=["E", "F", "W", "I", "B", "C4", "SIM", "UP", "RUF", "PTH"]';
    // Python 3.8 is what Clara's container has; `src` makes custom/ first party, for the order of imports
    const old = ['check', '--target-version', 'py38', '--config', strict];
    await ruff(...old);
    await ruff(...old, '--config', 'src=["custom"]');
    await ruff('format', '--check');
    const project = path.join(repository, 'pyproject.toml');
    const cache = scratch('mypy');
    const mypy = ['-m', 'mypy', '--config-file', project, '--cache-dir', cache];
    await run(dev, [...mypy, ...generated], cwd);
  });

  test('an import does nothing that others would notice', async () => {
    const modules = scaffolds
      .filter(scaffold => scaffold.kind === 'aiaaWriter' || !isAiaa(scaffold))
      .map(scaffold => namesOf(scaffold)[1]);
    const code = [
      'import json, logging, os, random, sys, warnings',
      'import numpy, torch, ignite.metrics, ignite.engine, nibabel',
      'import monai.transforms, monai.engines, monai.data, monai.inferers, monai.networks.blocks',
      'def state():',
      '    return [random.getstate(), numpy.random.get_state()[1].tolist(), torch.get_rng_state().tolist(),',
      '        logging.getLogger().level, logging.getLogger().handlers[:], dict(os.environ), sys.path[:],',
      '        warnings.filters[:], torch.get_default_dtype(), torch.is_grad_enabled()]',
      'before = state()',
      'for name in json.loads(sys.argv[1]): __import__(name)',
      'assert state() == before',
    ].join('\n');
    const { stdout, stderr } = await run(
      python(),
      ['-W', 'ignore', '-c', code, JSON.stringify(modules)],
      {
        env: { ...env, PYTHONPATH: path.join(mmar, 'custom') },
      },
    );
    assert.equal(stdout, '');
    assert.doesNotMatch(stderr, /rand_my|my_/);
  });

  test('a bundle is built with each of them', async () => {
    const data = await phantom();
    const kinds = scaffolds.filter(scaffold => !isAiaa(scaffold));
    const folders = kinds.map(kind => bundleOf(mmar, [kind], data));
    const { stdout } = await run(
      python(),
      [path.join(__dirname, 'instantiate.py'), path.join(mmar, 'custom'), data, ...folders],
      { maxBuffer: 1 << 26, env },
    );
    const lines = stdout
      .split('\n')
      .filter(line => line.startsWith('{"bundle"'))
      .map(line => JSON.parse(line) as { ok: string[]; failed: object });
    assert.equal(lines.length, kinds.length);
    for (const [i, line] of lines.entries()) assert.deepEqual(line.failed, {}, kinds[i]?.kind);
  });

  test('a training runs with all of them together', async () => {
    const data = await phantom();
    const kinds = scaffolds.filter(scaffold => !isAiaa(scaffold));
    const folder = bundleOf(mmar, kinds, data);
    const log = await monaiBundle(
      folder,
      ...['--config_file', 'configs/train.json', '--epochs', '1', '--num_interval_per_valid', '1'],
    );
    assert.match(log, /val_my_metric/);
    const progress = readFileSync(path.join(folder, 'models', 'progress.jsonl'), 'utf8');
    assert.match(progress, /"kind": ?"done"/);
    assert.match(progress, /"val_my_metric"/);
  });
});
