import type { ASTNode, PropertyASTNode, StringASTNode } from 'vscode-json-languageservice';
import type { ConfigNode } from './parse.ts';

/** Our tree in the form that the JSON service validates: so JSON and YAML share one validator. */
export function jsonTree(node: ConfigNode, text: string): ASTNode {
  return convert(node, text, undefined);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function convert(node: ConfigNode, text: string, parent: ASTNode | undefined): ASTNode {
  const place = { offset: node.offset, length: node.length, ...(parent && { parent }) };
  const value: unknown = node.value;
  if (node.type === 'object') {
    const properties: PropertyASTNode[] = [];
    const made: ASTNode = { type: 'object', ...place, properties, children: properties };
    for (const child of node.children ?? [])
      if (child.type === 'property') properties.push(convertProperty(child, text, made));
    return made;
  }
  if (node.type === 'array') {
    const items: ASTNode[] = [];
    const made: ASTNode = { type: 'array', ...place, items, children: items };
    for (const child of node.children ?? []) items.push(convert(child, text, made));
    return made;
  }
  if (typeof value === 'number') {
    const written = text.slice(node.offset, node.offset + node.length);
    const isInteger = Number.isInteger(value) && !written.includes('.'); // as Python reads it
    return { type: 'number', ...place, value, isInteger };
  }
  if (typeof value === 'boolean') return { type: 'boolean', ...place, value };
  if (typeof value === 'string') return { type: 'string', ...place, value };
  return { type: 'null', ...place, value: null };
}

function convertProperty(node: ConfigNode, text: string, parent: ASTNode): PropertyASTNode {
  const { offset, length } = node;
  const key = node.children?.[0] ?? { type: 'string', offset, length, value: '' };
  const keyNode: Mutable<StringASTNode> = {
    type: 'string',
    offset: key.offset,
    length: key.length,
    value: String(key.value),
  };
  const children: ASTNode[] = [keyNode];
  const made: Mutable<PropertyASTNode> = {
    type: 'property',
    offset,
    length,
    parent,
    keyNode,
    children,
  };
  keyNode.parent = made;
  const value = node.children?.[1];
  if (value) children.push((made.valueNode = convert(value, text, made)));
  return made;
}
