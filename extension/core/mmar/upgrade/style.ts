/** How a file is written, so that what is added looks like the rest. */
export interface Style {
  /** One level of indentation. */
  readonly unit: string;
  readonly eol: string;
  /** `{ "a": 1 }` rather than `{"a": 1}` where an object stands on one line. */
  readonly padded: boolean;
}

export function styleOf(text: string): Style {
  return {
    unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ',
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    padded: /\{ "/.test(text) || !/\{"/.test(text),
  };
}

/** Moves the lines of a text, all but the first, from one indentation to another. */
export function reindent(text: string, from: string, to: string): string {
  if (from === to) return text;
  return text
    .split('\n')
    .map((line, i) => (i > 0 && line.startsWith(from) ? to + line.slice(from.length) : line))
    .join('\n');
}
