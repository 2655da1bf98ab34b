import { t } from '@vscode/l10n';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { weightsPath } from '../core/runs/planRun.ts';
import type { Diagnosis } from '../core/runs/diagnose.ts';
import type { JobState } from '../core/runs/job.ts';
import type { ReportedRun } from '../io/machine.ts';
import type { Terminal } from './commandLine.ts';
import type { CompilerFinding } from './compilerFindings.ts';
import type { Problem } from './failure.ts';
import type { Seen } from './follow.ts';
import { duration, epochsDone, round } from './progressLine.ts';

/** What `mmar train --json` prints. Everything about a run is null where none was submitted. */
export interface TrainReport {
  /** Id of the run. */
  readonly run: string | null;
  /** Absolute run folder. */
  readonly folder: string | null;
  /** Slurm's word for how it ended, or how it is going on. */
  readonly state: JobState | null;
  readonly exitCode: number | null;
  readonly seconds: number | null;
  /** Epochs that were done, and those that were asked for. */
  readonly epochs: number;
  readonly epochsPlanned: number;
  readonly best: { readonly metric: string; readonly value: number; readonly epoch: number } | null;
  /** Weights of the best epoch. */
  readonly model: string | null;
  readonly log: string | null;
  readonly diagnosis: CliDiagnosis | null;
  /** What the compiler changed or left out. */
  readonly findings: readonly CompilerFinding[];
  /** What stood in the way of the run. */
  readonly problems: readonly Problem[];
}

export interface CliDiagnosis {
  readonly title: string;
  readonly detail: string;
  readonly next: string;
  /** 1-based line of the log. */
  readonly logLine: number | null;
}

export const blankReport: TrainReport = {
  run: null,
  folder: null,
  state: null,
  exitCode: null,
  seconds: null,
  epochs: 0,
  epochsPlanned: 0,
  best: null,
  model: null,
  log: null,
  diagnosis: null,
  findings: [],
  problems: [],
};

export function reportOf(
  { record, folder }: ReportedRun,
  { status, curves }: Pick<Seen, 'status' | 'curves'>,
  diagnosis?: Diagnosis,
): TrainReport {
  const model = path.join(folder, weightsPath);
  const { best, key } = curves;
  return {
    ...blankReport,
    run: record.id,
    folder,
    state: status.state,
    exitCode: status.exitCode ?? null,
    seconds: status.started && status.ended ? status.ended - status.started : null,
    epochs: epochsDone(curves),
    epochsPlanned: curves.epochs,
    best: best && key !== undefined ? { metric: key, ...best } : null,
    model: existsSync(model) ? model : null,
    log: path.join(folder, 'job.log'),
    diagnosis: diagnosis ? cliDiagnosis(diagnosis) : null,
  };
}

const cliDiagnosis = ({ title, detail, next, logLine }: Diagnosis): CliDiagnosis => ({
  title,
  detail,
  next,
  logLine: logLine === undefined ? null : logLine + 1,
});

/** How it ended, for people: a success on stdout, a failure with its diagnosis on stderr. */
export function printEnd(report: TrainReport, { out, err }: Terminal): void {
  const { state, epochs, epochsPlanned, best, seconds, model, diagnosis } = report;
  const say = state === 'COMPLETED' ? out : err;
  const parts = [
    ...(epochsPlanned > 0 ? [t('{0} of {1} epochs', epochs, epochsPlanned)] : []), // else it never began
    ...(seconds === null ? [] : [duration(seconds)]),
    ...(best ? [t('best {0} {1} in epoch {2}', best.metric, round(best.value), best.epoch)] : []),
  ];
  say(`${state ?? ''}: ${parts.join(', ')}`);
  if (model !== null) say(t('  model {0}', model));
  if (diagnosis) printDiagnosis(diagnosis, report.log ?? '', say);
}

function printDiagnosis(
  { title, detail, next, logLine }: CliDiagnosis,
  log: string,
  say: Terminal['out'],
) {
  say(title);
  for (const line of detail.split('\n').filter(Boolean)) say(`  | ${line}`);
  say(next);
  say(t('  log {0}', logLine === null ? log : `${log}:${logLine}`));
}

/** What stands in the way of a run, each with the file to mend. */
export function printProblems(problems: readonly Problem[], err: Terminal['err']): void {
  for (const { message, file, line } of problems) {
    err(`mmar train: ${message}`);
    if (file !== undefined) err(`  ${file}${line === undefined ? '' : `:${line}`}`);
  }
}
