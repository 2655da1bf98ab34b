import { t } from '@vscode/l10n';
import type { Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import { isClosedString } from './pythonReader.ts';

export interface ExpressionProblem {
  /** In the text that was given; its length where something is missing at the end. */
  readonly offset: number;
  readonly message: string;
}

/**
 * What keeps Python from reading an expression: the text of a `lambda ...`, or what follows the sign
 * of `#expr` and `$expr`. References (`@train#dataset`) count as names, and `import x` is allowed,
 * as the engine has it. Only reads; nothing is evaluated.
 */
export function expressionProblem(text: string): ExpressionProblem | undefined {
  if (/^\s*(#[^\n]*\s*)*$/.test(text)) return { offset: 0, message: t('There is no expression.') };
  if (text.endsWith('\\')) return unexpected(text, text.length - 1);
  const names = withoutReferences(text);
  if (/^\s*(import|from)\s/.test(text)) return importProblem(names);
  // In brackets, line ends mean nothing, as for eval() of one expression.
  const wrapped = `(${names}\n)`;
  const tree = parser.parse(wrapped);
  const outer = tree.topNode.firstChild?.firstChild;
  const inner = outer?.firstChild?.nextSibling;
  const found = firstError(tree, wrapped, text) ?? strayBracket(tree, wrapped, text);
  if (found) return found;
  const needsBrackets =
    outer?.name === 'ComprehensionExpression' ||
    /^(Named|Yield)Expression$/.test(inner?.name ?? '');
  return needsBrackets
    ? { offset: 0, message: t('This needs brackets around it to be an expression.') }
    : undefined;
}

/** `@id`, `@id::sub`, `@##relative`: names of the same length. `a @ b` is a product of matrices. */
const withoutReferences = (text: string): string =>
  text.replace(/@#*[\p{L}_][\p{L}\p{N}_]*(?:(?:::|#)[\p{L}\p{N}_]+)*/gu, found =>
    '_'.repeat(found.length),
  );

function importProblem(text: string): ExpressionProblem | undefined {
  const tree = parser.parse(text);
  const extra = tree.topNode.firstChild?.nextSibling;
  const first = tree.topNode.firstChild;
  if (first?.name === 'StatementGroup') return unexpected(text, first.getChild(';')?.from ?? 0);
  return firstError(tree, text, text, 0) ?? (extra ? unexpected(text, extra.from) : undefined);
}

function firstError(
  tree: Tree,
  parsed: string,
  text: string,
  shift = 1,
): ExpressionProblem | undefined {
  let found: ExpressionProblem | undefined;
  // an early closing bracket is the cause of what follows
  const closed = closingOf(tree);
  const isEarly = shift > 0 && closed !== undefined && closed <= text.length;
  if (isEarly) return unexpected(text, closed - shift);
  tree.iterate({
    enter: ({ name, type, from, to }) => {
      if (found) return false;
      if (type.isError) found = unexpected(text, from - shift);
      else if (/String$/.test(name) && name !== 'ContinuedString') {
        if (!isClosedString(parsed.slice(from, to)))
          found = {
            offset: from - shift,
            message: t('The closing quote of this text is missing.'),
          };
      }
      return undefined;
    },
  });
  return found;
}

/** `a) + (b`: reads well between brackets, not without them. */
function strayBracket(tree: Tree, wrapped: string, text: string): ExpressionProblem | undefined {
  const outer = tree.topNode.firstChild?.firstChild;
  if (outer?.from === 0 && outer.to === wrapped.length && bracketed.test(outer.name))
    return undefined;
  return unexpected(text, (closingOf(tree) ?? 1) - 1);
}

const bracketed = /^(Parenthesized|Tuple|Comprehension)Expression$/;

/** Where the bracket is closed that was put around the text. */
function closingOf(tree: Tree): number | undefined {
  const first = tree.resolveInner(0, 1).parent;
  const last = first?.lastChild;
  return bracketed.test(first?.name ?? '') && last?.name === ')' ? last.from : undefined;
}

function unexpected(text: string, offset: number): ExpressionProblem {
  const rest = text.slice(Math.max(0, offset));
  if (rest.trim() === '')
    return {
      offset: text.trimEnd().length,
      message: t('The expression ends too early: something is missing, or a bracket is open.'),
    };
  const skipped = /^\s*/.exec(rest)?.[0].length ?? 0;
  const word = /^([\p{L}\p{N}_]+|[\s\S])/u.exec(rest.slice(skipped))?.[0] ?? '';
  return {
    offset: Math.max(0, offset) + skipped,
    message: t('Python does not expect "{0}" here.', word),
  };
}
