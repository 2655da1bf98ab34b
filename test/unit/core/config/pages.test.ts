import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { allChecks, allCodes } from '../../../../extension/core/config/checks/index.ts';

const repo = path.join(__dirname, '../../../..');
const folder = path.join(repo, 'docs/checks');

suite('codes of findings', () => {
  test('each has a page, and each page a code', () => {
    const pages = readdirSync(folder).map(name => name.replace(/\.md$/, ''));
    assert.deepEqual(pages.sort(), allCodes.map(({ code }) => code).sort());
  });

  test('each page says what, why, an example, and what to do', () => {
    for (const { code } of allCodes) {
      const page = readFileSync(path.join(folder, `${code}.md`), 'utf8');
      assert.ok(page.startsWith(`# ${code}\n`), code);
      for (const head of ['## Why it matters', '## Example', '## What to do'])
        assert.ok(page.includes(`\n${head}\n`), `${code}: ${head}`);
    }
  });

  test('each code has one severity, or says at each finding which', () => {
    for (const { code, severity, summary } of allCodes) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/);
      assert.ok(summary.length > 10 && summary.length <= 90, code);
      assert.ok(['error', 'warning', 'info', 'hint'].includes(severity));
    }
  });

  test('each code that a source file writes is registered', () => {
    const known = new Set(allCodes.map(({ code }) => code));
    const source = path.join(repo, 'extension/core/config');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter(name => name.endsWith('.ts')))
      for (const [, code = ''] of readFileSync(path.join(source, file), 'utf8').matchAll(
        /\bcode: '([^']+)'/g,
      ))
        assert.ok(known.has(code), `${file}: ${code}`);
  });

  test('every check looks at some kind of file', () => {
    for (const { kinds, codes } of allChecks) assert.ok(kinds.length > 0 && codes.length > 0);
  });
});
