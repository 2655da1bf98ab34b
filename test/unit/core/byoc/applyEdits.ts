import assert from 'node:assert/strict';
import type { TextEdit } from '../../../../extension/core/config/finding.ts';

/** As an editor does: all offsets are those of the old text; of two insertions at one place the first comes first. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let [made, from] = ['', 0];
  for (const { range, text: added } of edits.toSorted((a, b) => a.range.offset - b.range.offset)) {
    assert.ok(range.offset >= from, 'edits overlap');
    made += text.slice(from, range.offset) + added;
    from = range.offset + range.length;
  }
  return made + text.slice(from);
}
