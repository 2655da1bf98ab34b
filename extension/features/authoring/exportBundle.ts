import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import { toBundle, type Bundle } from '../../core/mmar/toBundle.ts';
import { readMmarConfigs, writeBundle } from '../../io/bundleFolder.ts';
import { mmarFiles } from '../../io/mmarFolder.ts';
import { withProgress } from '../command.ts';
import type { Chosen } from './pick.ts';

export interface ExportDeps {
  readonly log: vscode.LogOutputChannel;
  runtime(): Promise<string>;
}

/** Writes the MMAR as a MONAI Bundle into a folder of the user's choice, and says what became of it. */
export async function exportBundle(deps: ExportDeps, { mmar, uri }: Chosen): Promise<void> {
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
    const configs = await readMmarConfigs(uri.fsPath, trainConfig(mmar));
    const made = toBundle({ ...configs, runtime: await deps.runtime(), name: mmar.name });
    await writeBundle(made, await mmarFiles(uri.fsPath), target);
    return made;
  });
  for (const f of bundle.findings)
    deps.log.info(`${f.severity} ${f.source} ${f.path.join('.')}: ${f.message}`);
  await tell(target, bundle);
}

/** The usual name, else the first training config that there is. */
function trainConfig({ root, configs }: Chosen['mmar']): string {
  const trained = configs
    .filter(({ kind }) => kind === 'train')
    .map(({ path: file }) => (root === '' ? file : file.slice(root.length + 1)));
  const usual = 'config/config_train.json';
  return trained.includes(usual) ? usual : (trained[0] ?? usual);
}

async function tell(target: string, { findings, runnable }: Bundle): Promise<void> {
  const lost = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  const [show, open] = [t('Show Report'), t('Open Bundle')];
  const answer = await (runnable
    ? vscode.window.showInformationMessage(
        lost.length === 0
          ? t('{0} is written.', target)
          : t('{0} is written; {1} things have no counterpart there.', target, lost.length),
        show,
        open,
      )
    : vscode.window.showWarningMessage(
        t('{0} is written, but cannot train: the report says what is missing.', target),
        show,
        open,
      ));
  const report = vscode.Uri.file(path.join(target, 'docs', 'mapping.md'));
  if (answer === show) await vscode.commands.executeCommand('markdown.showPreview', report);
  if (answer === open)
    await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(target), {
      forceNewWindow: true,
    });
}
