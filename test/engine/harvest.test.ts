import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { fateOf } from '../../extension/core/config/spec.ts';
import { openCatalogs } from '../../extension/io/catalog.ts';
import { python, repository, scratch } from './engine.ts';

const run = promisify(execFile);
const components = path.join(repository, 'mmar-schemas', 'components');
const options = { maxBuffer: 1 << 26, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } };

interface Report {
  readonly components: number;
  readonly arguments: number;
  readonly agree: number;
  readonly differ: readonly (readonly [path: string, what: string, ...unknown[]])[];
  readonly missing: readonly string[];
  readonly unreadable: readonly string[];
}

suite('the harvest and what is really installed', function () {
  this.timeout(300_000);
  const file = path.join(scratch('harvest'), 'environment.json');
  let report: Report;

  suiteSetup(async () => {
    const tools = path.join(repository, 'mmar-schemas', 'tools');
    await run(python(), ['-m', 'harvest', 'environment', '-o', file], { ...options, cwd: tools });
    const introspect = path.join(__dirname, 'introspect.py');
    const { stdout } = await run(python(), [introspect, file], options);
    report = JSON.parse(stdout) as Report;
    const { agree, differ, missing, unreadable } = report;
    console.log(
      `      ${agree} of ${report.components} components (${report.arguments} arguments) agree with inspect;` +
        ` ${missing.length} classes and functions of MONAI are not harvested`,
    );
    for (const line of [...differ, ...unreadable]) console.log(`      differs: ${String(line)}`);
  });

  test('names, defaults and kinds of arguments agree with inspect in at least 99 %', () => {
    assert.ok(report.components > 1200, String(report.components));
    assert.ok(report.arguments > 7000, String(report.arguments));
    assert.ok(report.agree >= 0.99 * report.components, String(report.agree));
  });

  test('nothing public of MONAI is missing but exceptions and the like', () => {
    const left = report.missing.filter(
      name => !/(Error|Exception|Warning)$|^monai\._|\.ProfileResult$|_plugin\./.test(name),
    );
    assert.deepEqual(left, []);
  });

  test('what ships for this release is what is installed', function () {
    const made = readFileSync(file, 'utf8');
    const { label, packages } = JSON.parse(made) as { label: string; packages: object };
    const shipped = gunzipSync(readFileSync(path.join(components, `${label}.json.gz`))).toString();
    const { items, packages: then } = JSON.parse(shipped) as { items: unknown[]; packages: object };
    if (JSON.stringify(packages) !== JSON.stringify(then)) this.skip(); // another MMAR_PYTHON
    assert.deepEqual((JSON.parse(made) as { items: unknown[] }).items, items);
  });

  test('what is said of **kwargs is what happens', async () => {
    const catalog = openCatalogs(components).catalog('1.6.1');
    const { stdout } = await run(python(), [path.join(__dirname, 'swallow.py')], options);
    const happened = JSON.parse(stdout) as Record<string, 'refused' | 'accepted'>;
    assert.ok(Object.keys(happened).length >= 10);
    for (const [call, what] of Object.entries(happened)) {
      const [, name = '', arg = ''] = /^(\S+)\((\w+)\)$/.exec(call) ?? [];
      const fate = fateOf(catalog.get(name)!, arg);
      const accepted = fate !== 'refused';
      assert.equal(accepted, what === 'accepted', `${call}: ${fate}, but it was ${what}`);
    }
  });
});
