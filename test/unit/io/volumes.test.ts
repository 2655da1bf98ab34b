import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkVolume, readHeader, readLabels } from '../../../extension/io/volumes.ts';
import { nifti } from '../volumes.ts';

const folder = mkdtempSync(path.join(tmpdir(), "mmar vol's $(x)-"));
const { signal } = new AbortController();
const values = Array.from({ length: 24 * 24 * 24 }, (_, i) => (i * 7919) % 251);
const whole = nifti({ dims: [24, 24, 24], values });

function file(name: string, bytes: Uint8Array): string {
  const at = path.join(folder, name);
  writeFileSync(at, bytes);
  return at;
}

suite('volumes on disk', () => {
  test('whole files, packed and plain, have no fault', async () => {
    for (const [name, bytes] of [
      ['a.nii.gz', gzipSync(whole)],
      ['a.nii', whole],
      [
        'two parts.nii.gz',
        Buffer.concat([gzipSync(whole.subarray(0, 5000)), gzipSync(whole.subarray(5000))]),
      ],
    ] as const) {
      const at = file(name, bytes);
      assert.equal(await checkVolume(at, signal), undefined, name);
      assert.deepEqual((await readHeader(at, signal)).dims, [24, 24, 24]);
      assert.deepEqual([...(await readLabels(at, signal)).values], values);
    }
  });

  const packed = gzipSync(whole);
  const faults: [string, Uint8Array, RegExp][] = [
    ['cut.nii.gz', packed.subarray(0, packed.length / 2), /cut short/],
    ['header cut.nii.gz', packed.subarray(0, 60), /cut short/],
    ['plain cut.nii', whole.subarray(0, 4000), /cut short/],
    ['text.nii.gz', Buffer.from('no volume at all'), /not gzip/],
    ['packed text.nii.gz', gzipSync(Buffer.alloc(900, 65)), /no NIfTI/],
    ['empty.nii.gz', Buffer.alloc(0), /empty/],
    ['less inside.nii.gz', gzipSync(whole.subarray(0, 4000)), /cut short/],
  ];
  for (const [name, bytes, expected] of faults)
    test(`${name}: one sentence with name, fault and next step`, async () => {
      const message = (await checkVolume(file(name, bytes), signal)) ?? '';
      assert.match(message, expected);
      assert.ok(message.startsWith(name), message);
      assert.match(message, /Replace it/);
      await assert.rejects(readLabels(path.join(folder, name), signal), expected);
    });

  test('damage in the middle is found when the voxels are read', async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0, 200, 300);
    await assert.rejects(readLabels(file('damaged.nii.gz', damaged), signal), /damaged|cut short/);
  });
});
