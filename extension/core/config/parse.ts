import { t } from '@vscode/l10n';
import {
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type { Finding, JsonPath, Range } from './finding.ts';

/** A value, or a `property` with its key and, where it is written already, its value as children. */
export type ConfigNode = Node;

/** A text of JSON or YAML as a tree with places. A broken text still gives a document, with less in it. */
export interface ConfigDoc {
  readonly text: string;
  readonly root: ConfigNode | undefined;
  /** Syntax errors and repeated keys. */
  readonly findings: readonly Finding[];
}

/** Never throws. Comments are tolerated: people put them into configs. */
export function parseConfig(content: string): ConfigDoc {
  // A byte order mark is no JSON, but editors write it; a space keeps all offsets.
  const text = content.startsWith('\uFEFF') ? ` ${content.slice(1)}` : content;
  const errors: ParseError[] = [];
  const root = parseTree(text, errors);
  const syntax = errors
    .filter((error, index) => !followsFrom(text, error, errors[index - 1]))
    .map(error => syntaxFinding(text, error));
  return { text: content, root, findings: root ? [...syntax, ...repeatedKeys(root)] : syntax };
}

const reasons: Record<string, () => string> = {
  InvalidNumberFormat: () => t('This is not a number.'),
  PropertyNameExpected: () => t('A key in double quotes is expected here.'),
  ValueExpected: () => t('A value is expected here.'),
  ColonExpected: () => t('A colon is expected here.'),
  CommaExpected: () => t('A comma is expected here.'),
  CloseBraceExpected: () => t('A closing brace is missing.'),
  CloseBracketExpected: () => t('A closing bracket is missing.'),
  EndOfFileExpected: () => t('Nothing may follow the closing brace.'),
  UnexpectedEndOfString: () => t('The closing quote of this text is missing.'),
  InvalidCharacter: () => t('This character is not allowed here.'),
  InvalidEscapeCharacter: () =>
    t('This escape sequence is not allowed; write \\\\ for a backslash.'),
};

/** One slip makes the parser stumble over the next word, too; only the first is worth saying. */
function followsFrom(text: string, error: ParseError, before: ParseError | undefined): boolean {
  if (!before) return false;
  const between = text.slice(before.offset + before.length, error.offset);
  return between.trim() === '';
}

function syntaxFinding(text: string, { error, offset, length }: ParseError): Finding {
  const name = printParseErrorCode(error);
  const message = reasons[name]?.() ?? t('Not valid JSON ({0}).', name);
  // At the end of the file there is nothing left to underline but the last character.
  const at = offset >= text.length ? Math.max(0, text.trimEnd().length - 1) : offset;
  return {
    code: 'syntax',
    severity: 'error',
    range: { offset: at, length: Math.max(1, length) },
    message,
  };
}

/** Of a repeated key, readers keep the last value in silence; every later one is pointed at. */
export function repeatedKeys(node: ConfigNode): Finding[] {
  const found: Finding[] = [];
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    const key = keyOf(child);
    if (node.type === 'object' && key !== undefined) {
      if (seen.has(key) && child.children?.[0])
        found.push({
          code: 'duplicate-key',
          severity: 'error',
          range: rangeOf(child.children[0]),
          message: t('"{0}" is given twice here; only the last one would count.', key),
        });
      seen.add(key);
    }
    found.push(...repeatedKeys(child));
  }
  return found;
}

export const rangeOf = ({ offset, length }: ConfigNode): Range => ({ offset, length });

/** The plain value of the whole document; undefined where there is none. */
export function valueOf(doc: ConfigDoc): unknown {
  return doc.root ? plainValue(doc.root) : undefined;
}

export function plainValue(node: ConfigNode): unknown {
  return getNodeValue(node) as unknown;
}

/** Key of a property node. */
export function keyOf(property: ConfigNode): string | undefined {
  const key: unknown = property.type === 'property' ? property.children?.[0]?.value : undefined;
  return typeof key === 'string' ? key : undefined;
}

/** The last property of this name: the one that counts. */
export function propertyOf(node: ConfigNode | undefined, key: string): ConfigNode | undefined {
  if (node?.type !== 'object') return undefined;
  return node.children?.findLast(property => keyOf(property) === key);
}

export function fieldOf(node: ConfigNode | undefined, key: string): ConfigNode | undefined {
  return propertyOf(node, key)?.children?.[1];
}

export function nodeAt(doc: ConfigDoc, path: JsonPath): ConfigNode | undefined {
  let node = doc.root;
  for (const step of path)
    node =
      typeof step === 'string'
        ? fieldOf(node, step)
        : node?.type === 'array'
          ? node.children?.[step]
          : undefined;
  return node;
}

/** Place of a value, or of its key; of its nearest ancestor where it does not exist. */
export function rangeAt(doc: ConfigDoc, path: JsonPath, part: 'value' | 'key' = 'value'): Range {
  const node = nodeAt(doc, path);
  if (node) {
    const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
    return rangeOf(part === 'key' && key ? key : node);
  }
  const last = path.at(-1);
  const parent = nodeAt(doc, path.slice(0, -1));
  const property = typeof last === 'string' ? propertyOf(parent, last) : undefined;
  if (property?.children?.[0]) return rangeOf(property.children[0]); // a key without a value yet
  if (path.length === 0) return { offset: 0, length: Math.min(1, doc.text.length) };
  const above = nodeAt(doc, path.slice(0, -1));
  // The whole of a section would be underlined; its key, or its brace, says the same.
  return above ? headOf(above) : rangeAt(doc, path.slice(0, -1), 'key');
}

/** The key of a value, or its first character: where something about the whole of it is said. */
export function headOf(node: ConfigNode): Range {
  const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  return key ? rangeOf(key) : { offset: node.offset, length: Math.min(1, node.length) };
}
