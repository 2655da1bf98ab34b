import type { JobStatus, RunRecord } from '../core/runs/job.ts';
import type { RunPlan } from '../core/runs/plan.ts';

/** A run as its machine reports it. */
export interface ReportedRun {
  readonly record: RunRecord;
  readonly folder: string;
  readonly status: JobStatus;
}

export interface ResultFile {
  /** Below the run folder, `/` between. */
  readonly path: string;
  readonly size: number;
}

export interface SubmitOptions {
  readonly signal: AbortSignal;
  /** Bytes sent so far and in all. */
  readonly onProgress?: (sent: number, total: number) => void;
}

/** What the workbench does with runs on one machine; `runs.ts` implements it over any transport. */
export interface Machine {
  submit(plan: RunPlan, options: SubmitOptions): Promise<ReportedRun>;
  resume(record: RunRecord, python: string, signal: AbortSignal): Promise<JobStatus>;
  cancel(runId: string, signal: AbortSignal): Promise<JobStatus>;
  status(runIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, JobStatus>>;
  list(signal: AbortSignal): Promise<readonly ReportedRun[]>;
  /** Text of a file of the run folder from a byte offset; `next` is where to go on. */
  read(
    runId: string,
    file: string,
    offset: number,
    signal: AbortSignal,
  ): Promise<{ readonly text: string; readonly next: number }>;
  results(runId: string, under: string, signal: AbortSignal): Promise<readonly ResultFile[]>;
  /** Copies files of the run folder below `into`, keeping their paths. */
  fetch(runId: string, paths: readonly string[], into: string, signal: AbortSignal): Promise<void>;
  remove(runId: string, signal: AbortSignal): Promise<void>;
}
