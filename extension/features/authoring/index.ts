import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { Command } from '../../ids.ts';
import { command, withProgress } from '../command.ts';
import { exportBundle } from './exportBundle.ts';
import { configUri, pickMmar, type Chosen, type Given } from './pick.ts';
import { registerReports } from './reports.ts';
import { upgrade } from './upgrade.ts';

export interface AuthoringDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  mmars(): Promise<readonly Chosen[]>;
  runtime(): Promise<string>;
  /** Checks files of an MMAR whether they are open or not; resolves with the number of findings. */
  checkFiles(files: readonly vscode.Uri[]): Promise<number>;
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
  const count = await deps.checkFiles(files);
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
  const source = vscode.Uri.joinPath(deps.extensionUri, 'samples');
  await withProgress(t('Making the sample...'), async (signal, report) => {
    await vscode.workspace.fs.copy(
      vscode.Uri.joinPath(source, 'spleen'),
      vscode.Uri.joinPath(target, 'spleen'),
      { overwrite: false },
    );
    report(t('making volumes'));
    const script = vscode.Uri.joinPath(source, 'makePhantom.py').fsPath;
    await deps.runPython([script, vscode.Uri.joinPath(target, 'data', 'phantom').fsPath], signal);
  });
  await vscode.commands.executeCommand('vscode.openFolder', target);
}
