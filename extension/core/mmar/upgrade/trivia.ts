/** Spaces, line ends and comments around the values of a text. Offsets are into the whole text. */

const comment = /\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y;

/** Where the blanks and comments from `at` on end. */
export function afterTrivia(text: string, at: number): number {
  for (;;) {
    comment.lastIndex = at;
    if (/\s/.test(text[at] ?? '')) at++;
    else if (comment.test(text)) at = comment.lastIndex;
    else return at;
  }
}

/** The offset behind the comma that follows a value, or of the value's end if none does. */
export function afterComma(text: string, end: number): number {
  const at = afterTrivia(text, end);
  return text[at] === ',' ? at + 1 : end;
}

/** Where a comment that begins on the same line and ends it ends; `at` itself if there is none. */
export function afterLineComment(text: string, at: number): number {
  const blank = /[ \t]*/y;
  blank.lastIndex = at;
  blank.test(text);
  comment.lastIndex = blank.lastIndex;
  if (!comment.test(text)) return at;
  const end = comment.lastIndex;
  return /^[ \t]*(\r?\n|$)/.test(text.slice(end, end + 200)) ? end : at;
}

export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** Only blanks stand before it on its line. */
export const startsLine = (text: string, at: number): boolean =>
  text.slice(lineStart(text, at), at).trim() === '';

/** The offset behind the line end that follows, when only blanks stand between; else undefined. */
export function lineEnd(text: string, at: number): number | undefined {
  const end = /[ \t]*(\r?\n|$)/y;
  end.lastIndex = at;
  return end.test(text) ? end.lastIndex : undefined;
}

/** Blanks before the first character of the line. */
export const indentAt = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? '';

/** The comments in a stretch of blanks and comments, in order. */
export const commentsIn = (trivia: string): string[] =>
  [...trivia.matchAll(/\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g)].map(match => match[0].trimEnd());
