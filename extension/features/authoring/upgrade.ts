import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ConfigKind } from '../../core/mmar/kind.ts';
import { upgradeMmar, type UpgradedFile, type UpgradeTarget } from '../../core/mmar/upgrade.ts';
import { targetName, upgradeReport } from '../../core/mmar/upgrade/report.ts';
import { sureEdits } from '../../core/mmar/upgrade/sureness.ts';
import { belowMmar, configUri, type Chosen } from './pick.ts';
import type { Reports } from './reports.ts';

export interface UpgradeDeps {
  readonly reports: Reports;
  check(chosen: Chosen): Promise<void>;
}

const upgradable: ReadonlySet<ConfigKind> = new Set([
  ...(['train', 'validation', 'inference', 'environment', 'aiaa'] as const),
  ...(['automl', 'fed', 'pipeline'] as const),
]);

/** A config in the editor, with what is not saved yet. */
interface Opened {
  readonly document: vscode.TextDocument;
  readonly file: UpgradedFile;
}

/** Upgrades the configs of an MMAR as a refactoring that VS Code shows first; nothing changes until Apply. */
export async function upgrade(deps: UpgradeDeps, chosen: Chosen): Promise<void> {
  const target = await pickTarget(chosen);
  if (!target) return;
  const opened = await upgradeOpened(chosen, target);
  const { name } = chosen.mmar;
  const show = async (): Promise<void> => {
    const files = opened.map(({ file }) => file);
    await deps.reports.show(t('Upgrade of {0}', name), upgradeReport(name, files, target));
  };
  const changing = opened.filter(({ file }) => file.edits.length > 0);
  const gaps = opened.flatMap(({ file }) => file.gaps).length;
  if (changing.length === 0) {
    await offer(nothingToDo(name, target, gaps), [[t('Show Report'), show]]);
    return;
  }
  const before = changing.map(({ document }) => ({
    document,
    text: document.getText(),
    isDirty: document.isDirty,
  }));
  void offer(lookFirst(name, changing, gaps), [[t('Show Report'), show]]);
  await vscode.workspace.applyEdit(refactoring(changing, target), { isRefactoring: true });
  // a refactoring that is discarded counts as applied, too
  const changed = before.filter(({ document, text }) => document.getText() !== text);
  if (changed.length === 0) return;
  // what the user had not saved before stays so
  for (const { document, isDirty } of changed) if (!isDirty) await document.save();
  await offer(t('{0} is upgraded to {1}.', name, targetName(target)), [
    [t('Check'), () => deps.check(chosen)],
    [t('Show Report'), show],
  ]);
}

async function pickTarget({ mmar }: Chosen): Promise<UpgradeTarget | undefined> {
  const items: (vscode.QuickPickItem & { target: UpgradeTarget })[] = [
    {
      target: '4.1',
      label: targetName('4.1'),
      detail: t('Everything that 4.0 hands over by itself is written out; the components stay.'),
    },
    {
      target: 'monai',
      label: targetName('monai'),
      detail: t('The same, and components and arguments by the names that they have today.'),
    },
  ];
  const placeHolder = t('Upgrade {0}, of dialect {1}, to', mmar.name, mmar.dialect);
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.target;
}

async function upgradeOpened(chosen: Chosen, target: UpgradeTarget): Promise<Opened[]> {
  const paths = chosen.mmar.configs
    .filter(({ kind }) => upgradable.has(kind))
    .map(({ path }) => path);
  const documents = await Promise.all(
    paths.map(path => vscode.workspace.openTextDocument(configUri(chosen, path))),
  );
  const sources = documents.map((document, i) => ({
    path: belowMmar(chosen.mmar, paths[i] ?? ''),
    text: document.getText(),
  }));
  return upgradeMmar(sources, target).flatMap((file, i) => {
    const document = documents[i];
    return document ? [{ document, file }] : [];
  });
}

/**
 * VS Code opens its preview when something needs confirmation, and leaves just that unchecked. The files must change
 * together, so what needs it is to make a file that is there already: that does nothing, and is not listed.
 */
function refactoring(changing: readonly Opened[], target: UpgradeTarget): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const description = t('Upgrade to {0}', targetName(target));
  const about = (needsConfirmation: boolean, label: string): vscode.WorkspaceEditEntryMetadata => ({
    needsConfirmation,
    label,
    description,
  });
  const labels = { certain: t('Means the same'), check: t('Please check') };
  const [first] = changing;
  if (first)
    edit.createFile(first.document.uri, { ignoreIfExists: true }, about(true, labels.certain));
  for (const { document, file } of changing)
    for (const { range, text, confidence } of sureEdits(file)) {
      const place = new vscode.Range(
        document.positionAt(range.offset),
        document.positionAt(range.offset + range.length),
      );
      edit.replace(document.uri, place, text, about(false, labels[confidence]));
    }
  return edit;
}

const nothingToDo = (name: string, target: UpgradeTarget, gaps: number): string =>
  gaps === 0
    ? t('{0}: nothing is to be changed for {1}.', name, targetName(target))
    : t(
        '{0}: nothing can be changed for {1}; {2} things are left.',
        name,
        targetName(target),
        gaps,
      );

function lookFirst(name: string, changing: readonly Opened[], gaps: number): string {
  const places = changing.flatMap(({ file }) => file.edits).length;
  const names = changing.map(({ file }) => file.path.split('/').at(-1) ?? '').join(', ');
  const what = t('{0}: {1} changes in {2}.', name, places, names);
  const left = gaps === 0 ? '' : ` ${t('{0} things are left to do by hand.', gaps)}`;
  return `${what}${left} ${t('Look at them in Refactor Preview, then choose Apply.')}`;
}

/** A message with what can be done next. */
async function offer(
  message: string,
  steps: readonly (readonly [label: string, run: () => Promise<void>])[],
): Promise<void> {
  const answer = await vscode.window.showInformationMessage(
    message,
    ...steps.map(([label]) => label),
  );
  await steps.find(([label]) => label === answer)?.[1]();
}
