import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseConfig, rangeAt } from '../../extension/core/config/parse.ts';
import { locateFindings, type LocatedFinding } from '../../extension/core/runs/preflight/locate.ts';
import { decodeReport, type PreflightReport } from '../../extension/core/runs/preflight/report.ts';
import type { JsonObject } from '../../extension/core/mmar/toBundle.ts';
import { preflightScripts } from '../../extension/io/preflightScripts.ts';
import { compileMmar, phantom, python, repository, scratch, writeBundle } from './engine.ts';
import { groups, type Mmar, type Planted } from './planted.ts';

const run = promisify(execFile);
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
  return finding.path === file && range.offset === wanted.offset && range.length === wanted.length;
}

const isFound = (fault: Planted, copy: Copy, { findings }: Result): boolean =>
  findings.some(
    found =>
      fault.message.test(found.finding.message) &&
      found.finding.severity === (fault.severity ?? 'error') &&
      isAt(fault, found, copy),
  );

const shown = (findings: readonly LocatedFinding[]): string =>
  findings
    .map(
      f =>
        `  ${f.finding.severity} ${path.basename(f.path)}:${f.line}:${f.column} ${f.finding.message}`,
    )
    .join('\n');

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
    const all = groups.flatMap((faults, i) => faults.map(fault => ({ fault, i })));
    const found = all.filter(({ fault, i }) => {
      const [copy, result] = [copies[i], results[i]];
      return copy && result && isFound(fault, copy, result);
    });
    const seconds = results.map(({ report }) => report.seconds.toFixed(1)).join(', ');
    console.log(`      found ${found.length} of ${all.length} planted faults; seconds: ${seconds}`);
  });
});
