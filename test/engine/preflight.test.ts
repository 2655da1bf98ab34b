import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { runPreflight } from '../../extension/cli/preflight.ts';
import { parseConfig, rangeAt } from '../../extension/core/config/parse.ts';
import { locateFindings, type LocatedFinding } from '../../extension/core/runs/preflight/locate.ts';
import { decodeReport, type PreflightReport } from '../../extension/core/runs/preflight/report.ts';
import type { JsonObject } from '../../extension/core/mmar/toBundle.ts';
import { preflightScripts } from '../../extension/io/preflightScripts.ts';
import { compileMmar, phantom, python, repository, scratch, writeBundle } from './engine.ts';
import { groups as exact } from './planted.ts';
import { more } from './plantedMore.ts';
import type { Mmar, Planted } from './planting.ts';

const run = promisify(execFile);
const groups = [...exact, ...more];
const sample = path.join(repository, 'samples', 'spleen');

interface Copy {
  readonly folder: string;
  readonly mmar: string;
  readonly data: string;
}

const write = (file: string, value: unknown): void =>
  writeFileSync(file, JSON.stringify(value, null, 2));
const read = (file: string): JsonObject => JSON.parse(readFileSync(file, 'utf8')) as JsonObject;

/** A copy of the sample with faults in it, compiled as a run would be. */
async function makeCopy(faults: readonly Planted[]): Promise<Copy> {
  const folder = scratch('preflight');
  const [mmar, data] = [path.join(folder, 'mmar'), path.join(folder, 'phantom')];
  cpSync(sample, mmar, { recursive: true });
  cpSync(await phantom(), data, { recursive: true });
  const config = (name: string): string => path.join(mmar, 'config', name);
  const module = path.join(mmar, 'custom', 'contrast.py');
  const copy: Mmar = {
    train: read(config('config_train.json')),
    environment: {
      ...read(config('environment.json')),
      DATA_ROOT: data,
      DATASET_JSON: path.join(data, 'dataset.json'),
    },
    custom: readFileSync(module, 'utf8'),
    data,
  };
  for (const fault of faults) fault.plant(copy);
  write(config('config_train.json'), copy.train);
  write(config('environment.json'), copy.environment);
  writeFileSync(module, copy.custom);
  const bundle = compileMmar(mmar, 'config_train.json', {
    MMAR_CKPT_DIR: '../models',
    MMAR_EVAL_OUTPUT_PATH: '../eval',
    MMAR_CKPT: '../mmar/models/model.pt',
  });
  const scripts = await preflightScripts(path.join(repository, 'remote'));
  const files = [...bundle.files, ...scripts];
  writeBundle({ ...bundle, files }, path.join(folder, 'bundle'), path.join(mmar, 'custom'));
  for (const name of ['eval', 'models']) mkdirSync(path.join(folder, name));
  return { folder, mmar, data };
}

interface Result {
  readonly report: PreflightReport;
  readonly findings: readonly LocatedFinding[];
}

async function resultOf({ folder, mmar }: Copy): Promise<Result> {
  const file = path.join(folder, 'preflight.json');
  const log = readFileSync(path.join(folder, 'preflight.log'), 'utf8');
  assert.ok(existsSync(file), `no report:\n${log}`);
  const report = decodeReport(readFileSync(file, 'utf8'));
  assert.ok(report?.finished, `broken off:\n${log}`);
  const findings = await locateFindings(report, {
    mmar,
    config: 'config/config_train.json',
    read: async name => (existsSync(name) ? readFileSync(name, 'utf8') : undefined),
  });
  return { report, findings };
}

/** True for a finding at the very place where the fault was planted. */
function isAt(fault: Planted, finding: LocatedFinding, { mmar, data }: Copy): boolean {
  const { where } = fault;
  const { range } = finding.finding;
  if ('line' in where) {
    const line = finding.text.split('\n')[finding.line - 1] ?? '';
    return finding.path === path.join(mmar, 'custom', 'contrast.py') && line.includes(where.line);
  }
  const files = {
    datalist: path.join(data, 'dataset.json'),
    environment: path.join(mmar, 'config', 'environment.json'),
    train: path.join(mmar, 'config', 'config_train.json'),
  };
  const file = files[where.file ?? 'train'];
  const wanted = rangeAt(parseConfig(readFileSync(file, 'utf8')), where.path, where.part);
  // a path that ends at a component means any place in it
  const [end, last] = [range.offset + range.length, wanted.offset + wanted.length];
  return finding.path === file && range.offset >= wanted.offset && end <= last;
}

