import type { Range } from '../config/finding.ts';

interface Insertion {
  /** Where, in the original text. */
  readonly offset: number;
  readonly text: string;
  /** The bracket that nobody closed. */
  readonly bracket: Range;
}

export interface ClosedText {
  readonly text: string;
  readonly insertions: readonly Insertion[];
  /** Offset in `text` -> offset in the original. */
  readonly original: (offset: number) => number;
}

const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** Words that begin a line only as a statement, whatever bracket is open. */
const statement =
  /^[ \t]*(?:@[\p{L}_]|(?:async[ \t]+def|def|class|return|import|while|with|try|raise|pass|break|continue|del|global|nonlocal|assert)(?![\p{L}\p{N}_])|from[ \t]+[\w.]+[ \t]+import\b)/u;

/** Strings first: a bracket, a comment sign or a line end in one of them means nothing. */
const tokens =
  /("""|''')(?:\\[\s\S]|(?!\1)[^\\])*(?:\1|$)|(["'])(?:\\[\s\S]|(?!\2)[^\\\r\n])*\2?|#[^\r\n]*|\\\r?\n|\r?\n|[()[\]{}]|[^"'#\\\r\n()[\]{}]+|[\s\S]/g;

/** Closes brackets that are still open where a line begins with a word that only begins statements. */
export function closedBrackets(text: string): ClosedText {
  const open: { readonly bracket: string; readonly offset: number }[] = [];
  const insertions: Insertion[] = [];
  let lineEnd = 0; // where the line before this one ends
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token in closers) open.push({ bracket: token, offset: index });
    else if (/^[)\]}]$/.test(token)) open.pop();
    else if (token === '\n' || token === '\r\n') {
      lineEnd = index;
      const next = text.slice(index + token.length, index + token.length + 200);
      if (open.length === 0 || !statement.test(next)) continue;
      const bracket = { offset: open.at(-1)?.offset ?? index, length: 1 };
      const closing = open.map(({ bracket: opened }) => closers[opened]).reverse();
      insertions.push({ offset: lineEnd, text: closing.join(''), bracket });
      open.length = 0;
    }
  }
  return { text: inserted(text, insertions), insertions, original: originalOf(insertions) };
}

function inserted(text: string, insertions: readonly Insertion[]): string {
  let from = 0;
  const parts = insertions.map(({ offset, text: closing }) => {
    const part = text.slice(from, offset) + closing;
    from = offset;
    return part;
  });
  return parts.join('') + text.slice(from);
}

function originalOf(insertions: readonly Insertion[]): (offset: number) => number {
  let total = 0;
  const ends = insertions.map(({ offset, text }) => {
    total += text.length;
    return { offset, end: offset + total, shift: total };
  });
  return offset => {
    // how many insertions end at or before the offset
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.end ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const before = ends[low - 1]?.shift ?? 0;
    // within an insertion: the place where it was made
    return Math.min(offset - before, ends[low]?.offset ?? Infinity);
  };
}
