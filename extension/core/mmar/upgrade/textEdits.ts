import type { TextEdit } from '../../config/finding.ts';

/** Collects removals and insertions over one text; what overlaps or touches becomes one edit. */
export class EditList {
  private readonly removed: { from: number; to: number }[] = [];
  private readonly inserted: { at: number; text: string }[] = [];

  remove(from: number, to: number): void {
    if (to > from) this.removed.push({ from, to });
  }

  /** Texts at the same place keep the order of the calls. */
  insert(at: number, text: string): void {
    if (text !== '') this.inserted.push({ at, text });
  }

  replace(from: number, to: number, text: string): void {
    this.remove(from, to);
    this.insert(from, text);
  }

  /** In order, none touching another. */
  edits(): TextEdit[] {
    const texts = this.inserted.toSorted((a, b) => a.at - b.at);
    const made: { from: number; to: number; text: string }[] = merged(this.removed).map(range => ({
      ...range,
      text: '',
    }));
    for (const { at, text } of texts) {
      const home = made.find(({ from, to }) => from <= at && at <= to);
      if (home) home.text += text;
      else made.push({ from: at, to: at, text });
    }
    return made
      .sort((a, b) => a.from - b.from)
      .map(({ from, to, text }) => ({ range: { offset: from, length: to - from }, text }));
  }
}

function merged(ranges: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  const made: { from: number; to: number }[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = made.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else made.push({ from, to });
  }
  return made;
}

/** The text after edits that do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return edits
    .toSorted((a, b) => b.range.offset - a.range.offset)
    .reduce(
      (done, { range: { offset, length }, text: put }) =>
        done.slice(0, offset) + put + done.slice(offset + length),
      text,
    );
}
