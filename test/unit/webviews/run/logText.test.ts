import assert from 'node:assert/strict';
import { kindOf } from '../../../../webviews/run/logKinds.ts';
import { nothing, plain, shown, takeLog } from '../../../../webviews/run/logText.ts';

/** Lines and the unfinished one, after the text came in such pieces. */
function read(pieces: readonly string[]): string[] {
  let rest = nothing;
  const all: string[] = [];
  for (const piece of pieces) {
    const taken = takeLog(rest, piece);
    all.push(...taken.lines);
    rest = taken.rest;
  }
  return [...all, shown(rest)];
}

suite('text of a log', () => {
  const cases: [why: string, text: string, lines: string[]][] = [
    ['nothing', '', ['']],
    ['a line and the start of another', 'a\nb', ['a', 'b']],
    ['Windows line ends', 'a\r\nb\r\n', ['a', 'b', '']],
    ['a progress bar', ' 0%|   |\r50%|## |\r99%|###|\nnext', ['99%|###|', 'next']],
    ['a shorter text leaves what it does not cover', 'abcdef\rxy\n', ['xycdef', '']],
    ['unless it erases it', 'abcdef\r\u001b[Kxy\nabcdef\r\u001b[2Kxy', ['xy', 'xy']],
    ['colours', '\u001b[1;31mred\u001b[0m and \u001b[38;5;12mblue\u001b[m', ['red and blue']],
    ['a link', '\u001b]8;;http://x\u001b\\text\u001b]8;;\u0007!', ['text!']],
    ['cursor and charset', '\u001b[2A\u001b(B\u001b[?25l\u001b7ok\u001b8', ['ok']],
    ['other control characters, but no tab', 'a\u0000\b\u0007\u009bb\tc', ['ab\tc']],
    ['Unicode', 'Mühe 100%|██████| 5/5 😀\n', ['Mühe 100%|██████| 5/5 😀', '']],
  ];
  for (const [why, text, expected] of cases)
    test(why, () => {
      assert.deepEqual(read([text]), expected);
      assert.deepEqual(read([...text]), expected, 'character by character');
    });

  test('a line without an end costs no more than what is shown of it', () => {
    let rest = nothing;
    for (let i = 0; i < 1000; i++) ({ rest } = takeLog(rest, 'x'.repeat(1000)));
    assert.ok(rest.tail.length <= 16_000);
    assert.equal(shown(rest).length, 4001);
    for (let i = 0; i < 1000; i++) ({ rest } = takeLog(rest, `\r${i} of 1000 `));
    assert.ok(rest.under.length <= 17_000 && rest.tail.length < 20);
    assert.match(shown(rest), /^999 of 1000 x/);
  });

  test('what is left of an escape that is cut off is not shown', () => {
    for (const cut of ['a\u001b', 'a\u001b[', 'a\u001b[1;3', 'a\u001b]8;;http'])
      assert.equal(plain(cut), 'a');
  });
});

suite('kinds of lines', () => {
  const kinds = (text: string): string[] => {
    let inTrace = false;
    return text.split('\n').map(line => {
      const found = kindOf(line, inTrace);
      ({ inTrace } = found);
      return found.kind;
    });
  };
  const cases: [why: string, text: string, expected: string[]][] = [
    [
      'chained tracebacks of one process of many',
      '[rank0]: Traceback (most recent call last):\n[rank0]:   File "a.py", line 1\n[rank0]: KeyError: 1\n\n' +
        'The above exception was the direct cause of the following exception:\n\n' +
        'Traceback (most recent call last):\n  File "b.py", line 2\nRuntimeError\nafter',
      'trace trace error plain trace plain trace trace error plain'.split(' '),
    ],
    [
      'an error of its own name',
      'Traceback (most recent call last):\n  x\nmy.Oops: no',
      ['trace', 'trace', 'error'],
    ],
    [
      'levels',
      '12:00 ERROR no\n12:00 - WARNING - x\nCRITICAL:root:x',
      ['error', 'warning', 'error'],
    ],
    ['Slurm', 'slurmstepd: error: *** JOB 7 CANCELLED ***\nKilled', ['error', 'error']],
    ['Python warnings', '/a/b.py:1: UserWarning: slow', ['warning']],
    [
      'words that only look like it',
      'error 0.12, no errors, Terror\nmean_error: 0.3\nall fatalities',
      ['plain', 'plain', 'plain'],
    ],
  ];
  for (const [why, text, expected] of cases)
    test(why, () => assert.deepEqual(kinds(text), expected));
});
