import assert from 'node:assert/strict';
import { readDatalist } from '../../../../extension/core/mmar/datalist.ts';

test('readDatalist: joins as MONAI does', () => {
  const { lists, labels, problems } = readDatalist(
    {
      labels: { 0: 'background', 1: 'spleen' },
      training: [
        { image: 'a.nii.gz', label: 'l/a.nii.gz' },
        { image: ['b1', '/abs/b2'], label: [0, 1], fold: 2 },
      ],
      test: ['ü x.nii'],
      numTest: 1,
    },
    '/d',
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(labels, { 0: 'background', 1: 'spleen' });
  assert.deepEqual(lists, {
    training: [
      { image: ['/d/a.nii.gz'], label: '/d/l/a.nii.gz', index: 0, listName: 'training' },
      {
        image: ['/d/b1', '/abs/b2'],
        others: { label: [0, 1], fold: 2 },
        index: 1,
        listName: 'training',
      },
    ],
    test: [{ image: ['/d/ü x.nii'], index: 0, listName: 'test' }],
  });
});

test('readDatalist: names what MONAI would reject, and keeps the rest with its index', () => {
  const { lists, problems } = readDatalist(
    {
      training: ['a', null, { label: 'x' }, { image: 'b' }, { image: 'c', label: ['l', 'm'] }],
      test: [],
    },
    '',
  );
  assert.deepEqual(
    problems.map(({ code, path }) => [code, ...path]),
    [
      ['wrong-type', 'training', 0],
      ['wrong-type', 'training', 1],
      ['missing-key', 'training', 2],
      ['wrong-type', 'training', 4],
      ['empty-list', 'test'],
    ],
  );
  assert.deepEqual(lists['training'], [{ image: ['b'], index: 3, listName: 'training' }]);
  for (const value of [undefined, null, [], 'x', {}])
    assert.equal(readDatalist(value, '').problems.length, 1);
});
