import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunAction } from '../../../webviews/protocol/run.ts';
import { Command, Context } from '../../ids.ts';
import { purposeName } from '../../core/runs/job.ts';
import { isRunning, type KnownRun } from '../../core/runs/knownRun.ts';
import type { Machine } from '../../io/machine.ts';
import { prepareRun, type Prepared, type RunRequest, type Target } from '../../io/prepare.ts';
import type { RunBook } from '../../io/runBook.ts';
import { command, requireTrust, withProgress } from '../command.ts';
import { UserProblem } from '../reportError.ts';
import { openCase, type OpenVolume } from './cases.ts';
import { pickList } from './lists.ts';
import {
  pickCase,
  pickMmar,
  pickRun,
  pickTrainConfig,
  pickTraining,
  type ChosenMmar,
  type Given,
} from './pick.ts';
import { deleteRun, fetchAll, openLog, revealRun } from './runFiles.ts';
import { RunPanels } from './runPanel.ts';
import { showStatus } from './statusBar.ts';

export interface TrainingDeps {
  readonly extensionUri: vscode.Uri;
  /** Where results of other machines are kept, so that they are fetched once. */
  readonly cache: vscode.Uri;
  readonly book: RunBook;
  readonly log: vscode.LogOutputChannel;
  mmars(): Promise<readonly ChosenMmar[]>;
  /** Whether there is any, as far as is known by now. */
  hasMmars(): boolean;
  onDidScan(listener: () => void): { dispose(): void };
  /** Name of the cluster that runs are submitted to. */
  cluster(): string;
  machineOf(cluster: string): Promise<Machine>;
  targetOf(cluster: string): Promise<Target>;
  readonly openVolume: OpenVolume;
}

/** Commands about runs: train, infer, watch, cancel, resume, look at results. */
export function registerTraining(deps: TrainingDeps): vscode.Disposable {
  const { book, log } = deps;
  const panels = new RunPanels({
    extensionUri: deps.extensionUri,
    book,
    machineOf: name => deps.machineOf(name),
    act: (action, run) =>
      void vscode.commands.executeCommand(commandOf[action], { kind: 'run', run }),
    openLog: (run, line) =>
      void vscode.commands.executeCommand(Command.openLog, { kind: 'run', run }, line),
    warn: message => log.warn(message),
  });
  const submit = makeSubmit(deps, panels);
  return vscode.Disposable.from(
    panels,
    showStatus(deps),
    book.onChange(ended => {
      setContexts(book);
      for (const run of ended) void tellEnd(run);
    }),
    command(Command.train, async (given?: Given) => {
      requireTrust();
      const training = await pickTraining(await deps.mmars(), given);
      if (!training) return; // the user stepped back
      const { chosen, config } = training;
      await submit(chosen, { purpose: 'train', mmar: chosen.uri.fsPath, config });
    }),
    command(Command.infer, async (given?: Given) => {
      requireTrust();
      await infer(deps, submit, given);
    }),
    command(Command.openRun, async (given?: Given) => {
      const run = await pickRun(book.all(), given, t('Which run?'));
      if (run) panels.show(run);
    }),
    command(Command.openCase, async (given?: Given) => {
      const chosen = await pickCase(book.all(), given);
      if (chosen) await openCase(deps, chosen);
    }),
    ...runCommands(deps),
  );
}

const commandOf: Record<RunAction, string> = {
  cancel: Command.cancelJob,
  resume: Command.resumeRun,
  infer: Command.infer,
  openLog: Command.openLog,
  openFolder: Command.revealRun,
};

type Submit = (chosen: ChosenMmar, request: RunRequest, cluster?: string) => Promise<void>;

/** Prepares, says what stands in the way or submits, and shows the run. */
function makeSubmit({ book, log, ...deps }: TrainingDeps, panels: RunPanels): Submit {
  return async (chosen, request, cluster = deps.cluster()) => {
    await vscode.workspace.saveAll(false);
    const run = await withProgress(
      t('Submitting {0} to {1}...', chosen.mmar.name, cluster),
      async (signal, report) => {
        report(t('checking'));
        const prepared = await prepareRun(request, await deps.targetOf(cluster), signal);
        const plan = planOf(prepared, log);
        const machine = await deps.machineOf(cluster);
        const reported = await machine.submit(plan, {
          signal,
          onProgress: (sent, total) =>
            report(t('{0} of {1} MB', megabytes(sent), megabytes(total))),
        });
        return book.add(cluster, reported);
      },
    );
    log.info(`run ${run.record.id}: job ${run.status.jobId} on ${cluster}`);
    panels.show(run);
  };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** The plan, or the first problem for the user with the place to mend it. */
function planOf(prepared: Prepared, log: vscode.LogOutputChannel): NonNullable<Prepared['plan']> {
  for (const f of prepared.findings)
    log.info(`${f.severity} ${f.source} ${f.path.join('.')}: ${f.message}`);
  if (prepared.plan) return prepared.plan;
  const [first, ...more] = prepared.problems;
  for (const p of prepared.problems) log.error(p.message);
  const message =
    more.length > 0
      ? t('{0} (and {1} more, see the log)', first?.message ?? '', more.length)
      : (first?.message ?? '');
  const file = first?.file;
  const line = Math.max(0, (first?.line ?? 1) - 1);
  throw new UserProblem(
    message,
    file === undefined
      ? undefined
      : {
          label: t('Open {0}', path.basename(file)),
          run: () =>
            vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), {
              selection: new vscode.Range(line, 0, line, 0),
            }),
        },
  );
}

