import assert from 'node:assert/strict';
import type { Finding } from '../../../../extension/core/config/finding.ts';

/** «…» in `marked` says where findings are expected, in order. Gives the findings, for their messages. */
export function expectFindings(
  check: (text: string) => Finding[],
  marked: string,
  codes: readonly string[],
): Finding[] {
  const found = check(unmarked(marked));
  compare(found, marked, codes);
  return found;
}

export function unmarked(marked: string): string {
  return marked.replaceAll(/[«»]/g, '');
}

export function compare(found: readonly Finding[], marked: string, codes: readonly string[]): void {
  const text = unmarked(marked);
  const expected: { offset: number; text: string }[] = [];
  let taken = 0;
  for (const match of marked.matchAll(/«([^»]*)»/g)) {
    expected.push({ offset: match.index - taken, text: match[1] ?? '' });
    taken += 2;
  }
  const places = found.map(({ range: { offset, length } }) => ({
    offset,
    text: text.slice(offset, offset + length),
  }));
  assert.deepEqual(places, expected, found.map(({ message }) => message).join('\n'));
  assert.deepEqual(
    found.map(({ code }) => code),
    codes,
  );
}
