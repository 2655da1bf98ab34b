import type { NiftiHeader } from './nifti.ts';

/** One integer per voxel, x fastest. */
export interface LabelMap {
  readonly header: NiftiHeader;
  readonly values: Uint16Array;
}

type Reader = (view: DataView, at: number, littleEndian: boolean) => number;

const readers: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [2, (v, at) => v.getUint8(at)],
  [256, (v, at) => v.getInt8(at)],
  [4, (v, at, le) => v.getInt16(at, le)],
  [512, (v, at, le) => v.getUint16(at, le)],
  [8, (v, at, le) => v.getInt32(at, le)],
  [768, (v, at, le) => v.getUint32(at, le)],
  [16, (v, at, le) => v.getFloat32(at, le)],
  [64, (v, at, le) => v.getFloat64(at, le)],
  [1024, (v, at, le) => Number(v.getBigInt64(at, le))],
  [1280, (v, at, le) => Number(v.getBigUint64(at, le))],
]);

/**
 * Voxels of an unpacked file as label values: rounded, below 0 as 0.
 * Of a volume with a fourth axis (one channel per class) the strongest channel is taken.
 */
export function decodeLabels(header: NiftiHeader, file: Uint8Array): LabelMap {
  const [nx = 1, ny = 1, nz = 1, ...rest] = header.dims;
  const count = nx * ny * nz;
  const channels = rest.reduce((product, n) => product * n, 1);
  const values = new Uint16Array(count);
  const plain = channels === 1 ? storedAsLabels(header, file, count) : undefined;
  if (plain) {
    values.set(plain);
    return { header, values };
  }
  const value = voxelReader(header, file);
  for (let i = 0; i < count; i++)
    values[i] = channels === 1 ? toLabel(value(i)) : strongest(value, i, count, channels);
  return { header, values };
}

/** Most label maps are stored as what they are: those are taken as a whole, some ten times quicker. */
function storedAsLabels(
  { datatype, slope, intercept, littleEndian, offset }: NiftiHeader,
  { buffer, byteOffset }: Uint8Array,
  count: number,
): Uint8Array | Uint16Array | undefined {
  if (slope !== 1 || intercept !== 0) return undefined;
  const start = byteOffset + offset;
  if (datatype === 2) return new Uint8Array(buffer, start, count);
  if (datatype === 512 && littleEndian && start % 2 === 0 && isLittleEndianHere)
    return new Uint16Array(buffer, start, count);
  return undefined;
}

const isLittleEndianHere = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const toLabel = (value: number): number => Math.max(0, Math.min(65535, Math.round(value)));

function strongest(
  value: (i: number) => number,
  i: number,
  count: number,
  channels: number,
): number {
  let best = 0;
  for (let c = 1; c < channels; c++) if (value(i + c * count) > value(i + best * count)) best = c;
  return best;
}

function voxelReader(header: NiftiHeader, file: Uint8Array): (i: number) => number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const read = readers.get(header.datatype) ?? (() => 0);
  const { offset, bytes, littleEndian, slope, intercept } = header;
  return i => read(view, offset + i * bytes, littleEndian) * slope + intercept;
}
