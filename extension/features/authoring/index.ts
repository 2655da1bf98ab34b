import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { Command } from '../../ids.ts';
import { command, withProgress } from '../command.ts';
import { exportBundle } from './exportBundle.ts';
import { UserProblem } from '../reportError.ts';
import { configUri, pickMmar, type Chosen, type Given } from './pick.ts';
import { registerReports } from './reports.ts';
import { upgrade } from './upgrade.ts';

export interface AuthoringDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  mmars(): Promise<readonly Chosen[]>;
  runtime(): Promise<string>;
  /** Checks files of an MMAR whether they are open or not; resolves with the number of findings. */
  checkFiles(files: readonly vscode.Uri[], signal: AbortSignal): Promise<number>;
  /** Interpreter that makes the sample's data. */
  runPython(args: readonly string[], signal: AbortSignal): Promise<void>;
}

/** Commands about an MMAR as a whole: check, upgrade, export, get the sample. */
export function registerAuthoring(deps: AuthoringDeps): vscode.Disposable {
  const reports = registerReports();
  const about = (run: (chosen: Chosen) => Promise<void>) => async (given?: Given) => {
    const chosen = await pickMmar(() => deps.mmars(), given);
    if (chosen) await run(chosen);
  };
  return vscode.Disposable.from(
    reports,
    command(
      Command.check,
      about(chosen => check(deps, chosen)),
    ),
    command(
      Command.upgrade,
      about(chosen => upgrade({ reports, check: c => check(deps, c) }, chosen)),
    ),
    command(
      Command.exportBundle,
      about(chosen => exportBundle(deps, chosen)),
    ),
    command(Command.openSample, () => openSample(deps)),
    command(Command.openWalkthrough, async () => {
      await vscode.commands.executeCommand(
        'workbench.action.openWalkthrough',
        'mmar-workbench.mmar-workbench#start',
        false,
      );
    }),
    command(Command.showLog, () => deps.log.show()),
  );
}

async function check(deps: AuthoringDeps, chosen: Chosen): Promise<void> {
  const files = chosen.mmar.configs.map(config => configUri(chosen, config.path));
  const count = await withProgress(t('Checking {0}...', chosen.mmar.name), signal =>
    deps.checkFiles(files, signal),
  );
  if (count === 0) {
    await vscode.window.showInformationMessage(t('{0}: no findings.', chosen.mmar.name));
    return;
  }
  await vscode.commands.executeCommand('workbench.actions.view.problems');
}

/** Copies the sample to a folder of the user's, makes its data and opens it. */
async function openSample(deps: AuthoringDeps): Promise<void> {
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    openLabel: t('Put the Sample Here'),
    title: t('Folder for the sample'),
  });
  const parent = picked?.[0];
  if (!parent) return;
  const target = vscode.Uri.joinPath(parent, 'mmar-samples');
  if (await exists(target))
    throw new UserProblem(t('{0} is there already: choose another folder.', target.fsPath));
  try {
    await withProgress(t('Making the sample...'), (signal, report) =>
      makeSample(deps, target, signal, report),
    );
  } catch (error) {
    // the next try starts afresh
    if (await exists(target)) await vscode.workspace.fs.delete(target, { recursive: true });
    throw error;
  }
  await vscode.commands.executeCommand('vscode.openFolder', target);
}

async function makeSample(
  { extensionUri, runPython }: AuthoringDeps,
  target: vscode.Uri,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<void> {
  const at = (from: vscode.Uri, ...parts: string[]): vscode.Uri =>
    vscode.Uri.joinPath(from, ...parts);
  await vscode.workspace.fs.copy(at(extensionUri, 'samples', 'spleen'), at(target, 'spleen'));
  report(t('making volumes'));
  const script = at(extensionUri, 'samples', 'makePhantom.py').fsPath;
  await runPython([script, at(target, 'data', 'phantom').fsPath], signal);
}

const exists = (uri: vscode.Uri): Thenable<boolean> =>
  vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
