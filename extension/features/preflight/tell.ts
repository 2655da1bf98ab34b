import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { diagnose } from '../../core/runs/diagnose.ts';
import type { KnownRun } from '../../core/runs/knownRun.ts';
import { memoryText, verdict } from '../../core/runs/preflight/markdown.ts';
import { Command } from '../../ids.ts';
import type { Machine } from '../../io/machine.ts';
import type { Problems } from './problems.ts';
import type { Found, ReportDocuments } from './reportDocuments.ts';

interface TellDeps {
  readonly problems: Problems;
  readonly documents: ReportDocuments;
  machineOf(cluster: string): Promise<Machine>;
}

/** Shows what an ended preflight found: in the Problems view, and in one message. */
export async function conclude(deps: TellDeps, run: KnownRun): Promise<void> {
  if (run.status.state === 'CANCELLED') return;
  const found = await deps.documents.read(run);
  if (!found) {
    await tellLost(deps, run);
    return;
  }
  deps.problems.show(vscode.Uri.file(run.record.mmarPath), found.findings);
  const [report, problems] = [t('Show Report'), t('Show Problems')];
  const text = `${t('Preflight of {0}', run.record.mmar)}: ${summary(found)}`;
  const { ok, finished } = found.report;
  const chosen =
    ok && finished
      ? await vscode.window.showInformationMessage(text, report)
      : await vscode.window.showErrorMessage(text, problems, report);
  if (chosen === report) await deps.documents.show(run);
  if (chosen === problems) await vscode.commands.executeCommand('workbench.actions.view.problems');
}

function summary({ report, findings }: Found): string {
  const memory =
    report.ok && report.finished && report.memory ? ` ${memoryText(report.memory)}` : '';
  return verdict(report, findings.length) + memory;
}

/** The job died before it could write anything down: its log says why. */
async function tellLost({ machineOf }: TellDeps, run: KnownRun): Promise<void> {
  const machine = await machineOf(run.cluster);
  const from = Math.max(0, run.status.logSize - 200_000);
  const { text } = await machine.read(run.record.id, 'job.log', from, AbortSignal.timeout(60_000));
  const why = diagnose(run.status, text)?.title ?? run.status.reason;
  const open = t('Open Run');
  const message = t('Preflight of {0} ended without a report: {1}', run.record.mmar, why);
  if ((await vscode.window.showErrorMessage(message, open)) === open)
    await vscode.commands.executeCommand(Command.openRun, { kind: 'run', run });
}
