import path from 'node:path';
import { t } from '@vscode/l10n';
import type { LocatedFinding } from '../core/runs/preflight/locate.ts';
import { memoryText, verdict } from '../core/runs/preflight/markdown.ts';
import type {
  PreflightMemory,
  PreflightReport,
  PreflightStage,
} from '../core/runs/preflight/report.ts';
import type { Out } from './commandLine.ts';
import type { Problem } from './failure.ts';
import { slashed } from './mmarFolder.ts';

/** What `mmar preflight --json` prints. */
export interface PreflightDocument {
  /** No errors; false as well where it could not be run or broke off. */
  readonly ok: boolean;
  readonly seconds: number | null;
  readonly stages: readonly PreflightStage[];
  readonly memory: PreflightMemory | null;
  readonly findings: readonly {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly code: string;
    readonly severity: string;
    readonly message: string;
  }[];
  /** What stood in the way of the run. */
  readonly problems: readonly Problem[];
}

export const blankPreflight: PreflightDocument = {
  ok: false,
  seconds: null,
  stages: [],
  memory: null,
  findings: [],
  problems: [],
};

export const documentOf = (
  report: PreflightReport,
  findings: readonly LocatedFinding[],
): PreflightDocument => ({
  ...blankPreflight,
  ok: report.ok && report.finished,
  seconds: report.seconds,
  stages: report.stages,
  memory: report.memory ?? null,
  findings: findings.map(({ path: file, line, column, finding }) => ({
    path: fromHere(file),
    line,
    column,
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
  })),
});

export function printFound(
  report: PreflightReport,
  findings: readonly LocatedFinding[],
  out: Out,
): void {
  for (const found of documentOf(report, findings).findings)
    out(
      `${found.path}:${found.line}:${found.column} ${found.severity} ${found.code} ${found.message}`,
    );
  out(verdict(report, findings.length));
  if (report.memory) out(memoryText(report.memory));
}

/** What stands in the way before anything is run. */
export function printProblems(problems: readonly Problem[], out: Out): void {
  for (const { message, file, line = 1 } of problems)
    out(
      file === undefined
        ? message
        : `${fromHere(file)}:${line}:1 error preflight-prepare ${message}`,
    );
  out(t('Nothing was run.'));
}

const fromHere = (file: string): string => slashed(path.relative(process.cwd(), file) || file);