async function infer(deps: TrainingDeps, submit: Submit, given: Given): Promise<void> {
  const chosen = await mmarOf(deps, given);
  if (!chosen) return;
  const own = deps.book.all().filter(r => r.record.mmarPath === chosen.uri.fsPath);
  const trained = own.filter(r => r.record.purpose === 'train' && !isRunning(r));
  const named = given && !(given instanceof vscode.Uri) && given.kind === 'run';
  const parent =
    trained.length === 0
      ? undefined
      : await pickRun(trained, named ? given : undefined, t('Whose model?'));
  if (trained.length > 0 && !parent) return;
  const list = await pickList(chosen);
  const config = parent?.record.config ?? (await pickTrainConfig(chosen, given));
  if (list === undefined || config === undefined) return;
  const request: RunRequest = {
    purpose: 'infer',
    mmar: chosen.uri.fsPath,
    config,
    list,
    ...(parent ? { parent: parent.record.id } : {}),
  };
  // the weights lie on the machine that trained them
  await submit(chosen, request, parent?.cluster ?? deps.cluster());
}

/** The MMAR of a given run, else as for every other command. */
async function mmarOf(deps: TrainingDeps, given: Given): Promise<ChosenMmar | undefined> {
  if (given && !(given instanceof vscode.Uri) && given.kind === 'run') {
    const { record } = given['run'] as KnownRun;
    const found = (await deps.mmars()).find(m => m.uri.fsPath === record.mmarPath);
    if (found) return found;
    throw new UserProblem(
      t('The MMAR of this run, {0}, is not in the workspace.', record.mmarPath),
    );
  }
  return pickMmar(await deps.mmars(), given);
}

function runCommands(deps: TrainingDeps): vscode.Disposable[] {
  const { book } = deps;
  return [
    command(Command.cancelJob, async (given?: Given) => {
      const run = await pickRun(book.live(), given, t('Cancel which run?'));
      if (!run) return;
      const status = await withProgress(t('Cancelling...'), async signal =>
        (await deps.machineOf(run.cluster)).cancel(run.record.id, signal),
      );
      book.update(run, status);
    }),
    command(Command.resumeRun, async (given?: Given) => {
      requireTrust();
      const ended = book.all().filter(r => !isRunning(r) && r.record.resumeCommand !== undefined);
      const run = await pickRun(ended, given, t('Resume which run?'));
      if (!run) return;
      const status = await withProgress(t('Resuming...'), async signal => {
        const target = await deps.targetOf(run.cluster);
        return (await deps.machineOf(run.cluster)).resume(run.record, target.python, signal);
      });
      book.update(run, status);
      await vscode.commands.executeCommand(Command.openRun, { kind: 'run', run });
    }),
    command(Command.openLog, async (given?: Given, line?: number) => {
      const run = await pickRun(book.all(), given, t('Whose log?'));
      if (run) await openLog(deps, run, line);
    }),
    command(Command.revealRun, async (given?: Given) => {
      const run = await pickRun(book.all(), given, t('Which run?'));
      if (run) await revealRun(run);
    }),
    command(Command.fetchResults, async (given?: Given) => {
      const run = await pickRun(book.all(), given, t('Fetch whose results?'));
      if (run) await fetchAll(deps, run);
    }),
    command(Command.deleteRun, async (given?: Given) => {
      const run = await pickRun(
        book.all().filter(r => !isRunning(r)),
        given,
        t('Delete which run?'),
      );
      if (run) await deleteRun(deps, run);
    }),
  ];
}

function setContexts(book: RunBook): void {
  void vscode.commands.executeCommand('setContext', Context.hasRuns, book.all().length > 0);
  void vscode.commands.executeCommand('setContext', Context.hasLiveRuns, book.live().length > 0);
}

/** One notice at the end, whatever it was. */
async function tellEnd(run: KnownRun): Promise<void> {
  if (run.record.purpose === 'preflight') return; // features/preflight tells what it found
  const { state } = run.status;
  const train = run.record.purpose === 'train';
  const open = t('Open Run');
  const next = state === 'COMPLETED' && train ? t('Infer') : undefined;
  const actions = next ? [next, open] : [open];
  const text = t('{0} {1}: {2}', purposeName(run.record.purpose), run.record.mmar, state);
  const show =
    state === 'COMPLETED' || state === 'CANCELLED'
      ? vscode.window.showInformationMessage
      : vscode.window.showErrorMessage;
  const chosen = await show(text, ...actions);
  if (chosen === open) await vscode.commands.executeCommand(Command.openRun, { kind: 'run', run });
  else if (chosen !== undefined)
    await vscode.commands.executeCommand(Command.infer, { kind: 'run', run });
}
