/** Bytes of a NIfTI-1 file for tests; `values` x fastest. */
export function nifti(options: {
  dims: readonly number[];
  values: readonly number[];
  datatype?: 2 | 4 | 16;
  littleEndian?: boolean;
  slope?: number;
  affine?: readonly (readonly number[])[];
}): Buffer {
  const { dims, values, datatype = 2, littleEndian: le = true, slope = 0 } = options;
  const bytes = { 2: 1, 4: 2, 16: 4 }[datatype];
  const file = new DataView(new ArrayBuffer(352 + values.length * bytes));
  file.setInt32(0, 348, le);
  file.setInt16(40, dims.length, le);
  dims.forEach((n, i) => file.setInt16(42 + 2 * i, n, le));
  file.setInt16(70, datatype, le);
  file.setInt16(72, bytes * 8, le);
  for (let i = 0; i < 4; i++) file.setFloat32(76 + 4 * i, 1, le);
  file.setFloat32(108, 352, le);
  file.setFloat32(112, slope, le);
  const affine = options.affine ?? [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ];
  file.setInt16(254, 1, le);
  affine.forEach((row, i) => row.forEach((v, j) => file.setFloat32(280 + 16 * i + 4 * j, v, le)));
  [0x6e, 0x2b, 0x31].forEach((c, i) => file.setUint8(344 + i, c));
  values.forEach((v, i) => {
    const at = 352 + i * bytes;
    if (datatype === 2) file.setUint8(at, v);
    else if (datatype === 4) file.setInt16(at, v, le);
    else file.setFloat32(at, v, le);
  });
  return Buffer.from(file.buffer);
}
