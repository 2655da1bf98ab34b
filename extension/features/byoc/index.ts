import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { Command } from '../../ids.ts';
import { command } from '../command.ts';
import { UserProblem } from '../reportError.ts';
import { stepBack } from './ask.ts';
import { newComponent, type ChosenMmar } from './newComponent.ts';
import { newMmar } from './newMmar.ts';

export interface ByocDeps {
  mmars(): Promise<readonly ChosenMmar[]>;
}

/** Commands that write what an engineer would otherwise copy: components and whole MMARs. */
export function registerByoc({ mmars }: ByocDeps): vscode.Disposable {
  return vscode.Disposable.from(
    command(Command.newComponent, async (given?: { found?: ChosenMmar }) =>
      newComponent(given?.found ?? (await pickMmar(await mmars()))),
    ),
    command(Command.newMmar, newMmar),
  );
}

/** That of the active file, the only one, or the user's choice. */
async function pickMmar(all: readonly ChosenMmar[]): Promise<ChosenMmar> {
  const file = vscode.window.activeTextEditor?.document.uri.path;
  const own = all.find(({ uri }) => file?.startsWith(`${uri.path}/`) === true);
  const [first] = all;
  if (!first)
    throw new UserProblem(t('There is no MMAR in this workspace: open a folder that has one.'), {
      label: t('New MMAR'),
      run: () => vscode.commands.executeCommand(Command.newMmar),
    });
  if (own ?? all.length === 1) return own ?? first;
  const items = all.map(m => ({ label: m.mmar.name, description: m.mmar.root, m }));
  const placeHolder = t('In which MMAR?');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.m ?? stepBack();
}
