import assert from 'node:assert/strict';
import {
  joinPath,
  resolveText,
  resolvedPath,
  variablesOf,
} from '../../../../extension/core/mmar/environment.ts';

test('variablesOf: config < environment.json < --set; sections are no variables', () => {
  const variables = variablesOf({
    config: { a: 1, b: 1, c: 1, train: {}, search: [] },
    environment: { b: 2, c: 2 },
    set: { c: 3 },
  });
  assert.deepEqual({ ...variables }, { a: 1, b: 2, c: 3 });
});

test('resolveText: alone a variable keeps its type, inside a text it becomes text', () => {
  const variables = variablesOf({
    environment: { N: 3, FLAG: false, DIR: "a b'c $(x)", DEEP: '{DIR}/d', $: 1 },
  });
  assert.equal(resolveText('{N}', variables), 3);
  assert.equal(resolveText('{FLAG}', variables), false);
  assert.equal(resolveText('{DIR}/{N}', variables), "a b'c $(x)/3");
  assert.equal(resolveText('{DEEP}', variables), "a b'c $(x)/d");
  assert.equal(resolveText('{UNKNOWN}/x', variables), '{UNKNOWN}/x');
  assert.equal(resolveText('{toString}', variables), '{toString}');
  assert.equal(resolveText("lambda x: f'{N}'", variables), "lambda x: f'{N}'");
});

test('resolveText: ends with variables that name each other', () => {
  const variables = variablesOf({ environment: { A: '{B}', B: '{A}' } });
  assert.equal(typeof resolveText('{A}', variables), 'string');
});

test('resolvedPath: only what is wholly known', () => {
  assert.equal(resolvedPath('{A}/x', { A: 'y' }), 'y/x');
  assert.equal(resolvedPath('{A}/x', {}), undefined);
  assert.equal(resolvedPath(3, {}), undefined);
});

test('joinPath', () => {
  assert.equal(joinPath('/m', 'data/./x/../y'), '/m/data/y');
  assert.equal(joinPath('/m', '/abs//x/'), '/abs/x');
  assert.equal(joinPath('', 'config/a'), 'config/a');
  assert.equal(joinPath('a/b', '../../../c'), '../c');
  assert.equal(joinPath('/m', 'C:\\data\\x'), 'C:/data/x');
});
