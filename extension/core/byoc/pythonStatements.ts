import type { SyntaxNode } from '@lezer/common';
import type { PyClass, PyFunction, PyImport, PyModule, PyText } from './python.ts';
import { docOf, readClass, readFunction } from './pythonDefinitions.ts';
import { readImports } from './pythonImports.ts';
import { childrenOf, type Reader } from './pythonReader.ts';

interface Found {
  readonly classes: PyClass[];
  readonly functions: PyFunction[];
  readonly imports: PyImport[];
  readonly variables: PyText[];
}

/** Blocks that do not make a scope: what they define is the module's own. */
const blocks = new Set([
  ...['IfStatement', 'TryStatement', 'WithStatement', 'ForStatement', 'WhileStatement'],
  ...['Body', 'StatementGroup', 'MatchStatement', 'MatchBody', 'MatchClause', '⚠'],
]);

const deepest = 100;

export function readStatements(reader: Reader): Omit<PyModule, 'errors'> {
  const found: Found = { classes: [], functions: [], imports: [], variables: [] };
  visit(reader, childrenOf(reader.top), found, 0);
  return { doc: docOf(reader, reader.top), ...found };
}

function visit(reader: Reader, nodes: readonly SyntaxNode[], found: Found, depth: number): void {
  for (const node of nodes) {
    if (blocks.has(node.name)) {
      if (depth < deepest) visit(reader, childrenOf(node), found, depth + 1);
    } else readStatement(reader, node, found);
  }
}

function readStatement(reader: Reader, node: SyntaxNode, found: Found): void {
  const defined = definitionIn(node);
  if (defined?.name === 'ClassDefinition') {
    const made = readClass(reader, defined);
    if (made) found.classes.push(made);
  } else if (defined) {
    const made = readFunction(reader, defined);
    if (made) found.functions.push(made);
  } else if (node.name === 'ImportStatement') found.imports.push(...readImports(reader, node));
  else if (node.name === 'AssignStatement' || node.name === 'TypeDefinition')
    found.variables.push(...assigned(reader, node));
}

/** The class or function of a statement, below its decorators or not. */
function definitionIn(node: SyntaxNode): SyntaxNode | null {
  const inner = node.name === 'DecoratedStatement' ? node.lastChild : node;
  return inner && /^(Class|Function)Definition$/.test(inner.name) ? inner : null;
}

/** Names before the last `=`; `x: int` alone gives no value. */
function assigned(reader: Reader, node: SyntaxNode): PyText[] {
  const parts = childrenOf(node);
  const last = parts.findLastIndex(({ name }) => name === 'AssignOp' || name === '=');
  return parts.slice(0, Math.max(0, last)).flatMap(part => targetNames(reader, part, 0));
}

function targetNames(reader: Reader, node: SyntaxNode, depth: number): PyText[] {
  if (node.name === 'VariableName')
    return [{ text: reader.textOf(node), range: reader.rangeOf(node) }];
  const isGroup = /^(Tuple|Array|Parenthesized)Expression$/.test(node.name);
  if (!isGroup || depth > deepest) return [];
  return childrenOf(node).flatMap(child => targetNames(reader, child, depth + 1));
}
