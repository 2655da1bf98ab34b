import assert from 'node:assert/strict';
import {
  expressionProblem,
  parsePython,
  type PyParameter,
} from '../../../../extension/core/byoc/python.ts';

const module = `"""

    What the module does.
    More.
"""
from __future__ import annotations
import torch.nn as nn, numpy as np
from ..inner.part import (  # several
    one as first,
    two,
)
from .star import *

a, (b, c) = d = 1, (2, 3)
typed: int
given: int = 3
given += 1

@first.of(1)
@second
class Noise(R, nn.Module["a, b"], *more, metaclass=abc.ABCMeta, **extra):
    r'''Adds noise.

    Much.'''

    count: int = 0

    def __init__(self, keys, /, std: float = 0.1, *rest: int, prob: "float" = f(1, 2), **kwargs: Any) -> None:
        """Sets up."""
        class Hidden: pass

    @staticmethod
    def make(value): return value

    @classmethod
    async def load(cls, path: str) -> Noise: ...

try:
    from fast import thing
except ImportError:
    def thing(*, key, other=2): pass
`;

const shown = (param: PyParameter): string => {
  const kind = param.variadic ?? (param.keywordOnly ? 'key' : param.positionalOnly ? 'pos' : '');
  return [
    param.name,
    kind,
    param.annotation ?? '',
    param.default ?? (param.required ? '!' : ''),
  ].join('|');
};

test('parsePython: classes with all that an editor asks of them', () => {
  const { classes, doc, errors } = parsePython(module);
  assert.deepEqual(errors, []);
  assert.equal(doc, 'What the module does.');
  assert.equal(classes.length, 1);
  const [noise] = classes;
  assert.deepEqual(
    noise?.bases.map(({ text }) => text),
    ['R', 'nn.Module["a, b"]', '*more'],
  );
  assert.deepEqual(
    noise?.decorators.map(({ text }) => text),
    ['first.of(1)', 'second'],
  );
  assert.equal(noise?.doc, 'Adds noise.');
  assert.deepEqual(noise?.init?.map(shown), [
    'keys|pos||!',
    'std||float|0.1',
    'rest|args|int|',
    'prob|key|"float"|f(1, 2)',
    'kwargs|kwargs|Any|',
  ]);
  assert.deepEqual(
    noise?.methods.map(({ name, params, returns, doc: text }) => [
      name,
      params.length,
      returns,
      text,
    ]),
    [
      ['__init__', 5, 'None', 'Sets up.'],
      ['make', 1, undefined, undefined],
      ['load', 1, 'Noise', undefined],
    ],
  );
});

test('parsePython: functions, imports and variables of the module, those in its blocks included', () => {
  const { functions, imports, variables } = parsePython(module);
  assert.deepEqual(
    functions.map(({ name, params }) => [name, params.map(shown)]),
    [['thing', ['key|key||!', 'other|key||2']]],
  );
  const listed = imports.map(({ module: from, alias, names }) => [
    from,
    alias,
    names?.map(entry => [entry.name, entry.alias]),
  ]);
  assert.deepEqual(listed, [
    ['__future__', undefined, [['annotations', undefined]]],
    ['torch.nn', 'nn', undefined],
    ['numpy', 'np', undefined],
    [
      '..inner.part',
      undefined,
      [
        ['one', 'first'],
        ['two', undefined],
      ],
    ],
    ['.star', undefined, [['*', undefined]]],
    ['fast', undefined, [['thing', undefined]]],
  ]);
  assert.deepEqual(
    variables.map(({ text }) => text),
    ['a', 'b', 'c', 'd', 'given'],
  );
});

/** Every range must cut out of the text what it says that it is. */
function expectRanges(text: string): void {
  const cut = ({ offset, length }: { offset: number; length: number }): string =>
    text.slice(offset, offset + length);
  const { classes, functions, variables, errors } = parsePython(text);
  for (const made of [...classes, ...functions]) {
    assert.equal(cut(made.range), made.name);
    assert.ok(cut(made.whole).includes(made.name));
    for (const decorator of made.decorators) assert.equal(cut(decorator.range), decorator.text);
  }
  const functionsToo = [...functions, ...classes.flatMap(({ methods }) => methods)];
  for (const { params } of functionsToo)
    for (const param of params) assert.equal(cut(param.range), param.name);
  for (const base of classes.flatMap(({ bases }) => bases))
    assert.equal(cut(base.range), base.text);
  for (const variable of variables) assert.equal(cut(variable.range), variable.text);
  for (const { offset, length } of errors)
    assert.ok(offset >= 0 && length >= 0 && offset <= text.length);
}

test('parsePython: ranges are those of the text, with CRLF, a byte order mark and emoji, too', () => {
  for (const text of [module, module.replaceAll('\n', '\r\n'), `\uFEFF${module}`])
    expectRanges(text);
  const emoji = 'x = "🧠"\nclass Ünïcode🧠(B): pass\nclass После(B): pass\n';
  expectRanges(emoji);
  assert.deepEqual(
    parsePython(`\uFEFFclass A(B):\r\n    pass\r\n`).classes.map(({ range }) => range.offset),
    [7],
  );
});

test('parsePython: every beginning of a module gives what stands before, and true ranges', () => {
  for (let end = 0; end <= module.length; end += 3) expectRanges(module.slice(0, end));
  for (let from = 0; from <= module.length; from += 7) expectRanges(module.slice(from));
});

