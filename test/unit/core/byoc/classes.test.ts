import assert from 'node:assert/strict';
import { classesOf, namesOf } from '../../../../extension/core/byoc/classes.ts';
import { customNames, importPaths } from '../../../../extension/core/byoc/modules.ts';

const module = `#!/usr/bin/env python
"""Docs.

class NotThis:
"""
from __future__ import annotations
import torch.nn as nn, numpy as np
import monai.transforms
from monai.transforms import (  # several
    MapTransform,
    Randomizable as R,
)

X: int = 3
text = 'class Neither: "'  # class Nor(this):


@decorate(a=1)
class Plain:
    """class Inside:"""
    class Inner(object):
        pass


class Noise(
    R,
    MapTransform["a, b"], metaclass=abc.ABCMeta,
):
    def method(self): pass

class Ünïcode(nn.Module): x = 1
if True:
    class Indented: pass
async def helper(): ...
long = 1 + \\
    2
class After(Plain): pass
`;

test('classesOf: classes at the top, with line and bases', () => {
  assert.deepEqual(classesOf(module), [
    { name: 'Plain', line: 19, bases: [] },
    { name: 'Noise', line: 25, bases: ['R', 'MapTransform["a, b"]'] },
    { name: 'Ünïcode', line: 31, bases: ['nn.Module'] },
    { name: 'Indented', line: 33, bases: [] },
    { name: 'After', line: 37, bases: ['Plain'] },
  ]);
  assert.deepEqual(classesOf(module.replaceAll('\n', '\r\n')), classesOf(module));
});

test('namesOf: all that an import path may end in', () => {
  const expected = [
    'annotations',
    'nn',
    'np',
    'monai',
    'MapTransform',
    'R',
    'X',
    'text',
    'Plain',
    'Noise',
    'Ünïcode',
    'Indented',
    'helper',
    'long',
    'After',
  ];
  assert.deepEqual(namesOf(module), expected);
  assert.deepEqual(namesOf('from .inner import *\n'), ['*']);
});

test('classesOf: survives modules that do not parse', () => {
  for (const text of [
    '',
    'class',
    'class :',
    'class X',
    'class X(',
    '"""never closed\nclass A: pass',
    "x = 'open\nclass B: pass\n",
    ')))\nclass C: pass',
  ])
    assert.ok(Array.isArray(classesOf(text)));
  assert.deepEqual(
    classesOf("x = 'open\nclass B: pass\n").map(({ name }) => name),
    ['B'],
  );
  assert.deepEqual(
    classesOf(')))\nclass C: pass').map(({ name }) => name),
    ['C'],
  );
});

test('customNames: modules as they are imported', () => {
  const files = [
    'm/custom/a.py',
    'm/custom/p/__init__.py',
    'm/custom/p/q.py',
    'm/custom/__init__.py',
    'm/other.py',
  ];
  const names = customNames('m', files, path => (path.endsWith('q.py') ? 'class Q: pass' : ''));
  assert.deepEqual(
    [...names],
    [
      ['a', []],
      ['p', []],
      ['p.q', ['Q']],
    ],
  );
});

test('importPaths: also of nested components, not of arguments', () => {
  const value = {
    a: [
      { path: 'x.Y', args: { path: 'not.This', model: { path: 'z.W' } } },
      { path: '/file.json' },
    ],
  };
  assert.deepEqual(importPaths(value), ['x.Y', 'z.W']);
});
