import type { JsonPath, Range, TextEdit } from '../../config/finding.ts';
import { nodeAt, parseConfig, rangeOf, type ConfigDoc } from '../../config/parse.ts';
import type { UpgradedFile } from '../upgrade.ts';
import type { Confidence } from './notes.ts';

/** An edit with how sure it is: that of the note about the smallest part of the file that it touches. */
export interface SureEdit extends TextEdit {
  readonly confidence: Confidence;
}

export function sureEdits({ text, edits, notes }: UpgradedFile): SureEdit[] {
  const doc = parseConfig(text);
  const places = notes.map(({ path, confidence }) => ({ confidence, range: placeOf(doc, path) }));
  return edits.map(edit => {
    const touched = places.filter(({ range }) => touches(range, edit.range));
    const least = Math.min(...touched.map(({ range }) => range.length));
    const nearest = touched.filter(({ range }) => range.length === least);
    const check = nearest.some(({ confidence }) => confidence === 'check');
    return { ...edit, confidence: check ? 'check' : 'certain' };
  });
}

/** The value at a path, or the nearest one around it that was there before. */
function placeOf(doc: ConfigDoc, path: JsonPath): Range {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = nodeAt(doc, path.slice(0, depth));
    if (node) return rangeOf(node);
  }
  return { offset: 0, length: doc.text.length };
}

const touches = (a: Range, b: Range): boolean =>
  a.offset <= b.offset + b.length && b.offset <= a.offset + a.length;