test('parsePython: an open bracket or a half line costs no more than its own statement', () => {
  const cases: [text: string, classes: string[], methods: string[]][] = [
    ['class A(B:\n  def f(self\n  def g(self): pass\n\nclass C(A): pass\n', ['A', 'C'], ['f', 'g']],
    ['class A(B)\n    def f(self): pass\nclass C: pass\n', ['A', 'C'], ['f']],
    ['class A(\ndef f(\nclass C: pass', ['A', 'C'], []],
    ['class A:\n    def f(self, x=[1,\n    @deco\n    def g(self): pass\n', ['A'], ['f', 'g']],
    ['class A:\n    x = foo.\n    def f(self, a, b=): pass\n    def \n', ['A'], ['f']],
    [")))\nclass A: pass\nx = 'open\nclass C: pass", ['A', 'C'], []],
    ['class\nclass A:\n', ['A'], []],
    ['x = {"a": [1, (2\nfrom a import b\nclass A: pass\n', ['A'], []],
  ];
  for (const [text, classes, methods] of cases) {
    const found = parsePython(text);
    assert.deepEqual(
      found.classes.map(({ name }) => name),
      classes,
      text,
    );
    const names = found.classes.flatMap(made => made.methods.map(({ name }) => name));
    assert.deepEqual(names, methods, text);
    assert.ok(found.errors.length > 0, text);
    expectRanges(text);
  }
});

test('parsePython: says which bracket is open, and finds strings without an end', () => {
  assert.deepEqual(parsePython('x = foo(1,\nclass A: pass\n').errors[0], { offset: 7, length: 1 });
  assert.equal(parsePython("x = 'open\ny = 1\n").errors.length, 1);
  assert.ok(parsePython('"""open\nclass A: pass').errors.length > 0);
  for (const text of [
    "x = 'a' \"b\" r'\\d' b'' f'{x!r:>{w}}' '''a\nb'''\n",
    "x = '\\''\n",
    'x = ""\n',
  ])
    assert.deepEqual(parsePython(text).errors, [], text);
});

test('parsePython: the fields of a dataclass are what it takes', () => {
  const text =
    '@dataclasses.dataclass(frozen=True)\nclass A:\n    x: int\n    y: str = "a"\n    z: ClassVar[int] = 1\n    w = 2\n';
  assert.deepEqual(parsePython(text).classes[0]?.init?.map(shown), ['x||int|!', 'y||str|"a"']);
  assert.equal(parsePython('class A(B):\n    x: int\n').classes[0]?.init, undefined);
});

test('parsePython: hostile texts end, and in reasonable time', () => {
  const texts = [
    '(',
    ')',
    '[',
    '\nclass ',
    ']x',
    '\n  def f(',
    "'",
    '\0',
    '@',
    '\\',
    '\t\n ',
    '"""',
  ];
  for (const part of texts) {
    const found = parsePython(part.repeat(3000));
    assert.ok(found.errors.length <= 200);
  }
  const deep = Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}if x:\n`).join('');
  assert.ok(Array.isArray(parsePython(`${deep}${' '.repeat(300)}class A: pass`).classes));
}).timeout(30_000);

test('expressionProblem: what Python reads as one expression', () => {
  for (const text of [
    "lambda x: x['image']",
    'lambda *a, k=1, **kw: (a, k)',
    'lambda: 0',
    'a, *b',
    '(x for x in y)',
    '[i for i in range(3) if i]',
    "{'a': 1, **b}",
    '@train#dataset.size + @a::b#0 * @##c',
    'a @ b',
    '{epochs} // 2',
    '1 +\n2',
    'x # note',
    "f'{x}'",
    "'''a\nb'''",
    'a[1:2, ...]',
    ' x if y else z',
    'import json',
    'from os import path',
    "__import__('os').system('x')", // reads well; that nobody runs it is another matter
  ])
    assert.equal(expressionProblem(text), undefined, text);
});

test('expressionProblem: says where and what', () => {
  const cases: [text: string, offset: number, words: RegExp][] = [
    ['', 0, /no expression/],
    [' # note', 0, /no expression/],
    ['foo(a, b', 8, /too early/],
    ['lambda x: ', 9, /too early/],
    ['x if y else', 11, /too early/],
    ['foo)', 3, /"\)"/],
    ['a) + (b', 1, /"\)"/],
    [')(', 0, /"\)"/],
    ["x + 'abc", 4, /closing quote/],
    ["'''abc'", 0, /closing quote/],
    ['a b', 2, /"b"/],
    ['lambda x x', 9, /"x"/],
    ['x = 1', 2, /"="/],
    ['a; b', 1, /";"/],
    ['import a; b', 8, /";"/],
    ['class', 0, /"class"/],
    ['a\\', 1, /"\\"/],
    ['x for x in y', 0, /brackets around/],
    ['x := 1', 0, /brackets around/],
    ['yield 1', 0, /brackets around/],
  ];
  for (const [text, offset, words] of cases) {
    const problem = expressionProblem(text);
    assert.ok(problem, text);
    assert.equal(problem.offset, offset, text);
    assert.match(problem.message, words, text);
  }
});

test('expressionProblem: hostile texts end', () => {
  for (const part of ['(', ')', 'lambda:', '[', "'", '\0', '@', '{"', '$(touch x)'])
    assert.ok(expressionProblem(part.repeat(3001)), part);
}).timeout(20_000);
