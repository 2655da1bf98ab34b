import { parser } from '@lezer/python';
import type { Range } from '../config/finding.ts';
import { closedBrackets } from './pythonBrackets.ts';
import { makeReader, mostErrors, type Reader } from './pythonReader.ts';
import { readStatements } from './pythonStatements.ts';

export { expressionProblem, type ExpressionProblem } from './pythonExpression.ts';

/** A stretch of a module, as written. */
export interface PyText {
  readonly text: string;
  readonly range: Range;
}

/** A parameter of a function; the receiver (`self`, `cls`) is left out. */
export interface PyParameter {
  readonly name: string;
  /** Of the name. */
  readonly range: Range;
  readonly annotation: string | undefined;
  readonly default: string | undefined;
  /** Has no default and is not `*args` or `**kwargs`. */
  readonly required: boolean;
  readonly keywordOnly: boolean;
  readonly positionalOnly: boolean;
  readonly variadic: 'args' | 'kwargs' | undefined;
}

export interface PyFunction {
  readonly name: string;
  /** Of the name. */
  readonly range: Range;
  /** From the first decorator to the end of the body. */
  readonly whole: Range;
  readonly decorators: readonly PyText[];
  /** First line of the docstring. */
  readonly doc: string | undefined;
  readonly params: readonly PyParameter[];
  readonly returns: string | undefined;
}

export interface PyClass {
  readonly name: string;
  /** Of the name. */
  readonly range: Range;
  /** From the first decorator to the end of the body. */
  readonly whole: Range;
  /** As written: `nn.Module`, `Generic[T]`; keywords such as `metaclass=` are none. */
  readonly bases: readonly PyText[];
  readonly decorators: readonly PyText[];
  /** First line of the docstring. */
  readonly doc: string | undefined;
  readonly methods: readonly PyFunction[];
  /** Of `__init__`, or the fields of a dataclass; undefined: the class takes what its bases take. */
  readonly init: readonly PyParameter[] | undefined;
}

/** `import module as alias` (names is undefined), or `from module import names`; '*' is a name. */
export interface PyImport {
  /** As written, leading dots included. */
  readonly module: string;
  readonly range: Range;
  readonly alias: string | undefined;
  readonly names:
    | readonly {
        readonly name: string;
        readonly alias: string | undefined;
        readonly range: Range;
      }[]
    | undefined;
}

/**
 * What `import` would make of a module: statements of the module itself, those in its `if`, `try`
 * and `with` blocks included. All ranges are those of the text that was given.
 */
export interface PyModule {
  readonly doc: string | undefined;
  readonly classes: readonly PyClass[];
  readonly functions: readonly PyFunction[];
  readonly imports: readonly PyImport[];
  /** Names that get a value by assignment. */
  readonly variables: readonly PyText[];
  /** Places where the syntax breaks; empty: Python would read it. */
  readonly errors: readonly Range[];
}

/** Never throws; a half-typed module still shows what can be made out. */
export function parsePython(text: string): PyModule {
  const whole = readModule(text, makeReader(text, parser.parse(hidden(text))));
  if (whole.errors.length === 0) return whole;
  // One bracket that is still open swallows all that follows: close it where a statement begins.
  const closed = closedBrackets(hidden(text));
  if (closed.insertions.length === 0) return whole;
  const reader = makeReader(text, parser.parse(closed.text), closed.original);
  const mended = readModule(text, reader);
  const open = closed.insertions.slice(0, mostErrors).map(({ bracket }) => bracket);
  return { ...mended, errors: [...open, ...mended.errors] };
}

/** A byte order mark is no part of the first word. A form feed is white space to Python. */
function hidden(text: string): string {
  return text.startsWith('\uFEFF') ? `\f${text.slice(1)}` : text;
}

function readModule(text: string, reader: Reader): PyModule {
  return { ...readStatements(reader), errors: reader.errors(text.length) };
}
