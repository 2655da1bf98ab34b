import type { JsonPath } from './finding.ts';
import { fieldOf, keyOf, propertyOf, type ConfigDoc, type ConfigNode } from './parse.ts';

/** A text value and the keys and indices that lead to it. */
export interface TextValue {
  readonly node: ConfigNode;
  readonly path: JsonPath;
  readonly value: string;
}

/** Every text value below a node, keys left out, in document order. */
export function textValues(node: ConfigNode | undefined, path: JsonPath = []): TextValue[] {
  const found: TextValue[] = [];
  if (node) collectTexts(node, path, found);
  return found;
}

/** One list for all: this runs at every keystroke. */
function collectTexts(node: ConfigNode, path: JsonPath, found: TextValue[]): void {
  if (node.type === 'string') found.push({ node, path, value: String(node.value) });
  else if (node.type === 'property') {
    const value = node.children?.[1];
    if (value) collectTexts(value, [...path, keyOf(node) ?? ''], found);
  } else
    node.children?.forEach((child, index) =>
      collectTexts(child, node.type === 'array' ? [...path, index] : path, found),
    );
}

/** An object that names a class by its import path. */
export interface PathComponent {
  readonly path: ConfigNode;
  readonly object: ConfigNode;
}

/** Components with a `path`, nested ones included; what lies directly in `args` is an argument. */
export function pathComponents(node: ConfigNode | undefined): PathComponent[] {
  if (!node) return [];
  const below = (node.children ?? []).flatMap(child => pathComponents(child));
  if (node.type !== 'object') return below;
  const path = fieldOf(node, 'path');
  const holder = node.parent?.type === 'property' ? keyOf(node.parent) : undefined;
  return path?.type === 'string' && holder !== 'args' ? [{ path, object: node }, ...below] : below;
}

/** The sections that hold components: `train` and `validate`, or the file itself. */
export function sectionsOf(doc: ConfigDoc): { name: string; node: ConfigNode }[] {
  const named = ['train', 'validate'].flatMap(name => {
    const node = fieldOf(doc.root, name);
    return node?.type === 'object' ? [{ name, node }] : [];
  });
  if (named.length > 0 || doc.root?.type !== 'object') return named;
  return [{ name: '', node: doc.root }];
}

/** Elements of a list, or the one value that stands in its place. */
export function elementsOf(node: ConfigNode | undefined): ConfigNode[] {
  return node?.type === 'array' ? (node.children ?? []) : node ? [node] : [];
}

export function textOf(node: ConfigNode | undefined): string | undefined {
  return node?.type === 'string' ? String(node.value) : undefined;
}

export { fieldOf, keyOf, propertyOf };
