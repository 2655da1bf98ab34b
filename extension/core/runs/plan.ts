import type { RunRecord } from './job.ts';

/** Everything that a run needs on the machine that runs it, decided before anything is sent. */
export interface RunPlan {
  readonly record: RunRecord;
  /** Files of the run folder that never change: the MMAR under `mmar/`, the bundle under `bundle/`, `dataset.json`. */
  readonly files: readonly PlannedFile[];
  /** Volumes that the run reads, under `data/`; empty where they are read in place (this machine). */
  readonly data: readonly PlannedData[];
  /** Interpreter that has torch and MONAI there. */
  readonly python: string;
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
}

export interface PlannedFile {
  /** Below the run folder, `/` between. */
  readonly path: string;
  readonly source: { readonly text: string } | { readonly file: string };
}

export interface PlannedData {
  readonly path: string;
  /** Absolute path on this machine. */
  readonly file: string;
}

/** Slurm's words; each absent one is left to the cluster's default. */
export interface Resources {
  readonly partition?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly gpus?: number;
  readonly cpus?: number;
  /** As Slurm writes it: `16G`. */
  readonly memory?: string;
  /** As Slurm writes it: `04:00:00`, or minutes. */
  readonly time?: string;
}
