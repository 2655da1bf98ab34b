import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Mmar } from '../../core/mmar/layout.ts';
import { isRunning, type KnownRun } from '../../core/runs/knownRun.ts';
import { Command } from '../../ids.ts';
import type { Machine } from '../../io/machine.ts';
import { prepareRun, type Target } from '../../io/prepare.ts';
import type { RunBook } from '../../io/runBook.ts';
import { command, requireTrust, withProgress } from '../command.ts';
import { UserProblem } from '../reportError.ts';
import { Problems } from './problems.ts';
import { ReportDocuments } from './reportDocuments.ts';
import { conclude } from './tell.ts';
import { waitForEnd } from './waitForEnd.ts';

/** What a command may be given: by the tree, by a URI of the explorer or editor, or nothing by the palette. */
export type Given =
  vscode.Uri | { readonly kind: string; readonly [key: string]: unknown } | undefined;

export interface ChosenTraining {
  readonly chosen: { readonly mmar: Mmar; readonly uri: vscode.Uri };
  readonly config: string;
}

export interface PreflightDeps {
  readonly book: RunBook;
  readonly log: vscode.LogOutputChannel;
  /** Name of the cluster that runs are submitted to. */
  cluster(): string;
  machineOf(cluster: string): Promise<Machine>;
  targetOf(cluster: string): Promise<Target>;
  pickTraining(given: Given): Promise<ChosenTraining | undefined>;
  pickRun(runs: readonly KnownRun[], given: Given, question: string): Promise<KnownRun | undefined>;
}

/** Tries a training out before a queue does, and shows what is wrong where it is wrong. */
export function registerPreflight(deps: PreflightDeps): vscode.Disposable {
  const problems = new Problems();
  const documents = new ReportDocuments(deps);
  const told = { ...deps, problems, documents };
  /** Runs whose end the command itself waits for. */
  const awaited = new Set<string>();
  return vscode.Disposable.from(
    problems,
    documents,
    command(Command.preflight, async (given?: Given) => {
      requireTrust();
      const training = await deps.pickTraining(given);
      if (!training) return; // the user stepped back
      await vscode.workspace.saveAll(false);
      const run = await preflight(deps, training, { problems, awaited });
      if (run) await conclude(told, run);
    }),
    command(Command.showPreflight, async (given?: Given) => {
      const ended = deps.book.all().filter(r => isPreflight(r) && !isRunning(r));
      if (ended.length === 0)
        throw new UserProblem(t('No preflight has ended yet: run MMAR: Preflight first.'));
      const run = await deps.pickRun(ended, given, t('Which preflight?'));
      if (run) await documents.show(run);
    }),
    // one that was started by an earlier window
    deps.book.onChange(ended => {
      for (const run of ended)
        if (isPreflight(run) && !awaited.has(run.record.id))
          conclude(told, run).catch((error: unknown) => deps.log.warn(String(error)));
    }),
  );
}

const isPreflight = (run: KnownRun): boolean => run.record.purpose === 'preflight';

interface Shown {
  readonly problems: Problems;
  readonly awaited: Set<string>;
}

/** Prepares, submits and waits; undefined when the user cancelled. */
async function preflight(
  deps: PreflightDeps,
  { chosen, config }: ChosenTraining,
  { problems, awaited }: Shown,
): Promise<KnownRun | undefined> {
  const { mmar, uri } = chosen;
  const cluster = deps.cluster();
  problems.clear(uri);
  return withProgress(t('Preflight of {0} on {1}', mmar.name, cluster), async (signal, report) => {
    report(t('checking files'));
    const request = { purpose: 'preflight', mmar: uri.fsPath, config } as const;
    const prepared = await prepareRun(request, await deps.targetOf(cluster), signal);
    if (!prepared.plan) {
      await problems.showPrepared(prepared, uri, config);
      throw preparedProblem(prepared.problems.length, prepared.problems[0]?.message ?? '');
    }
    const machine = await deps.machineOf(cluster);
    const onProgress = (sent: number, total: number): void =>
      report(t('{0} of {1} MB', (sent / 1e6).toFixed(1), (total / 1e6).toFixed(1)));
    const reported = await machine.submit(prepared.plan, { signal, onProgress });
    awaited.add(reported.record.id);
    const run = deps.book.add(cluster, reported);
    deps.log.info(`preflight ${run.record.id}: job ${run.status.jobId} on ${cluster}`);
    const ended = await waitForEnd(deps.book, run, { signal, report });
    if (!ended) deps.book.update(run, await cancel(machine, run));
    return ended;
  });
}

/** Cancelling goes on although the signal that asked for it is aborted. */
const cancel = (machine: Machine, run: KnownRun): ReturnType<Machine['cancel']> =>
  machine.cancel(run.record.id, AbortSignal.timeout(30_000));

function preparedProblem(count: number, first: string): UserProblem {
  const message = count > 1 ? t('{0} (and {1} more)', first, count - 1) : first;
  return new UserProblem(message, {
    label: t('Show Problems'),
    run: () => vscode.commands.executeCommand('workbench.actions.view.problems'),
  });
}
