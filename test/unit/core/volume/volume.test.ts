import assert from 'node:assert/strict';
import { diceByLabel } from '../../../../extension/core/volume/dice.ts';
import { decodeLabels, type LabelMap } from '../../../../extension/core/volume/labelMap.ts';
import { fileBytes, parseNifti, voxelMl } from '../../../../extension/core/volume/nifti.ts';
import { nifti } from '../../volumes.ts';

function labels(options: Parameters<typeof nifti>[0]): LabelMap {
  const file = nifti(options);
  const { header } = parseNifti(file);
  assert.ok(header);
  return decodeLabels(header, file);
}

suite('NIfTI headers', () => {
  for (const littleEndian of [true, false])
    test(`sizes, affine and length, ${littleEndian ? 'little' : 'big'} endian`, () => {
      const affine = [
        [-2, 0, 0, 10],
        [0, 3, 0, -5],
        [0, 0, 4, 7],
      ];
      const file = nifti({
        dims: [2, 3, 1],
        values: [1, 2, 3, 4, 5, 6],
        datatype: 4,
        littleEndian,
        affine,
      });
      const { header } = parseNifti(file);
      assert.ok(header);
      assert.deepEqual(header.dims, [2, 3, 1]);
      assert.deepEqual(header.affine, affine);
      assert.equal(fileBytes(header), file.length);
      assert.equal(voxelMl(header), 0.024);
      assert.deepEqual([...decodeLabels(header, file).values], [1, 2, 3, 4, 5, 6]);
    });

  test('a quarter turn about z by qform', () => {
    const file = nifti({ dims: [1, 1, 1], values: [0] });
    file.writeInt16LE(0, 254);
    file.writeInt16LE(1, 252);
    file.writeFloatLE(Math.SQRT1_2, 264); // d: half angle 45 degrees about z
    file.writeFloatLE(2, 80);
    file.writeFloatLE(9, 268);
    const { header } = parseNifti(file);
    const round = header?.affine.map(row => row.map(v => Math.round(v * 1e5) / 1e5 + 0));
    assert.deepEqual(round, [
      [0, -1, 0, 9],
      [2, 0, 0, 0],
      [0, 0, 1, 0],
    ]);
  });

  test('what is no volume is said in words', () => {
    assert.match(parseNifti(new Uint8Array(100)).problem ?? '', /too short/);
    assert.match(parseNifti(new Uint8Array(400)).problem ?? '', /no NIfTI/);
    const complex = nifti({ dims: [1, 1, 1], values: [0] });
    complex.writeInt16LE(32, 70);
    assert.match(parseNifti(complex).problem ?? '', /data type 32/);
    const none = nifti({ dims: [1, 1, 1], values: [0] });
    none.writeInt16LE(0, 42);
    assert.match(parseNifti(none).problem ?? '', /sizes/);
  });

  test('one channel per class becomes the strongest class; slope counts', () => {
    const onehot = [1, 0, 0, 0, 1, 0, 0, 0, 1]; // three classes of three voxels
    assert.deepEqual([...labels({ dims: [3, 1, 1, 3], values: onehot }).values], [0, 1, 2]);
    assert.deepEqual([...labels({ dims: [2, 1, 1], values: [1, 2], slope: 3 }).values], [3, 6]);
    assert.deepEqual(
      [...labels({ dims: [2, 1, 1], values: [0.6, -4], datatype: 16 }).values],
      [1, 0],
    );
  });
});

suite('Dice', () => {
  const map = (values: number[], affine?: number[][]): LabelMap =>
    labels({ dims: [values.length, 1, 1], values, ...(affine ? { affine } : {}) });

  test('by label, as counted by hand', () => {
    const { scores } = diceByLabel(map([0, 1, 1, 1, 2, 0]), map([1, 1, 1, 0, 0, 0]), {
      0: 'background',
      1: 'spleen',
      3: 'liver',
    });
    assert.deepEqual(scores, [
      { value: 1, name: 'spleen', dice: 4 / 6, label: 3, prediction: 3, both: 2 },
      { value: 2, name: 'label 2', dice: 0, label: 1, prediction: 0, both: 0 },
      { value: 3, name: 'liver', dice: undefined, label: 0, prediction: 0, both: 0 },
    ]);
  });

  test('maps on different grids are not compared', () => {
    assert.match(diceByLabel(map([1, 1]), map([1, 1, 1])).problem ?? '', /2 x 1 x 1.*3 x 1 x 1/);
    const moved = [
      [1, 0, 0, 5],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ];
    assert.match(diceByLabel(map([1, 1]), map([1, 1], moved)).problem ?? '', /5\.0 mm apart/);
  });
});
