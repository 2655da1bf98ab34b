import type { LabelDice } from '../../extension/core/volume/dice.ts';

/** What the volume page shows: an image and what is drawn over it. */
export interface VolumeScene {
  readonly title: string;
  readonly volumes: readonly SceneVolume[];
  /** Overlap of prediction and label, one row per label; absent without both. */
  readonly scores?: readonly LabelDice[];
  /** Volume of one voxel of the label in ml; comes with `scores`. */
  readonly voxelMl?: number;
  /** Shown beside the title, e.g. why there are no scores. */
  readonly note?: string;
}

export interface SceneVolume {
  /** Names these very bytes: another file, or the same one rewritten, has another id. */
  readonly id: string;
  readonly role: 'image' | 'label' | 'prediction';
  /** File name; NiiVue tells the format from it. */
  readonly name: string;
  /** Bytes of the file as stored. */
  readonly size: number;
  /** Label values and names, for roles label and prediction. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What the page may ask of the extension. */
export interface VolumeHost {
  ready(): Promise<VolumeScene>;
  /** Bytes of the volume with that id; fewer at the end of the file. Refused when the scene no longer has it. */
  read(id: string, offset: number, length: number): Promise<Uint8Array>;
  /** All is drawn: what was shown, for tests and the log (no names of patients: sizes only). */
  drawn(report: DrawnReport): void;
  failed(message: string): void;
}

export interface DrawnReport {
  readonly volumes: number;
  /** Voxels of the image. */
  readonly dims: readonly number[];
}

/** What the extension may ask of the page. */
export interface VolumePage {
  show(scene: VolumeScene): void;
  setView(view: VolumeView): void;
}

export type VolumeView = 'multiplanar' | 'axial' | 'coronal' | 'sagittal' | 'render';
