import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Mmar } from '../../core/mmar/layout.ts';
import { toBundle, type Bundle } from '../../core/mmar/toBundle.ts';
import { Command } from '../../ids.ts';
import { readMmarConfigs, writeBundle } from '../../io/bundleFolder.ts';
import { mmarFiles } from '../../io/mmarFolder.ts';
import { command, withProgress } from '../command.ts';
import { UserProblem } from '../reportError.ts';

interface Chosen {
  readonly mmar: Mmar;
  readonly uri: vscode.Uri;
}

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

/** Commands about an MMAR as a whole: check, export, get the sample. */
export function registerAuthoring(deps: AuthoringDeps): vscode.Disposable {
  return vscode.Disposable.from(
    command(Command.check, async (given?: Given) => {
      const chosen = await pick(deps, given);
      if (chosen) await check(deps, chosen);
    }),
    command(Command.exportBundle, async (given?: Given) => {
      const chosen = await pick(deps, given);
      if (chosen) await exportBundle(deps, chosen);
    }),
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

/** By the tree an object, by a lens of the editor the file. */
type Given = vscode.Uri | { found?: Chosen };

async function pick(deps: AuthoringDeps, given: Given | undefined): Promise<Chosen | undefined> {
  if (given && !(given instanceof vscode.Uri) && given.found) return given.found;
  const all = await deps.mmars();
  const file = given instanceof vscode.Uri ? given.path : undefined;
  const around = all.find(({ uri }) => file?.startsWith(`${uri.path}/`));
  if (around) return around;
  if (all.length === 0)
    throw new UserProblem(t('There is no MMAR in this workspace: open a folder that has one.'));
  if (all.length === 1) return all[0];
  const items = all.map(m => ({ label: m.mmar.name, description: m.mmar.root, m }));
  return (await vscode.window.showQuickPick(items, { placeHolder: t('Which MMAR?') }))?.m;
}

async function check(deps: AuthoringDeps, { mmar, uri }: Chosen): Promise<void> {
  const below = (file: string): string =>
    mmar.root === '' ? file : file.slice(mmar.root.length + 1);
  const files = mmar.configs.map(c => vscode.Uri.joinPath(uri, ...below(c.path).split('/')));
  const count = await deps.checkFiles(files);
  if (count === 0) {
    await vscode.window.showInformationMessage(t('{0}: no findings.', mmar.name));
    return;
  }
  await vscode.commands.executeCommand('workbench.actions.view.problems');
}

async function exportBundle(deps: AuthoringDeps, { mmar, uri }: Chosen): Promise<void> {
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    openLabel: t('Export Here'),
    title: t('Folder for the MONAI Bundle of {0}', mmar.name),
  });
  const parent = picked?.[0];
  if (!parent) return;
  const target = path.join(parent.fsPath, `${mmar.name}_bundle`);
  const bundle = await withProgress(t('Exporting {0}...', mmar.name), async (): Promise<Bundle> => {
    const configs = await readMmarConfigs(uri.fsPath);
    const made = toBundle({ ...configs, runtime: await deps.runtime(), name: mmar.name });
    await writeBundle(made, await mmarFiles(uri.fsPath), target);
    return made;
  });
  for (const f of bundle.findings)
    deps.log.info(`${f.severity} ${f.source} ${f.path.join('.')}: ${f.message}`);
  const show = t('Show Findings');
  const answer = await vscode.window.showInformationMessage(
    t('{0} is written, with {1} findings.', target, bundle.findings.length),
    ...(bundle.findings.length > 0 ? [show] : []),
  );
  if (answer === show) deps.log.show();
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
