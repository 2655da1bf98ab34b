/** Inline code that holds whatever text; line breaks and back-ticks cannot end it. */
export function code(text: string): string {
  const flat = text.replace(/[\r\n\t]+/g, ' ');
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${flat} ${fence}` : `${fence}${flat}${fence}`;
}

/** A block of Python. */
export const python = (text: string): string =>
  `\`\`\`python\n${text.replaceAll('```', "'''")}\n\`\`\``;

/** Running text that somebody else wrote. */
export const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>#|~!&]/g, '\\$&');

/** Paragraphs; what is absent takes no place. */
export const lines = (...parts: readonly (string | undefined)[]): string =>
  parts.filter(part => part !== undefined && part !== '').join('\n\n');
