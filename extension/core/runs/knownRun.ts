import { isLive, type JobStatus, type RunRecord } from './job.ts';

/** A run that this workspace knows of, as it was last seen. */
export interface KnownRun {
  readonly record: RunRecord;
  /** Name of the cluster profile; `local` is this machine. */
  readonly cluster: string;
  /** Absolute run folder on that machine. */
  readonly folder: string;
  readonly status: JobStatus;
  /** 0..1 while it runs. */
  readonly fraction: number;
}

/** Newest first. */
export const byAge = (a: KnownRun, b: KnownRun): number =>
  a.record.created < b.record.created ? 1 : a.record.created > b.record.created ? -1 : 0;

/** The inferences that used the weights of a training run. */
export const childrenOf = (runs: readonly KnownRun[], parent: KnownRun): KnownRun[] =>
  runs.filter(r => r.record.parent === parent.record.id && r.cluster === parent.cluster);

/** Trainings, and inferences whose training is not known. */
export function topRuns(runs: readonly KnownRun[]): KnownRun[] {
  const ids = new Set(runs.map(r => r.record.id));
  return runs
    .filter(r => r.record.parent === undefined || !ids.has(r.record.parent))
    .toSorted(byAge);
}

export const isRunning = (run: KnownRun): boolean => isLive(run.status.state);
