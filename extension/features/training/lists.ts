import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { UserProblem } from '../reportError.ts';
import type { ChosenMmar } from './pick.ts';

/** Lists that hold what a model has not learned from come first. */
const held = ['test', 'testing', 'validation'];

/** The list of the datalist to predict, with the numbers of cases. */
export async function pickList({ mmar }: ChosenMmar): Promise<string | undefined> {
  const lists = mmar.datalists[0]?.lists.filter(l => l.count > 0) ?? [];
  if (lists.length === 0)
    throw new UserProblem(t('The datalist of {0} has no cases to predict.', mmar.name));
  const rank = (name: string): number => (held.includes(name) ? held.indexOf(name) : held.length);
  const items = lists
    .toSorted((a, b) => rank(a.name) - rank(b.name))
    .map(l => ({ label: l.name, description: t('{0} cases', l.count) }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: t('Predict which cases?'),
  });
  return picked?.label;
}
