import { t } from '@vscode/l10n';

/** What this project needs of a NIfTI-1 or NIfTI-2 header (nifti.nimh.nih.gov, nifti1.h and nifti2.h). */
export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** Sizes of the axes that are used, at least three: x, y, z, then time or channels. */
  readonly dims: readonly number[];
  /** Voxel size of the three spatial axes, in the header's units (mm in practice). */
  readonly spacing: readonly [number, number, number];
  readonly datatype: number;
  /** Bytes of one voxel. */
  readonly bytes: number;
  /** Byte at which the voxels begin. */
  readonly offset: number;
  /** value = slope * stored + intercept; slope 0 in the file means 1. */
  readonly slope: number;
  readonly intercept: number;
  /** Voxel indices to patient coordinates (RAS, mm), 3 rows of 4. */
  readonly affine: readonly (readonly [number, number, number, number])[];
}

export type NiftiResult =
  | { readonly header: NiftiHeader; readonly problem?: undefined }
  | { readonly header?: undefined; readonly problem: string };

/** Bytes that are enough for either header. */
export const headerBytes = 540;

/** Datatype code to bytes per voxel; what is absent (complex, RGB) is no label map and no CT. */
const voxelBytes: ReadonlyMap<number, number> = new Map([
  [2, 1],
  [256, 1],
  [4, 2],
  [512, 2],
  [8, 4],
  [768, 4],
  [16, 4],
  [64, 8],
  [1024, 8],
  [1280, 8],
]);

/** Reads a header from the first bytes of an unpacked file. Never throws. */
export function parseNifti(bytes: Uint8Array): NiftiResult {
  if (bytes.length < 352) return { problem: t('it is too short for a NIfTI header') };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    if (size === 348) return checked(nifti1(view, littleEndian));
    if (size === 540 && bytes.length >= headerBytes) return checked(nifti2(view, littleEndian));
  }
  return { problem: t('it is no NIfTI file') };
}

type Draft = Omit<NiftiHeader, 'bytes'>;

function checked(draft: Draft): NiftiResult {
  const bytes = voxelBytes.get(draft.datatype);
  if (bytes === undefined)
    return { problem: t('its data type {0} is not supported', draft.datatype) };
  if (draft.dims.length < 3 || draft.dims.some(n => !Number.isInteger(n) || n < 1))
    return { problem: t('its sizes {0} make no volume', draft.dims.join(' x ') || t('(none)')) };
  if (draft.offset < 348) return { problem: t('its voxels would begin within the header') };
  return { header: { ...draft, bytes } };
}

const nameOfAxes = [0, 1, 2] as const;

function nifti1(view: DataView, le: boolean): Draft {
  const f = (at: number): number => view.getFloat32(at, le);
  const count = view.getInt16(40, le);
  const dims = axes(count, i => view.getInt16(42 + 2 * i, le));
  return {
    version: 1,
    littleEndian: le,
    dims,
    spacing: [Math.abs(f(80)), Math.abs(f(84)), Math.abs(f(88))],
    datatype: view.getInt16(70, le),
    offset: Math.trunc(f(108)) || 352,
    ...scale(f(112), f(116)),
    affine: affineOf({
      sform: view.getInt16(254, le) > 0,
      qform: view.getInt16(252, le) > 0,
      row: (i, j) => f(280 + 16 * i + 4 * j),
      quaternion: [f(256), f(260), f(264)],
      origin: [f(268), f(272), f(276)],
      pixdim: i => f(76 + 4 * i),
    }),
  };
}

function nifti2(view: DataView, le: boolean): Draft {
  const d = (at: number): number => view.getFloat64(at, le);
  const long = (at: number): number => Number(view.getBigInt64(at, le));
  return {
    version: 2,
    littleEndian: le,
    dims: axes(long(16), i => long(24 + 8 * i)),
    spacing: [Math.abs(d(112)), Math.abs(d(120)), Math.abs(d(128))],
    datatype: view.getInt16(12, le),
    offset: long(168) || 544,
    ...scale(d(176), d(184)),
    affine: affineOf({
      sform: view.getInt32(348, le) > 0,
      qform: view.getInt32(344, le) > 0,
      row: (i, j) => d(400 + 32 * i + 8 * j),
      quaternion: [d(352), d(360), d(368)],
      origin: [d(376), d(384), d(392)],
      pixdim: i => d(104 + 8 * i),
    }),
  };
}

/** Trailing axes of one element are dropped, but three always stay. */
function axes(count: number, at: (i: number) => number): number[] {
  if (count < 1 || count > 7) return [];
  const dims = Array.from({ length: Math.max(3, count) }, (_, i) => (i < count ? at(i) : 1));
  while (dims.length > 3 && dims.at(-1) === 1) dims.pop();
  return dims;
}

const scale = (slope: number, intercept: number): { slope: number; intercept: number } =>
  slope === 0 || !Number.isFinite(slope)
    ? { slope: 1, intercept: 0 }
    : { slope, intercept: Number.isFinite(intercept) ? intercept : 0 };

interface Orientation {
  readonly sform: boolean;
  readonly qform: boolean;
  readonly row: (i: number, j: number) => number;
  readonly quaternion: readonly [number, number, number];
  readonly origin: readonly [number, number, number];
  readonly pixdim: (i: number) => number;
}

/** sform before qform before the plain grid, as nibabel and NiiVue do. */
function affineOf(o: Orientation): NiftiHeader['affine'] {
  if (o.sform) return nameOfAxes.map(i => [o.row(i, 0), o.row(i, 1), o.row(i, 2), o.row(i, 3)]);
  const size = nameOfAxes.map(i => Math.abs(o.pixdim(i + 1)) || 1);
  if (!o.qform)
    return nameOfAxes.map(i => [
      i === 0 ? (size[0] ?? 1) : 0,
      i === 1 ? (size[1] ?? 1) : 0,
      i === 2 ? (size[2] ?? 1) : 0,
      0,
    ]);
  const rotation = rotationOf(o.quaternion);
  const flip = o.pixdim(0) < 0 ? -1 : 1;
  return nameOfAxes.map(i => {
    const row = rotation[i] ?? [0, 0, 0];
    return [
      (row[0] ?? 0) * (size[0] ?? 1),
      (row[1] ?? 0) * (size[1] ?? 1),
      (row[2] ?? 0) * (size[2] ?? 1) * flip,
      o.origin[i],
    ] as const;
  });
}

/** Unit quaternion (a, b, c, d) with a >= 0 to a rotation, nifti1.h METHOD 2. */
function rotationOf([b, c, d]: readonly [number, number, number]): number[][] {
  const a = Math.sqrt(Math.max(0, 1 - (b * b + c * c + d * d)));
  return [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - c * c - b * b],
  ];
}

/** Bytes of the whole unpacked file. */
export const fileBytes = (h: NiftiHeader): number =>
  h.offset + h.dims.reduce((product, n) => product * n, 1) * h.bytes;

/** Volume of one voxel in ml, when the header's unit is mm: the determinant of the affine. */
export const voxelMl = ({ affine }: NiftiHeader): number => {
  const m = (i: number, j: number): number => affine[i]?.[j] ?? 0;
  const minor = (j: number, k: number): number => m(1, j) * m(2, k) - m(1, k) * m(2, j);
  return Math.abs(m(0, 0) * minor(1, 2) - m(0, 1) * minor(0, 2) + m(0, 2) * minor(0, 1)) / 1000;
};
