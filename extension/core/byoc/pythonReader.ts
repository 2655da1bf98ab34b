import type { SyntaxNode, Tree } from '@lezer/common';
import type { Range } from '../config/finding.ts';

/** A syntax tree together with the text that its ranges are to be given in. */
export interface Reader {
  readonly top: SyntaxNode;
  readonly rangeOf: (node: SyntaxNode) => Range;
  readonly rangeBetween: (from: number, to: number) => Range;
  readonly textOf: (node: SyntaxNode) => string;
  readonly textBetween: (from: number, to: number) => string;
  readonly errors: (length: number) => Range[];
}

const same = (offset: number): number => offset;

/** `original`: offset in the text that was parsed -> offset in `text`. */
export function makeReader(text: string, tree: Tree, original = same): Reader {
  const rangeBetween = (from: number, to: number): Range => {
    const offset = original(from);
    return { offset, length: Math.max(0, original(to) - offset) };
  };
  const textBetween = (from: number, to: number): string =>
    text.slice(original(from), original(to));
  return {
    top: tree.topNode,
    rangeBetween,
    textBetween,
    rangeOf: node => rangeBetween(node.from, node.to),
    textOf: node => textBetween(node.from, node.to),
    errors: length => errorsOf(text, tree, rangeBetween, length),
  };
}

/** More of them help nobody. */
export const mostErrors = 100;

/** Error nodes, and strings without an end, which the grammar lets pass. */
function errorsOf(
  text: string,
  tree: Tree,
  rangeBetween: Reader['rangeBetween'],
  length: number,
): Range[] {
  const found: Range[] = [];
  tree.iterate({
    enter: node => {
      if (found.length >= mostErrors) return false;
      const range = rangeBetween(node.from, node.to);
      const written = text.slice(range.offset, range.offset + range.length);
      const isOpen = node.name === 'String' || node.name === 'FormatString';
      if (!node.type.isError && !(isOpen && !isClosedString(written))) return undefined;
      const offset = Math.min(range.offset, length);
      if (found.at(-1)?.offset !== offset) found.push({ offset, length: range.length });
      return undefined;
    },
  });
  return found;
}

/** Whether a string literal ends with the quotes that it begins with. */
export function isClosedString(written: string): boolean {
  const [, body = '', quotes = ''] = /^[a-z]{0,3}(("""|'''|"|')[\s\S]*)$/i.exec(written) ?? [];
  if (body.length < quotes.length * 2 || !body.endsWith(quotes)) return false;
  const slashes = /\\*$/.exec(body.slice(quotes.length, -quotes.length))?.[0].length ?? 0;
  return slashes % 2 === 0;
}

/** Direct children in order, comments left out. */
export function childrenOf(node: SyntaxNode | null): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child; child = child.nextSibling)
    if (child.name !== 'Comment') found.push(child);
  return found;
}
