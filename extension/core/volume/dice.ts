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
