import type { SyntaxNode } from '@lezer/common';
import type { PyClass, PyFunction, PyParameter, PyText } from './python.ts';
import { readParameters } from './pythonParameters.ts';
import { childrenOf, isClosedString, type Reader } from './pythonReader.ts';

export function readClass(reader: Reader, node: SyntaxNode): PyClass | undefined {
  const name = node.getChild('VariableName');
  if (!name) return undefined;
  const body = node.getChild('Body');
  const decorators = decoratorsOf(reader, node);
  const methods = statementsOf(body).flatMap(statement => {
    const inner = statement.name === 'DecoratedStatement' ? statement.lastChild : statement;
    if (inner?.name !== 'FunctionDefinition') return [];
    const made = readFunction(reader, inner);
    return made ? [isStatic(made) ? made : withoutReceiver(made)] : [];
  });
  return {
    name: reader.textOf(name),
    range: reader.rangeOf(name),
    whole: reader.rangeOf(wholeOf(node)),
    bases: basesOf(reader, node),
    decorators,
    doc: docOf(reader, body),
    methods,
    init:
      methods.findLast(method => method.name === '__init__')?.params ??
      (decorators.some(isDataclass) ? fieldsOf(reader, body) : undefined),
  };
}

export function readFunction(reader: Reader, node: SyntaxNode): PyFunction | undefined {
  const name = node.getChild('VariableName');
  if (!name) return undefined;
  const returns = node.getChild('TypeDef');
  return {
    name: reader.textOf(name),
    range: reader.rangeOf(name),
    whole: reader.rangeOf(wholeOf(node)),
    decorators: decoratorsOf(reader, node),
    doc: docOf(reader, node.getChild('Body')),
    params: readParameters(reader, node.getChild('ParamList')),
    returns: returns ? reader.textOf(returns).replace(/^->\s*/, '') : undefined,
  };
}

const wholeOf = (node: SyntaxNode): SyntaxNode =>
  node.parent?.name === 'DecoratedStatement' ? node.parent : node;

const isStatic = ({ decorators }: PyFunction): boolean =>
  decorators.some(({ text }) => text === 'staticmethod');

const isDataclass = ({ text }: PyText): boolean => /^(\w+\.)*dataclass\b/.test(text);

/** The first positional parameter is what the method is called on. */
function withoutReceiver(method: PyFunction): PyFunction {
  const [first, ...rest] = method.params;
  const isReceiver = first && !first.keywordOnly && first.variadic === undefined;
  return isReceiver ? { ...method, params: rest } : method;
}

/** Without the `@`. */
function decoratorsOf(reader: Reader, node: SyntaxNode): PyText[] {
  const whole = wholeOf(node);
  if (whole === node) return [];
  return whole.getChildren('Decorator').map(decorator => {
    const parts = childrenOf(decorator).filter(part => part.name !== 'At' && !part.type.isError);
    const [from, to] = [parts[0]?.from ?? decorator.to, parts.at(-1)?.to ?? decorator.to];
    return { text: reader.textBetween(from, to), range: reader.rangeBetween(from, to) };
  });
}

/** Stretches between commas that are no `key=value` and no `**mapping`. */
function basesOf(reader: Reader, node: SyntaxNode): PyText[] {
  const groups: SyntaxNode[][] = [[]];
  for (const part of childrenOf(node.getChild('ArgList'))) {
    if (part.name === ',') groups.push([]);
    else if (!/^[()]$/.test(part.name) && !part.type.isError) groups.at(-1)?.push(part);
  }
  return groups.flatMap(group => {
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last || first.name === '**' || group[1]?.name === 'AssignOp') return [];
    return [
      {
        text: reader.textBetween(first.from, last.to),
        range: reader.rangeBetween(first.from, last.to),
      },
    ];
  });
}

const statementsOf = (body: SyntaxNode | null): SyntaxNode[] =>
  childrenOf(body).filter(({ name }) => name !== ':');

/** First line of the string that a body begins with. */
export function docOf(reader: Reader, body: SyntaxNode | null): string | undefined {
  const first = statementsOf(body)[0];
  const string = first?.name === 'ExpressionStatement' ? first.firstChild : null;
  if (string?.name !== 'String') return undefined;
  const written = reader.textOf(string);
  const [, quotes = '', inner = ''] = /^[a-z]?("""|'''|"|')([\s\S]*)$/i.exec(written) ?? [];
  const text = isClosedString(written) ? inner.slice(0, -quotes.length) : inner;
  return text
    .split(/\r?\n/)
    .map(line => line.trim())
    .find(line => line !== '');
}

/** `name: type = default` of a dataclass; ClassVar is none of its fields. */
function fieldsOf(reader: Reader, body: SyntaxNode | null): PyParameter[] {
  return statementsOf(body).flatMap(statement => {
    const [name, type, , value] = childrenOf(statement);
    if (statement.name !== 'AssignStatement' || type?.name !== 'TypeDef') return [];
    if (name?.name !== 'VariableName' || /\bClassVar\b/.test(reader.textOf(type))) return [];
    const given = value && !value.type.isError ? reader.textOf(value) : undefined;
    return [
      {
        name: reader.textOf(name),
        range: reader.rangeOf(name),
        annotation: reader.textOf(type).replace(/^:\s*/, ''),
        default: given,
        required: given === undefined,
        keywordOnly: false,
        positionalOnly: false,
        variadic: undefined,
      },
    ];
  });
}
