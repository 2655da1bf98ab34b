import assert from 'node:assert/strict';
import { fromDatalist } from '../../../../extension/core/mmar/newMmar/fromDatalist.ts';

const cases = (count: number): { image: string; label: string }[] =>
  Array.from({ length: count }, (_, i) => ({ image: `i${i}.nii.gz`, label: `l${i}.nii.gz` }));

suite('what a datalist tells of a new MMAR', () => {
  test('a whole one is used as it is', () => {
    const facts = fromDatalist(
      {
        name: 'Task 09',
        tensorImageSize: '3D',
        modality: { 0: 'CT' },
        labels: { 0: 'background', 2: 'left  kidney', 1: 'spleen, whole' },
        training: cases(3),
        validation: cases(1),
        test: ['a.nii.gz'],
      },
      '/d/dataset.json',
    );
    assert.deepEqual(facts, {
      data: {
        datalist: '/d/dataset.json',
        lists: { training: 'training', validation: 'validation', test: 'test' },
      },
      name: 'Task 09',
      labels: ['spleen whole', 'left kidney'],
      dimensions: 3,
      channels: 1,
      modality: 'CT soft tissue',
    });
  });

  test('without validation every fifth case is held out, and no case is lost or doubled', () => {
    for (const [count, held] of [
      [2, 1],
      [4, 1],
      [5, 1],
      [41, 8],
    ] as const) {
      const all = cases(count);
      const { data } = fromDatalist({ training: all, validation: [], test: [] }, 'x.json');
      assert.equal(data?.datalist, undefined);
      const { training, validation } = data?.content as Record<string, typeof all>;
      assert.equal(validation?.length, held);
      assert.deepEqual(
        [...(training ?? []), ...(validation ?? [])].map(c => c.image).sort(),
        all.map(c => c.image).sort(),
      );
      assert.deepEqual(data?.lists, {
        training: 'training',
        validation: 'validation',
        test: 'validation',
      });
    }
  });

  test('channels and modality, however they are written', () => {
    const several = { training: [{ image: ['a', 'b', 'c'], label: 'l' }], validation: cases(1) };
    assert.equal(fromDatalist(several, 'x').channels, 3);
    const brain = { modality: { 0: 'FLAIR', 1: 'T1w' }, training: cases(1), validation: cases(1) };
    const facts = fromDatalist(brain, 'x');
    assert.equal(facts.channels, 2);
    assert.equal(facts.modality, 'MR');
    assert.equal(fromDatalist({ modality: 'MRI' }, 'x').modality, 'MR');
    assert.equal(fromDatalist({ modality: 'ultrasound' }, 'x').modality, undefined);
    assert.deepEqual(fromDatalist({ labels: ['background', 'a'] }, 'x').labels, ['a']);
  });

  test('nothing to train with, and hostile values', () => {
    const values = [
      ...[undefined, null, 3, 'x', [], {}, { training: [] }, { training: cases(1) }],
      ...[{ training: 'x', labels: 7, modality: [], name: {} }, { test: cases(3) }],
      { training: [null, 3], labels: { x: 1, 1: null, '-1': 'a', 2: ' ' }, tensorImageSize: 3 },
    ];
    for (const value of values) {
      const { data, labels } = fromDatalist(value, 'x');
      if (data) assert.deepEqual(value, values.at(-1));
      assert.deepEqual(labels, []);
    }
  });
});
