import type { JsonPath } from '../../config/finding.ts';

/** `certain`: means the same as before. `check`: should, but a person has to look at it. */
export type Confidence = 'certain' | 'check';

/** One change of an upgrade. */
export interface UpgradeNote {
  /** Where it was in the file as it is now. */
  readonly path: JsonPath;
  readonly confidence: Confidence;
  readonly why: string;
}

/** Something that has no form in the target; it is left as it is. */
export interface UpgradeGap {
  readonly path: JsonPath;
  readonly message: string;
}

/** Collects what happens to one file. */
export class UpgradeBook {
  readonly notes: UpgradeNote[] = [];
  readonly gaps: UpgradeGap[] = [];

  certain(path: JsonPath, why: string): void {
    this.notes.push({ path, confidence: 'certain', why });
  }

  check(path: JsonPath, why: string): void {
    this.notes.push({ path, confidence: 'check', why });
  }

  gap(path: JsonPath, message: string): void {
    this.gaps.push({ path, message });
  }
}
