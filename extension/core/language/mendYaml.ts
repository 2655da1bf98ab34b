import type { ConfigDoc, ConfigNode } from '../config/parse.ts';
import type { Mended } from './mend.ts';

/** A stretch of one line. */
interface Word {
  readonly role: 'key' | 'value';
  /** With quotes. */
  readonly start: number;
  readonly end: number;
  readonly hasColon: boolean;
  readonly flow: boolean;
}

/** YAML, line by line: the caret's word becomes a quoted scalar, a key gets a colon. */
export function mendYaml(doc: ConfigDoc, offset: number): Mended | undefined {
  const { text } = doc;
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', offset);
  const line = text.slice(from, newline < 0 ? text.length : newline).replace(/\r$/, '');
  const caret = offset - from;
  if (/(^|\s)#/.test(unquoted(line.slice(0, caret)))) return undefined;
  const whole = multiLine(doc, offset);
  if (whole) return asItIs(text, offset, whole);
  const word = flowWord(line, caret) ?? blockWord(line, caret, text.slice(0, from));
  return word && mended(text, offset, { ...word, start: word.start + from, end: word.end + from });
}

/** Quoted stretches blanked out, lengths kept. */
const unquoted = (line: string): string =>
  line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, found => '_'.repeat(found.length));

/** Cheaper than to read the whole: a line that begins a key or an item, with its quotes closed, is a line alone. */
function mayGoOn(text: string, offset: number): boolean {
  const end = text.indexOf('\n', offset);
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? text.length : end);
  const [head] = /^\s*(?:-\s+)*(?:[\w+.#]+|"[^"]*"|'[^']*')\s*:(?=\s|$)|^\s*-\s/.exec(line) ?? [];
  if (head === undefined) return line.trim() !== '';
  const rest = line.slice(head.length).trimStart();
  return /^[|>]/.test(rest) || (/^["']/.test(rest) && !/^(["']).*\1\s*(#.*)?$/.test(rest));
}

/** A text over several lines stays as it is. In a broken text the quotes of later lines mislead. */
function multiLine(doc: ConfigDoc, offset: number): ConfigNode | undefined {
  if (!mayGoOn(doc.text, offset) || doc.findings.some(({ code }) => code === 'syntax'))
    return undefined;
  const find = (node: ConfigNode | undefined): ConfigNode | undefined => {
    if (!node || offset < node.offset || offset > node.offset + node.length) return undefined;
    const written =
      node.type === 'string' ? doc.text.slice(node.offset, node.offset + node.length) : '';
    if (/^(["'].*\n|[|>].*\n)/.test(written)) return node;
    for (const child of node.children ?? []) {
      const found = find(child);
      if (found) return found;
    }
    return undefined;
  };
  return find(doc.root);
}

function asItIs(text: string, offset: number, node: ConfigNode): Mended {
  const quote = text[node.offset] === '"' ? '"' : text[node.offset] === "'" ? "'" : '';
  const range = { offset: node.offset, length: node.length };
  const width = quote === '' ? 0 : 1;
  return {
    ...{ text, offset, role: 'value', outer: range, quote, unclosed: false, hasColon: false },
    inner: { offset: node.offset + width, length: Math.max(0, node.length - 2 * width) },
    ...{ commaAt: undefined, needsComma: false, flow: false },
  };
}

/** Inside of brackets that open in this line. */
function flowWord(line: string, caret: number): Word | undefined {
  const before = unquoted(line.slice(0, caret));
  const open: number[] = [];
  for (let i = 0; i < before.length; i += 1) {
    // a bracket opens a collection only where a value begins
    const begins = /(^|[-:,[{]\s*)$/.test(before.slice(0, i));
    if ('[{'.includes(before[i] ?? '') && (begins || open.length > 0)) open.push(i);
    else if (']}'.includes(before[i] ?? '')) open.pop();
  }
  const bracket = open.at(-1);
  if (bracket === undefined) return undefined;
  const last = Math.max(bracket, before.lastIndexOf(','));
  const colon = /:\s/.exec(before.slice(last + 1));
  const isMap = before[bracket] === '{';
  const begin = isMap && colon ? last + 1 + colon.index + 1 : last + 1;
  const start = begin + (/^\s*/.exec(line.slice(begin, caret))?.[0].length ?? 0);
  const rest = line.slice(start);
  const [written = ''] = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^,\]}]*)/.exec(rest) ?? [];
  const stop = isMap && !colon ? written.search(/:(\s|$)/) : -1;
  const end = Math.max(caret, start + (stop < 0 ? written.trimEnd().length : stop));
  const hasColon = isMap && !colon && /^\s*:/.test(line.slice(end));
  return { role: isMap && !colon ? 'key' : 'value', start, end, hasColon, flow: true };
}

const keyPattern = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#'"[{][^#]*?)\s*:(?=\s|$)/;

function blockWord(line: string, caret: number, above: string): Word | undefined {
  const [head = ''] = /^\s*(?:-\s+|-$)*/.exec(line) ?? [];
  if (caret < head.length && line.trim() !== '') return undefined;
  const start = Math.min(head.length, caret);
  const rest = line.slice(start);
  const key = keyPattern.exec(rest);
  const trimmed = rest.replace(/\s+#.*$/, '').trimEnd().length;
  if (key) {
    const keyEnd = start + (key[1]?.length ?? 0);
    const colon = start + key[0].length;
    if (caret <= keyEnd) return { role: 'key', start, end: keyEnd, hasColon: true, flow: false };
    if (caret < colon) return undefined;
    const gap = /^\s*/.exec(line.slice(colon, Math.max(caret, colon)))?.[0].length ?? 0;
    const from = Math.min(caret, colon + gap);
    if (from === colon) return undefined; // directly behind the colon: a space is missing
    return {
      role: 'value',
      start: from,
      end: Math.max(caret, start + trimmed),
      hasColon: false,
      flow: false,
    };
  }
  const role = head.includes('-') && !isMapItem(above, head) ? 'value' : 'key';
  return { role, start, end: Math.max(caret, start + trimmed), hasColon: false, flow: false };
}

/** Items of the list are objects: so say those above. */
function isMapItem(above: string, head: string): boolean {
  const indent = head.indexOf('-');
  const before = above.split('\n').findLast(line => line.search(/\S/) === indent);
  return before !== undefined && /^\s*-\s+[\w"'+]+\s*:(\s|$)/.test(before);
}

function mended(text: string, offset: number, word: Word): Mended {
  const written = text.slice(word.start, word.end);
  const quote = written.startsWith('"') ? '"' : written.startsWith("'") ? "'" : '';
  const isClosed =
    quote !== '' && written.length > 1 && written.endsWith(quote) && offset < word.end;
  const from = word.start + (quote === '' ? 0 : 1);
  // of an open quote only the word at the caret is ours, as in JSON
  const more = /^[\w.]*/.exec(text.slice(offset, word.end))?.[0].length ?? 0;
  const to = quote === '' ? word.end : isClosed ? word.end - 1 : Math.min(word.end, offset + more);
  const end = isClosed || quote === '' ? word.end : to;
  const content = text.slice(from, to);
  const inside = content.replace(/\\(?!["\\])/g, '\\\\').replace(/(?<!\\)"/g, '\\"');
  const head = `${text.slice(0, word.start)}"`;
  const tail = word.role === 'key' && !word.hasColon ? '": null' : '"';
  return {
    text: `${head}${inside}${tail}${text.slice(end)}`,
    offset: head.length + offset - from,
    role: word.role,
    inner: { offset: from, length: to - from },
    outer: { offset: word.start, length: end - word.start },
    quote,
    unclosed: quote !== '' && !isClosed,
    hasColon: word.hasColon,
    commaAt: undefined,
    needsComma: false,
    flow: word.flow,
  };
}
