import { t } from '@vscode/l10n';
import type { LabelMap } from './labelMap.ts';
import type { NiftiHeader } from './nifti.ts';

/** Overlap of two label maps for one label value. */
export interface LabelDice {
  readonly value: number;
  readonly name: string;
  /** 2|A∩B| / (|A|+|B|); NaN never: undefined when neither map has the label. */
  readonly dice: number | undefined;
  /** Voxels in the label, in the prediction, in both. */
  readonly label: number;
  readonly prediction: number;
  readonly both: number;
}

export type DiceResult =
  | { readonly scores: readonly LabelDice[]; readonly problem?: undefined }
  | { readonly scores?: undefined; readonly problem: string };

/** Two grids count as one when their corners are closer than this, in mm. */
const sameGridMm = 0.01;

/**
 * Dice of each label but 0: those that are named, and those that either map has.
 * Maps on different grids are not compared; `problem` says what differs.
 */
export function diceByLabel(
  label: LabelMap,
  prediction: LabelMap,
  names: Readonly<Record<string, string>> = {},
): DiceResult {
  const problem = gridDifference(label.header, prediction.header);
  if (problem !== undefined) return { problem };
  const a = new Float64Array(65536);
  const b = new Float64Array(65536);
  const both = new Float64Array(65536);
  for (let i = 0; i < label.values.length; i++) {
    const x = label.values[i] ?? 0;
    const y = prediction.values[i] ?? 0;
    a[x] = (a[x] ?? 0) + 1;
    b[y] = (b[y] ?? 0) + 1;
    if (x === y) both[x] = (both[x] ?? 0) + 1;
  }
  const counted = [...a.keys()].filter(value => a[value] !== 0 || b[value] !== 0);
  const named = Object.keys(names)
    .map(Number)
    .filter(value => Number.isInteger(value) && value >= 0);
  const values = [...new Set([...named, ...counted])].filter(value => value !== 0);
  const at = (counts: Float64Array, value: number): number => counts[value] ?? 0;
  return {
    scores: values
      .toSorted((x, y) => x - y)
      .map(value => {
        const [l, p, common] = [at(a, value), at(b, value), at(both, value)];
        const dice = l + p === 0 ? undefined : (2 * common) / (l + p);
        const name = names[String(value)] ?? t('label {0}', value);
        return { value, name, dice, label: l, prediction: p, both: common };
      }),
  };
}

function gridDifference(a: NiftiHeader, b: NiftiHeader): string | undefined {
  const size = (h: NiftiHeader): string => h.dims.slice(0, 3).join(' x ');
  if (size(a) !== size(b))
    return t('Label ({0}) and prediction ({1}) differ in size: no Dice.', size(a), size(b));
  for (const corner of corners(a)) {
    const apart = Math.hypot(...[0, 1, 2].map(i => mmOf(a, corner, i) - mmOf(b, corner, i)));
    if (!(apart <= sameGridMm))
      return t('Label and prediction lie {0} mm apart: no Dice.', apart.toPrecision(2));
  }
  return undefined;
}

function corners({ dims }: NiftiHeader): number[][] {
  const [x = 1, y = 1, z = 1] = dims;
  return [
    [0, 0, 0],
    [x - 1, 0, 0],
    [0, y - 1, 0],
    [0, 0, z - 1],
  ];
}

const mmOf = ({ affine }: NiftiHeader, corner: readonly number[], i: number): number => {
  const row = affine[i];
  if (!row) return 0;
  return row[3] + corner.reduce((sum, index, j) => sum + index * (row[j] ?? 0), 0);
};