const isFound = (fault: Planted, copy: Copy, { findings }: Result): boolean =>
  findings.some(
    found =>
      fault.message.test(found.finding.message) &&
      (fault.severity === undefined || found.finding.severity === fault.severity) &&
      isAt(fault, found, copy),
  );

const shown = (findings: readonly LocatedFinding[]): string =>
  findings
    .map(
      f =>
        `  ${f.finding.severity} ${path.basename(f.path)}:${f.line}:${f.column} ${f.finding.message}`,
    )
    .join('\n');

interface Said {
  readonly findings: readonly unknown[];
  readonly seconds: number;
  readonly stages: readonly { readonly name: string; readonly state: string }[];
  readonly memory: { readonly atLeast: number; readonly weights: number; readonly input: number[] };
}

suite('preflight of the sample with real MONAI', function () {
  this.timeout(600_000);
  const lines: string[] = [];
  let copy: Copy;
  let root: string;
  let status: number;

  // by the command line: prepare, submit, job, report, as the editor does it
  suiteSetup(async () => {
    copy = await makeCopy([]);
    root = path.join(copy.folder, "a b'c $(x)");
    const argv = ['--json', '--python', python(), '--root', root, copy.mmar];
    const out = (line: string): void => void lines.push(line);
    status = await runPreflight(argv, { out, err: out });
  });

  test('no faults: green, with all stages passed and the memory bounded', () => {
    const said = JSON.parse(lines.join('\n')) as Said;
    console.log(`      green in ${said.seconds.toFixed(1)} s`);
    assert.deepEqual(said.findings, []);
    assert.equal(status, 0);
    const first = ['load', 'signatures', 'components', 'transforms', 'step'];
    const names = [...first, 'validation', 'rehearsal', 'configs', 'memory'];
    assert.deepEqual(
      said.stages.map(({ name, state }) => `${name} ${state}`),
      names.map(name => `${name} passed`),
    );
    assert.deepEqual(said.memory.input, [4, 1, 40, 40, 40]);
    assert.ok(said.memory.atLeast > 4 * said.memory.weights);
  });

  test('nothing of the trial stays but the report', () => {
    const [run = ''] = readdirSync(path.join(root, 'runs'));
    const there = (name: string): string[] =>
      readdirSync(path.join(root, 'runs', run, name)).sort();
    assert.deepEqual(there('models'), []);
    assert.deepEqual(there('eval'), ['progress.jsonl']);
    assert.ok(there('.').includes('preflight.json'));
    assert.ok(!there('.').includes('preflight'));
    assert.deepEqual(readdirSync(path.join(copy.mmar, 'models')), ['.gitkeep']);
  });
});

suite('preflight of planted faults with real MONAI', function () {
  this.timeout(600_000);
  const copies: Copy[] = [];
  const results: Result[] = [];

  suiteSetup(async () => {
    copies.push(...(await Promise.all(groups.map(makeCopy))));
    const folders = copies.map(c => c.folder);
    await run(python(), [path.join(__dirname, 'preflightAll.py'), ...folders], {
      maxBuffer: 1 << 26,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    results.push(...(await Promise.all(copies.map(resultOf))));
  });

  for (const [i, faults] of groups.entries())
    for (const fault of faults)
      test(fault.name, () => {
        const [copy, result] = [copies[i], results[i]];
        assert.ok(copy && result);
        assert.ok(isFound(fault, copy, result), `not found in\n${shown(result.findings)}`);
      });

  test('nothing else is called an error', () => {
    const extra = results.flatMap(({ findings }, i) =>
      findings.filter(
        f =>
          f.finding.severity === 'error' &&
          !(groups[i] ?? []).some(
            fault => fault.message.test(f.finding.message) || fault.also?.test(f.finding.message),
          ),
      ),
    );
    assert.deepEqual(shown(extra), '');
  });

  suiteTeardown(() => {
    const rate = (sets: readonly (readonly Planted[])[], from: number): string => {
      const all = sets.flatMap((faults, i) => faults.map(fault => ({ fault, i: i + from })));
      const found = all.filter(({ fault, i }) => {
        const [copy, result] = [copies[i], results[i]];
        return copy && result && isFound(fault, copy, result);
      });
      return `${found.length} of ${all.length}`;
    };
    const seconds = results.reduce((sum, { report }) => sum + report.seconds, 0).toFixed(1);
    console.log(`      found ${rate(exact, 0)} planted faults at their very places,`);
    console.log(`      ${rate(more, exact.length)} of the second set; ${seconds} s in all`);
  });
});
