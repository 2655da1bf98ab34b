import type { Fix, Range, TextEdit } from './finding.ts';
import type { ConfigDoc, ConfigNode } from './parse.ts';
import { rangeOf } from './parse.ts';

/** Puts another text into a JSON or YAML text value or key. */
export function renameText(doc: ConfigDoc, node: ConfigNode, text: string): TextEdit {
  const quote = doc.text[node.offset];
  const written = quote === "'" ? `'${text}'` : quote === '"' ? JSON.stringify(text) : text;
  return { range: rangeOf(node), text: written };
}

export const fix = (title: string, ...edits: TextEdit[]): Fix => ({ title, edits });

/** Takes a property or an element of a list away, with its comma; the place of nothing in YAML. */
export function removal({ text }: ConfigDoc, node: ConfigNode): TextEdit | undefined {
  const siblings = node.parent?.children ?? [];
  const at = siblings.indexOf(node);
  const brace = text[node.parent?.offset ?? -1];
  if (at < 0 || (brace !== '{' && brace !== '[')) return undefined;
  const [before, after] = [siblings[at - 1], siblings[at + 1]];
  const end = node.offset + node.length;
  if (after) return edit({ offset: node.offset, length: after.offset - node.offset }, '');
  if (!before) return edit(rangeOf(node), '');
  const from = before.offset + before.length;
  return edit({ offset: from, length: end - from }, '');
}

/** Moves an element of a JSON list in front of another one. */
export function moveBefore(
  doc: ConfigDoc,
  node: ConfigNode,
  other: ConfigNode,
): TextEdit[] | undefined {
  if (node.parent !== other.parent) return undefined;
  const taken = removal(doc, node);
  if (!taken) return undefined;
  const written = doc.text.slice(node.offset, node.offset + node.length);
  const line = doc.text.lastIndexOf('\n', other.offset);
  const indent = /^[ \t]*$/.exec(doc.text.slice(line + 1, other.offset))?.[0];
  const gap = indent === undefined || line < 0 ? ' ' : `\n${indent}`;
  return [edit({ offset: other.offset, length: 0 }, `${written},${gap}`), taken];
}

/** Adds an element in front of another one of a JSON list. */
export function insertBefore({ text }: ConfigDoc, other: ConfigNode, written: string): TextEdit {
  const line = text.lastIndexOf('\n', other.offset);
  const indent = /^[ \t]*$/.exec(text.slice(line + 1, other.offset))?.[0];
  const gap = indent === undefined || line < 0 ? ' ' : `\n${indent}`;
  return edit({ offset: other.offset, length: 0 }, `${written},${gap}`);
}

/** Adds a property at the end of a JSON object. */
export function addProperty(
  { text }: ConfigDoc,
  object: ConfigNode,
  key: string,
  value: string,
): TextEdit | undefined {
  if (text[object.offset] !== '{') return undefined;
  const last = object.children?.at(-1);
  const property = `${JSON.stringify(key)}: ${value}`;
  if (!last) return edit({ offset: object.offset + 1, length: 0 }, ` ${property} `);
  const line = text.lastIndexOf('\n', last.offset);
  const indent = /^[ \t]*$/.exec(text.slice(line + 1, last.offset))?.[0];
  const gap = indent === undefined || line < object.offset ? ' ' : `\n${indent}`;
  return edit({ offset: last.offset + last.length, length: 0 }, `,${gap}${property}`);
}

const edit = (range: Range, text: string): TextEdit => ({ range, text });

/** All edits at once, for tests and the command line. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits.toSorted((a, b) => b.range.offset - a.range.offset);
  return sorted.reduce(
    (done, { range, text: put }) =>
      done.slice(0, range.offset) + put + done.slice(range.offset + range.length),
    text,
  );
}
