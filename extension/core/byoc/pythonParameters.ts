import type { SyntaxNode } from '@lezer/common';
import type { PyParameter } from './python.ts';
import { childrenOf, type Reader } from './pythonReader.ts';

/** What lies between two commas of a parameter list. */
interface Piece {
  readonly star: '*' | '**' | undefined;
  readonly slash: boolean;
  readonly name: SyntaxNode | undefined;
  readonly type: SyntaxNode | undefined;
  /** From the `=` on; the default's own nodes. */
  readonly value: readonly SyntaxNode[];
}

export function readParameters(reader: Reader, list: SyntaxNode | null): PyParameter[] {
  const pieces = piecesOf(reader, list);
  const star = pieces.findIndex(piece => piece.star === '*');
  const slash = pieces.findIndex(piece => piece.slash);
  return pieces.flatMap((piece, i) => {
    if (!piece.name) return [];
    const [first, last] = [piece.value[0], piece.value.at(-1)];
    const given = first && last ? reader.textBetween(first.from, last.to) : undefined;
    const variadic = piece.star && (piece.star === '*' ? ('args' as const) : ('kwargs' as const));
    return [
      {
        name: reader.textOf(piece.name),
        range: reader.rangeOf(piece.name),
        annotation: piece.type && reader.textOf(piece.type).replace(/^:\s*/, ''),
        default: given,
        required: given === undefined && !variadic,
        keywordOnly: !variadic && star >= 0 && i > star,
        positionalOnly: i < slash,
        variadic,
      },
    ];
  });
}

function piecesOf(reader: Reader, list: SyntaxNode | null): Piece[] {
  const groups: SyntaxNode[][] = [[]];
  let end = list?.from ?? 0;
  for (const part of childrenOf(list)) {
    // the grammar has no node for the `/` of positional-only parameters: it is between two commas
    if (part.name === ',') groups.push([]);
    else if (!/^[()]$/.test(part.name) && !part.type.isError) groups.at(-1)?.push(part);
    end = part.to;
  }
  return splitSlashes(reader, list, groups, end);
}

function splitSlashes(
  reader: Reader,
  list: SyntaxNode | null,
  groups: readonly SyntaxNode[][],
  end: number,
): Piece[] {
  const commas = childrenOf(list).filter(({ name }) => name === ',');
  return groups.map((group, i) => {
    const from = commas[i - 1]?.to ?? list?.from ?? 0;
    const written = reader.textBetween(from, commas[i]?.from ?? end);
    const slash = group.length === 0 && /^\s*\/\s*\)?\s*$/.test(written);
    const star = group[0]?.name === '*' || group[0]?.name === '**' ? group[0].name : undefined;
    const equals = group.findIndex(({ name }) => name === 'AssignOp');
    return {
      star,
      slash,
      name: group.find(({ name }) => name === 'VariableName'),
      type: group.find(({ name }) => name === 'TypeDef'),
      value: equals < 0 ? [] : group.slice(equals + 1),
    };
  });
}
