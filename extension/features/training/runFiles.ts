import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import type { KnownRun } from '../../core/runs/knownRun.ts';
import type { Machine } from '../../io/machine.ts';
import type { RunBook } from '../../io/runBook.ts';
import { withProgress } from '../command.ts';
import { UserProblem } from '../reportError.ts';

interface RunFilesDeps {
  /** Where results of other machines are kept. */
  readonly cache: vscode.Uri;
  readonly book: RunBook;
  readonly log: vscode.LogOutputChannel;
  machineOf(cluster: string): Promise<Machine>;
}

export async function openLog(
  deps: RunFilesDeps,
  run: KnownRun,
  line: number | undefined,
): Promise<void> {
  const file =
    run.cluster === 'local'
      ? path.join(run.folder, 'job.log')
      : await fetched(deps, run, ['job.log'], 'job.log');
  const document = await vscode.workspace.openTextDocument(file);
  const at = Math.min(line ?? document.lineCount - 1, document.lineCount - 1);
  const place = new vscode.Range(at, 0, at, 0);
  await vscode.window.showTextDocument(document, { selection: place, preview: true });
}

/** A file of a run on another machine, brought here. */
async function fetched(
  deps: RunFilesDeps,
  run: KnownRun,
  paths: string[],
  wanted: string,
): Promise<string> {
  const into = path.join(deps.cache.fsPath, run.cluster, run.record.id);
  await withProgress(t('Fetching from {0}...', run.cluster), async signal =>
    (await deps.machineOf(run.cluster)).fetch(run.record.id, paths, into, signal),
  );
  return path.join(into, wanted);
}

export async function revealRun(run: KnownRun): Promise<void> {
  if (run.cluster !== 'local') {
    const copy = t('Copy Path');
    const chosen = await vscode.window.showInformationMessage(`${run.cluster}:${run.folder}`, copy);
    if (chosen === copy) await vscode.env.clipboard.writeText(run.folder);
    return;
  }
  const uri = vscode.Uri.file(run.folder);
  // a browser has no file manager: the folder is shown in a window of its own there
  if (vscode.env.uiKind === vscode.UIKind.Desktop)
    await vscode.commands.executeCommand('revealFileInOS', uri);
  else await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
}

export async function fetchAll(deps: RunFilesDeps, run: KnownRun): Promise<void> {
  const files = await withProgress(t('Listing results...'), async signal => {
    const machine = await deps.machineOf(run.cluster);
    return [
      ...(await machine.results(run.record.id, 'eval', signal)),
      ...(await machine.results(run.record.id, 'models', signal)),
    ].filter(f => !f.path.includes('/resume/'));
  });
  if (files.length === 0) throw new UserProblem(t('{0} has no results yet.', run.record.id));
  const folder = await fetched(
    deps,
    run,
    files.map(f => f.path),
    '.',
  );
  deps.log.info(`fetched ${files.length} files of ${run.record.id}`);
  await vscode.window.showInformationMessage(t('{0} files are in {1}', files.length, folder));
}

export async function deleteRun(deps: RunFilesDeps, run: KnownRun): Promise<void> {
  const yes = t('Delete');
  const answer = await vscode.window.showWarningMessage(
    t('Delete run {0} with its models and predictions?', run.record.id),
    { modal: true, detail: t('This cannot be undone.') },
    yes,
  );
  if (answer !== yes) return;
  await withProgress(t('Deleting...'), async signal =>
    (await deps.machineOf(run.cluster)).remove(run.record.id, signal),
  );
  deps.book.forget(run);
}
