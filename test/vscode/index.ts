import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * VS Code's extension host calls this; a rejection is exit code 1. A host that is killed counts as 0 there,
 * so whoever started it trusts the result file alone.
 *
 * A test file runs in the workspace that its name asks for: `x.test.ts` in a copy of samples/,
 * `x.empty.test.ts` in a folder without MMARs, `x.restricted.test.ts` in samples that are not trusted,
 * `x.hostile.test.ts` with a sample whose name a shell would execute.
 */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const grep = process.env['MMAR_TEST_GREP'];
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 60_000, ...(grep ? { grep } : {}) });
  for (const file of testFiles(process.env['MMAR_TEST_KIND'] ?? 'samples')) mocha.addFile(file);

  const failures: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run(count => {
      const { passes = 0, failures: failed = 0, pending = 0 } = runner.stats ?? {};
      const result = process.env['MMAR_TEST_RESULT'];
      if (result) {
        writeFileSync(
          result,
          JSON.stringify({ passes, failures: failed, pending, failed: failures }),
        );
      }
      if (count > 0) reject(new Error(`${count} tests failed`));
      else resolve();
    });
    runner.on('fail', test => failures.push(test.fullTitle()));
  });
}

function testFiles(kind: string): string[] {
  return readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.js'))
    .filter(name => (/\.(\w+)\.test\.js$/.exec(name)?.[1] ?? 'samples') === kind)
    .sort()
    .map(name => path.join(__dirname, name));
}
