import type { SyntaxNode } from '@lezer/common';
import type { PyImport } from './python.ts';
import { childrenOf, type Reader } from './pythonReader.ts';

export function readImports(reader: Reader, node: SyntaxNode): PyImport[] {
  const parts = childrenOf(node).filter(part => part.name !== '(' && part.name !== ')');
  const at = parts.findIndex(({ name }) => name === 'import');
  const listed = at < 0 ? [] : parts.slice(at + 1);
  if (parts[0]?.name !== 'from')
    return entriesOf(reader, listed).map(({ name, alias, range }) => {
      return { module: name, alias, range, names: undefined };
    });
  const source = at < 0 ? parts.slice(1) : parts.slice(1, at);
  const module = source
    .filter(part => !part.type.isError)
    .map(part => reader.textOf(part))
    .join('');
  const range = reader.rangeBetween(source[0]?.from ?? node.from, source.at(-1)?.to ?? node.from);
  return [{ module, range, alias: undefined, names: entriesOf(reader, listed) }];
}

interface Entry {
  readonly name: string;
  readonly alias: string | undefined;
  readonly range: PyImport['range'];
}

/** `a.b as c, d`: what lies between commas. */
function entriesOf(reader: Reader, parts: readonly SyntaxNode[]): Entry[] {
  const groups: SyntaxNode[][] = [[]];
  for (const part of parts) {
    if (part.name === ',') groups.push([]);
    else if (!part.type.isError) groups.at(-1)?.push(part);
  }
  return groups.flatMap(group => {
    const as = group.findIndex(({ name }) => name === 'as');
    const dotted = as < 0 ? group : group.slice(0, as);
    const [first, last] = [dotted[0], dotted.at(-1)];
    if (!first || !last) return [];
    const alias = as < 0 ? undefined : group[as + 1];
    return [
      {
        name: dotted.map(part => reader.textOf(part)).join(''),
        alias: alias && reader.textOf(alias),
        range: reader.rangeBetween(first.from, last.to),
      },
    ];
  });
}
