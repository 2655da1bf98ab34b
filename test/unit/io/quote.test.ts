import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { quoteArgv } from '../../../extension/io/quote.ts';

/** What a program gets as arguments when a real shell reads the quoted line. */
function throughShell(words: readonly string[]): string[] {
  const line = quoteArgv(['printf', '%s\\0', ...words]);
  const { stdout, stderr, status } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.split('\0').slice(0, -1);
}

suite('quoteArgv', () => {
  test('carries every kind of argument through a shell unchanged', () => {
    const words = [
      '',
      ' ',
      "it's",
      "'",
      "''",
      '"$HOME"',
      '$(id)',
      '`id`',
      '\\',
      "\\'",
      'a\nb\n',
      '\t\r',
      '*',
      '?[a-z]',
      '~',
      '~root',
      '{a,b}',
      '!history',
      '#comment',
      'a;b&c|d>e<f',
      'Milz Ü 脾臓 🫁',
      '--help',
      '-n',
      '-',
      'A=b',
      '%s\\n',
      '\u0001\u007f',
    ];
    assert.deepEqual(throughShell(words), words);
  });

  test('carries random arguments through a shell unchanged', () => {
    const letters = Array.from(`'"\\$\`()[]{}<>|&;*?~!#=% \n\t-aZ0é脾🫁`);
    let seed = 7; // a fixed row of numbers, so that a failure can be repeated
    const next = (below: number): number =>
      (seed = (seed * 48271) % 2147483647) && Math.floor((seed / 2147483647) * below);
    const word = (): string =>
      Array.from({ length: next(12) }, () => letters[next(letters.length)]).join('');
    const words = Array.from({ length: 2000 }, word);
    assert.deepEqual(throughShell(words), words);
  });

  test('a quoted program name is a program, not an assignment or a keyword', () => {
    for (const name of ['A=b', 'if', 'time', 'done'])
      assert.notEqual(spawnSync('sh', ['-c', quoteArgv([name])]).status, 2, name);
    assert.equal(spawnSync('sh', ['-c', quoteArgv(['A=b'])]).status, 127);
  });

  test('leaves ordinary words readable', () => {
    assert.equal(quoteArgv(['ls', '-l', '/a/b.txt']), 'ls -l /a/b.txt');
  });

  test('refuses what no program can take', () => {
    assert.throws(() => quoteArgv(['a\0b']), RangeError);
  });
});
