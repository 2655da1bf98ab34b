import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import type { KnownRun } from '../../core/runs/knownRun.ts';
import { matchPredictions } from '../../core/runs/predictions.ts';
import type { Machine } from '../../io/machine.ts';
import { isFile } from '../../io/mmarFolder.ts';
import { withProgress } from '../command.ts';
import { UserProblem } from '../reportError.ts';
import type { ChosenCase } from './pick.ts';

/** What is drawn over an image; `features/preview` opens it. */
export interface CaseOverlay {
  readonly uri: vscode.Uri;
  readonly role: 'label' | 'prediction';
  readonly labels?: Record<string, string>;
}
export type OpenVolume = (image: vscode.Uri, overlays: CaseOverlay[]) => Promise<void>;

interface CasesDeps {
  readonly cache: vscode.Uri;
  machineOf(cluster: string): Promise<Machine>;
  readonly openVolume: OpenVolume;
}

/** Opens the image of a case with its label and its prediction over it. */
export async function openCase(deps: CasesDeps, { run, index }: ChosenCase): Promise<void> {
  const entry = run.record.cases?.[index];
  if (!entry) throw new UserProblem(t('This run has no such case.'));
  if (!(await isFile(entry.image)))
    throw new UserProblem(t('The image {0} is no longer there.', entry.image));
  const prediction = await withProgress(t('Opening the case...'), signal =>
    findPrediction(deps, run, index, signal),
  );
  const labels = run.record.labels ? { ...run.record.labels } : undefined;
  const overlay = (file: string, role: CaseOverlay['role']): CaseOverlay => ({
    uri: vscode.Uri.file(file),
    role,
    ...(labels ? { labels } : {}),
  });
  const hasLabel = entry.label !== undefined && (await isFile(entry.label));
  await deps.openVolume(vscode.Uri.file(entry.image), [
    ...(hasLabel && entry.label !== undefined ? [overlay(entry.label, 'label')] : []),
    overlay(prediction, 'prediction'),
  ]);
}

/** The file of a prediction on this machine; that of another machine is fetched once. */
async function findPrediction(
  deps: CasesDeps,
  run: KnownRun,
  index: number,
  signal: AbortSignal,
): Promise<string> {
  const machine = await deps.machineOf(run.cluster);
  const files = await machine.results(run.record.id, 'eval', signal);
  const matched = matchPredictions(
    run.record.cases ?? [],
    files.map(f => f.path),
  )[index];
  if (matched === undefined)
    throw new UserProblem(t('This case has no prediction: see the log of the run.'));
  if (run.cluster === 'local') return path.join(run.folder, ...matched.split('/'));
  const into = path.join(deps.cache.fsPath, run.cluster, run.record.id);
  const file = path.join(into, ...matched.split('/'));
  if (!(await isFile(file))) await machine.fetch(run.record.id, [matched], into, signal);
  return file;
}
