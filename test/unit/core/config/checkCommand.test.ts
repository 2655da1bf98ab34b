import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCheck } from '../../../../extension/cli/check.ts';
import type { ReportedFinding } from '../../../../extension/cli/checkReport.ts';
import * as good from './goodConfigs.ts';

const fixture = path.join(__dirname, "../../../fixtures/broken/a b'c $(touch x)");

async function run(...argv: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await runCheck(argv, line => lines.push(line));
  return { code, lines };
}

interface Report {
  readonly findings: readonly ReportedFinding[];
}

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { driver: { rules: { id: string }[] } };
    readonly results: readonly {
      ruleId: string;
      ruleIndex: number;
      level: string;
      locations: {
        physicalLocation: {
          artifactLocation: { uri: string };
          region: { startLine: number; startColumn: number };
        };
      }[];
    }[];
  }[];
}

suite('mmar check', () => {
  let folder: string;
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), "mmar check ü '"));
  });
  teardown(() => rmSync(folder, { recursive: true }));

  test('finds every fault of an MMAR, with its place', async () => {
    const { code, lines } = await run(fixture);
    const said = lines.map(line => /([^/]+:\d+:\d+ \w+ [\w-]+) /.exec(line)?.[1]);
    assert.deepEqual(said, [
      'broken.json:1:20 error syntax',
      'config_train.json:11:64 error unknown-key',
      'config_train.json:17:17 error byoc-missing',
      'config_train.json:24:99 error unresolved-placeholder',
      'dataset.json:3:37 warning wrong-pair',
      'dataset.json:4:16 error missing-file',
      'dataset.json:4:40 warning wrong-pair',
      'dataset.json:6:3 warning empty-list',
      undefined, // the sum
    ]);
    assert.equal(lines.at(-1), '4 files, 5 errors, 3 warnings');
    assert.equal(code, 2);
  });

  test('prints one JSON document on request', async () => {
    const { code, lines } = await run('--json', '--set', 'MMAR_CKPT=models/model.pt', fixture);
    const report = JSON.parse(lines.join('\n')) as Report;
    assert.equal(code, 2);
    assert.deepEqual(Object.keys(report), ['findings']);
    const file = path.join(fixture, 'config/broken.json');
    const [first] = report.findings;
    assert.deepEqual(first, {
      file,
      range: { start: { line: 0, character: 19 }, end: { line: 0, character: 20 } },
      code: 'syntax',
      severity: 'error',
      message: first?.message,
      related: [],
    });
    assert.ok(report.findings.every(({ file: of }) => path.isAbsolute(of)));
    assert.ok(!report.findings.some(({ code: of }) => of === 'unresolved-placeholder'));
  });

  test('prints SARIF on request', async () => {
    const { code, lines } = await run('--sarif', fixture);
    const log = JSON.parse(lines.join('\n')) as Sarif;
    assert.equal(code, 2);
    assert.equal(log.version, '2.1.0');
    const { tool, results } = log.runs[0]!;
    const syntax = results.find(({ ruleId }) => ruleId === 'syntax')!;
    assert.equal(tool.driver.rules[syntax.ruleIndex]?.id, 'syntax');
    assert.equal(syntax.level, 'error');
    const { artifactLocation, region } = syntax.locations[0]!.physicalLocation;
    assert.equal(fileURLToPath(artifactLocation.uri), path.join(fixture, 'config/broken.json'));
    assert.deepEqual([region.startLine, region.startColumn], [1, 20]);
  });

  test('--severity changes what counts, by code', async () => {
    const off = ['syntax', 'unknown-key', 'byoc-missing', 'unresolved-placeholder', 'missing-file'];
    const argv = off.map(name => `--severity=${name}=off`);
    const { code, lines } = await run(...argv, fixture);
    assert.deepEqual([code, lines.length], [1, 4], lines.join('\n'));
    const strict = await run(...argv, '--severity', 'empty-list=error', fixture);
    assert.equal(strict.code, 2);
    assert.match((await run('--severity', 'sintax=off', fixture)).lines[0]!, /Did you mean syntax/);
    assert.match((await run('--severity', 'syntax=loud', fixture)).lines[0]!, /error, warning/);
  });

  test('is content with a good MMAR, found below a folder', async () => {
    const config = path.join(folder, 'deep/er/m/config');
    mkdirSync(config, { recursive: true });
    writeFileSync(path.join(config, 'config_train.json'), good.train40);
    writeFileSync(path.join(config, 'environment.json'), good.environment);
    const { code, lines } = await run(folder);
    assert.equal(code, 1, lines.join('\n')); // its data are not there: warnings
    assert.match(lines.at(-1) ?? '', /^2 files, 0 errors, 3 warnings$/);
    assert.equal((await run(path.join(config, 'config_train.json'))).code, 1);
    assert.equal((await run(config)).code, 1);
  });

  test('checks cluster profiles', async () => {
    mkdirSync(path.join(folder, '.mmar'));
    const file = path.join(folder, '.mmar/clusters.yaml');
    writeFileSync(file, good.clusters.replace('port: 22', 'port: x'));
    for (const given of [folder, file]) {
      const { code, lines } = await run(given);
      assert.equal(code, 2);
      assert.match(lines[0] ?? '', /clusters\.yaml:10:11 error wrong-type/);
    }
  });

  test('says what is wrong with its arguments', async () => {
    const wrong: [argv: string[], says: RegExp][] = [
      [[], /give the folder/],
      [['--nonsense'], /--nonsense/],
      [['--set', 'x', fixture], /KEY=VALUE/],
      [[path.join(folder, 'nowhere')], /nowhere does not exist/],
      [[folder], /holds no MMAR/],
    ];
    for (const [argv, says] of wrong) {
      const { code, lines } = await run(...argv);
      assert.equal(code, 3);
      assert.match(lines.join('\n'), says);
    }
    const { code, lines } = await run('--help');
    assert.equal(code, 0);
    assert.match(lines.join('\n'), /^Usage: mmar check/);
  });
});
