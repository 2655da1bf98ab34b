/** The last line of a log, which more text may still change: what it says by now, and what came since as it came. */
export interface Unfinished {
  /** What the line showed when the cursor last returned to its start. */
  readonly under: string;
  readonly tail: string;
}

export const nothing: Unfinished = { under: '', tail: '' };

/** Nobody reads a longer line here; the log itself has all of it. */
const lineLimit = 4000;
/** Escapes take room too, so that a tail is cut later than what is shown of it. */
const tailLimit = 4 * lineLimit;

/** ECMA-48 control sequences, window titles and links, two-character escapes; one that is cut off at the end too. */
const escapes =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[ -/]*[0-OQ-WYZ\\`-~]|[[\]PX^_][^\u001b]*$|$)/g;
/** C0 without tab, DEL, C1. */
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;
/** "Erase to the end of the line" and "erase the line". */
const erase = /\u001b\[[02]?K/;

/** Text of a terminal without colours, cursor movements and other control characters. */
export const plain = (text: string): string => text.replace(escapes, '').replace(controls, '');

/**
 * Takes in more of a log, as a terminal would: a carriage return goes back to the start of the line, and what follows
 * writes over it (progress bars). Text may come in pieces cut anywhere.
 */
export function takeLog(
  rest: Unfinished,
  text: string,
): { lines: readonly string[]; rest: Unfinished } {
  const pieces = (rest.tail + text).split('\n');
  const last = pieces.pop() ?? '';
  let { under } = rest;
  const lines = pieces.map(piece => {
    const line = settle(under, piece);
    under = '';
    return cut(line);
  });
  const at = last.lastIndexOf('\r');
  if (at >= 0) under = settle(under, last.slice(0, at));
  return { lines, rest: { under, tail: last.slice(at + 1, at + 1 + tailLimit) } };
}

/** What the unfinished line shows by now. */
export const shown = ({ under, tail }: Unfinished): string => cut(write(under, tail));

const settle = (under: string, piece: string): string => piece.split('\r').reduce(write, under);

function write(under: string, raw: string): string {
  const text = plain(raw);
  return erase.test(raw) ? text : text + under.slice(text.length);
}

const cut = (line: string): string =>
  line.length > lineLimit ? `${line.slice(0, lineLimit)}…` : line;
