import type { JsonPath, TextEdit } from '../config/finding.ts';
import { fieldOf, keyOf, nodeAt, type ConfigDoc, type ConfigNode } from '../config/parse.ts';
import type { Json } from '../mmar/toBundle.ts';

/**
 * Minimal edits of a JSON text. What is around stays as it is written: comments, line ends, one
 * object per line or one key per line. (jsonc-parser's `modify` formats the lines around anew.)
 * An edit is empty where the path leads nowhere.
 */
export function insertElement(
  doc: ConfigDoc,
  path: JsonPath,
  index: number,
  value: Json,
): TextEdit[] {
  const list = nodeAt(doc, path);
  if (list?.type !== 'array') return [];
  const style = styleOf(doc.text, list);
  return insertChild(doc.text, list, index, indent => renderJson(value, { ...style, indent }));
}

/** Replaces the value at a path. */
export function replaceValue(doc: ConfigDoc, path: JsonPath, value: Json): TextEdit[] {
  const node = nodeAt(doc, path);
  if (!node) return [];
  const { text } = doc;
  const style: Style = {
    unit: unitOf(text),
    eol: eolOf(text),
    indent: indentAt(text, node.offset),
    oneLine: isContainer(node) && !sourceOf(text, node).includes('\n'),
  };
  return [{ range: { offset: node.offset, length: node.length }, text: renderJson(value, style) }];
}

/** Sets a key of the object at a path: replaced where it is, else put after `after` or at the end. */
export function setKey(
  doc: ConfigDoc,
  path: JsonPath,
  key: string,
  value: Json,
  after?: string,
): TextEdit[] {
  const object = nodeAt(doc, path);
  if (object?.type !== 'object') return [];
  if (fieldOf(object, key)) return replaceValue(doc, [...path, key], value);
  const children = object.children ?? [];
  const anchor = children.findIndex(child => keyOf(child) === after);
  const style = styleOf(doc.text, object);
  return insertChild(
    doc.text,
    object,
    anchor < 0 ? children.length : anchor + 1,
    indent => `${JSON.stringify(key)}: ${renderJson(value, { ...style, indent })}`,
  );
}

/** Replaces a key and its value, in place. */
export function replaceKey(
  doc: ConfigDoc,
  path: JsonPath,
  key: string,
  newKey: string,
  value: Json,
): TextEdit[] {
  const property = nodeAt(doc, path)?.children?.find(child => keyOf(child) === key);
  if (!property) return [];
  const style = { ...styleOf(doc.text, property), indent: indentAt(doc.text, property.offset) };
  return [
    {
      range: { offset: property.offset, length: property.length },
      text: `${JSON.stringify(newKey)}: ${renderJson(value, style)}`,
    },
  ];
}

export interface Style {
  /** One step of indentation. */
  readonly unit: string;
  readonly eol: string;
  /** Of the line that the value begins on. */
  readonly indent: string;
  readonly oneLine: boolean;
}

const isContainer = (node: ConfigNode): boolean => node.type === 'object' || node.type === 'array';
const sourceOf = (text: string, node: ConfigNode): string =>
  text.slice(node.offset, node.offset + node.length);

/** Children that are written on one line each ask for the same. */
function styleOf(text: string, container: ConfigNode): Style {
  const values = (container.children ?? []).map(child => child.children?.[1] ?? child);
  const objects = values.filter(isContainer);
  const oneLine = objects.length > 0 && objects.every(node => !sourceOf(text, node).includes('\n'));
  return { unit: unitOf(text), eol: eolOf(text), indent: '', oneLine };
}

const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const unitOf = (text: string): string => /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';

function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** A value as it would be written by hand: lists of plain values on one line. */
export function renderJson(value: Json, style: Style): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const [open, close] = isList ? '[]' : '{}';
  const oneLine =
    style.oneLine || (isList && value.every(v => typeof v !== 'object' || v === null));
  const inner = { ...style, oneLine, indent: style.indent + style.unit };
  const parts = isList
    ? value.map(item => renderJson(item, inner))
    : Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}: ${renderJson(item, inner)}`,
      );
  if (parts.length === 0) return `${open}${close}`;
  if (oneLine) return isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
  const line = `${style.eol}${inner.indent}`;
  return `${open}${line}${parts.join(`,${line}`)}${style.eol}${style.indent}${close}`;
}

/** Puts a child into an array or object, with the commas and line breaks that it takes. */
function insertChild(
  text: string,
  container: ConfigNode,
  index: number,
  write: (indent: string) => string,
): TextEdit[] {
  const children = container.children ?? [];
  const first = children[0];
  if (!first) return insertOnly(text, container, write);
  const isInline = !text.slice(container.offset, first.offset).includes('\n');
  const indent = indentAt(text, first.offset);
  const line = isInline ? ' ' : `${eolOf(text)}${indent}`;
  const before = children[index - 1];
  const at = (offset: number, added: string): TextEdit => ({
    range: { offset, length: 0 },
    text: added,
  });
  if (!before) {
    const offset = lineEndAfter(text, container.offset + 1, isInline);
    return isInline
      ? [at(first.offset, `${write(indent)}, `)]
      : [at(offset, `${line}${write(indent)},`)];
  }
  const end = before.offset + before.length;
  const comma = commaAfter(text, end);
  if (comma !== undefined) {
    const isLast = index >= children.length; // a trailing comma: comments and all stay as they are
    const offset = lineEndAfter(text, comma + 1, isInline);
    return [at(offset, `${line}${write(indent)}${isLast ? '' : ','}`)];
  }
  const offset = lineEndAfter(text, end, isInline);
  return offset === end
    ? [at(end, `,${line}${write(indent)}`)]
    : [at(end, ','), at(offset, `${line}${write(indent)}`)];
}

/** The first child: what is between the brackets already can only be white space and comments. */
function insertOnly(
  text: string,
  container: ConfigNode,
  write: (indent: string) => string,
): TextEdit[] {
  const outer = indentAt(text, container.offset);
  const indent = outer + unitOf(text);
  const [from, to] = [container.offset + 1, container.offset + container.length - 1];
  const kept = text.slice(from, to).trimEnd();
  const eol = eolOf(text);
  return [
    {
      range: { offset: from + kept.length, length: to - from - kept.length },
      text: `${eol}${indent}${write(indent)}${eol}${outer}`,
    },
  ];
}

/** The comma that follows a child, comments passed over. */
function commaAfter(text: string, offset: number): number | undefined {
  const found = matchAt(/(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*,/y, text, offset);
  return found === undefined ? undefined : offset + found.length - 1;
}

/** Past the comments that belong to what stands before on the same line. */
function lineEndAfter(text: string, offset: number, isInline: boolean): number {
  if (isInline) return offset;
  const found =
    matchAt(/[ \t]*(?:\/\*[^\r\n]*?\*\/[ \t]*)*(?:\/\/[^\r\n]*)?(?=\r?\n|$)/y, text, offset) ?? '';
  return offset + found.trimEnd().length;
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}
