import { t } from '@vscode/l10n';
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document } from 'yaml';
import type { Finding } from './finding.ts';
import { repeatedKeys, type ConfigDoc, type ConfigNode } from './parse.ts';

/** YAML as the same tree that JSON gives. Never throws. */
export function parseYaml(content: string): ConfigDoc {
  const document = parseDocument(content, { uniqueKeys: false, prettyErrors: false });
  const findings = document.errors.map(({ pos: [from, to], message }): Finding => ({
    code: 'syntax',
    severity: 'error',
    range: {
      offset: Math.min(from, Math.max(0, content.length - 1)),
      length: Math.max(1, to - from),
    },
    message: t('Not valid YAML: {0}', message),
  }));
  const root = document.contents ? convert(document.contents, document, 0) : undefined;
  return { text: content, root, findings: root ? [...findings, ...repeatedKeys(root)] : findings };
}

/** Deeper than this only an alias that contains itself gets. */
const deepest = 50;

function convert(source: unknown, document: Document, depth: number): ConfigNode | undefined {
  if (depth > deepest) return undefined;
  if (isAlias(source)) {
    const target = convert(source.resolve(document), document, depth + 1);
    const place = placeOf(source);
    return target && place ? { ...target, ...place } : undefined;
  }
  const place = placeOf(source);
  if (!place) return undefined;
  if (isMap(source)) {
    const pairs = source.items.map(({ key, value }) => convertPair(key, value, document, depth));
    return withChildren({ type: 'object', ...place }, pairs);
  }
  if (isSeq(source)) {
    const items = source.items.map(item => convert(item, document, depth + 1));
    return withChildren({ type: 'array', ...place }, items);
  }
  return isScalar(source) ? scalar(source.value, place) : undefined;
}

function convertPair(
  key: unknown,
  value: unknown,
  document: Document,
  depth: number,
): ConfigNode | undefined {
  const place = placeOf(key);
  if (!isScalar(key) || !place) return undefined;
  const keyNode: ConfigNode = { type: 'string', ...place, value: String(key.value) };
  const valueNode = convert(value, document, depth + 1);
  const end = valueNode ? valueNode.offset + valueNode.length : place.offset + place.length;
  const { offset } = place;
  return withChildren({ type: 'property', offset, length: end - offset }, [keyNode, valueNode]);
}

function withChildren(node: ConfigNode, found: readonly (ConfigNode | undefined)[]): ConfigNode {
  const children: ConfigNode[] = [];
  const parent: ConfigNode = { ...node, children };
  for (const child of found) if (child) children.push(adopt(child, parent));
  return parent;
}

function scalar(value: unknown, place: Place): ConfigNode {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return { type: typeof value as 'string' | 'boolean' | 'number', ...place, value };
  if (value === null || value === undefined) return { type: 'null', ...place, value: null };
  return { type: 'string', ...place, value: typeof value === 'bigint' ? value.toString() : '' };
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

function placeOf(source: unknown): Place | undefined {
  const range = (source as { range?: readonly number[] | null } | null)?.range;
  const [from = 0, to = 0] = range ?? [];
  return range ? { offset: from, length: to - from } : undefined;
}

/** Nodes are made from the leaves up, so a child learns of its parent last. */
function adopt(child: ConfigNode, parent: ConfigNode): ConfigNode {
  return Object.assign(child, { parent });
}
