import { decodeReport, type PreflightReport } from '../core/runs/preflight/report.ts';
import { reportFile } from '../core/runs/preflight/plan.ts';
import type { Machine } from './machine.ts';

/** The report of a preflight; undefined where it left none that can be read. */
export async function readReport(
  machine: Machine,
  runId: string,
  signal: AbortSignal,
): Promise<PreflightReport | undefined> {
  let whole = '';
  for (let offset = 0; ;) {
    const { text, next } = await machine.read(runId, reportFile, offset, signal);
    whole += text;
    if (next === offset) return decodeReport(whole);
    offset = next;
  }
}
