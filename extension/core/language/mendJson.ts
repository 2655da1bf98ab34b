import type { Mended } from './mend.ts';

interface Token {
  readonly kind: '{' | '}' | '[' | ']' | ',' | ':' | 'string' | 'word';
  readonly start: number;
  readonly end: number;
  readonly closed: boolean;
}

/** What comes next in the object, list or document that is open. */
interface Frame {
  readonly kind: '{' | '[' | 'document';
  next: 'key' | 'colon' | 'value' | 'comma';
}

/** JSON with comments; the caret's string is closed, a key gets a value, missing commas come in. */
export function mendJson(text: string, offset: number): Mended | undefined {
  const frames: Frame[] = [{ kind: 'document', next: 'value' }];
  let previousEnd = 0;
  let at = 0;
  for (;;) {
    const start = skipBlank(text, at);
    if (start === 'comment' || isInComment(text, at, start, offset)) return undefined;
    const token = start < text.length ? tokenAt(text, start) : undefined;
    if (!token || start >= offset || holds(token, offset)) {
      const word = token && holds(token, offset) ? wordOf(text, token, offset) : bare(offset);
      return mended(text, offset, word, frames.at(-1), previousEnd);
    }
    step(frames, token);
    previousEnd = token.end;
    at = token.end;
  }
}

function holds({ kind, start, end, closed }: Token, offset: number): boolean {
  if (kind === 'string') return start < offset && (closed ? offset < end : offset <= end);
  return kind === 'word' && start <= offset && offset <= end;
}

/** Start of the next token; 'comment': an unclosed one reaches to the end. */
function skipBlank(text: string, from: number): number | 'comment' {
  let at = from;
  for (;;) {
    while (/[\s\uFEFF]/.test(text[at] ?? 'x')) at += 1;
    if (text.startsWith('//', at)) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at);
      if (end < 0) return 'comment';
      at = end + 2;
    } else return at;
  }
}

function isInComment(text: string, from: number, to: number, offset: number): boolean {
  if (offset <= from || offset > to) return false;
  const before = text.slice(from, offset);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const open = before.lastIndexOf('/*') > before.lastIndexOf('*/');
  return open || /^\s*\/\//.test(line) || line.includes('//');
}

function tokenAt(text: string, start: number): Token {
  const first = text[start] ?? '';
  if ('{}[],:'.includes(first))
    return { kind: first as Token['kind'], start, end: start + 1, closed: true };
  if (first === '"') {
    const [written = '"'] =
      /^"(?:[^"\\\n\r]|\\[^\n\r])*"?/.exec(text.slice(start, lineEnd(text, start))) ?? [];
    const closed = written.length > 1 && /[^\\](\\\\)*"$/.test(written);
    return { kind: 'string', start, end: start + written.length, closed };
  }
  const [word = first] = /^[^\s{}[\],:"]+/.exec(text.slice(start, lineEnd(text, start))) ?? [];
  return { kind: 'word', start, end: start + word.length, closed: true };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function step(frames: Frame[], { kind }: Token): void {
  const frame = frames.at(-1);
  if (!frame) return;
  if (kind === '{') frames.push({ kind, next: 'key' });
  else if (kind === '[') frames.push({ kind, next: 'value' });
  else if (kind === '}' || kind === ']') {
    if (frames.length > 1) frames.pop();
    const outer = frames.at(-1);
    if (outer) outer.next = 'comma';
  } else if (kind === ',') frame.next = frame.kind === '{' ? 'key' : 'value';
  else if (kind === ':') frame.next = 'value';
  else frame.next = frame.next === 'key' ? 'colon' : 'comma';
}

interface Word {
  readonly start: number;
  readonly end: number;
  /** Of the content. */
  readonly from: number;
  readonly to: number;
  readonly quote: '"' | '';
  readonly unclosed: boolean;
}

const bare = (offset: number): Word => ({
  ...{ start: offset, end: offset, from: offset, to: offset },
  ...{ quote: '', unclosed: false },
});

function wordOf(text: string, { kind, start, end, closed }: Token, offset: number): Word {
  if (kind === 'word') return { start, end, from: start, to: end, quote: '', unclosed: false };
  if (closed && !isOdd(text, start))
    return { start, end, from: start + 1, to: end - 1, quote: '"', unclosed: false };
  // What follows on the line belongs to the text that was there before.
  const rest = /^[\w.]*/.exec(text.slice(offset, end))?.[0].length ?? 0;
  const to = offset + rest;
  return { start, end: to, from: start + 1, to, quote: '"', unclosed: true };
}

/** An odd number of quotes in a line: the one just typed has no partner yet. */
function isOdd(text: string, start: number): boolean {
  const from = text.lastIndexOf('\n', start) + 1;
  const line = text.slice(from, lineEnd(text, start));
  return (line.match(/(?<!\\)(?:\\\\)*"/g)?.length ?? 0) % 2 === 1;
}

function mended(
  text: string,
  offset: number,
  word: Word,
  frame: Frame | undefined,
  previousEnd: number,
): Mended | undefined {
  if (!frame || frame.next === 'colon') return undefined;
  if (frame.kind === 'document' && frame.next !== 'value') return undefined;
  const missing = frame.next === 'comma';
  const role = frame.kind === '{' && (missing || frame.next === 'key') ? 'key' : 'value';
  const next = skipBlank(text, word.end);
  const follows = next === 'comment' ? '' : (text[next] ?? '');
  const hasColon = role === 'key' && follows === ':';
  const needsComma = !hasColon && follows !== '' && !',}]:'.includes(follows);
  const content = text.slice(word.from, word.to);
  const head = `${text.slice(0, word.start)}${missing ? ',' : ''}"`;
  const tail = `"${role === 'key' && !hasColon ? ': null' : ''}${needsComma ? ',' : ''}`;
  return {
    text: `${head}${content}${tail}${text.slice(word.end)}`,
    offset: head.length + offset - word.from,
    role,
    inner: { offset: word.from, length: word.to - word.from },
    outer: { offset: word.start, length: word.end - word.start },
    quote: word.quote,
    unclosed: word.unclosed,
    hasColon,
    commaAt: missing ? previousEnd : undefined,
    needsComma,
    flow: true,
  };
}
