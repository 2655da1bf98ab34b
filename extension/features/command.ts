import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CommandId } from '../ids.ts';
import { reportError, UserProblem } from './reportError.ts';

/** The only way to register a command: every failure reaches the user once, through `reportError`. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- each command names the types of its own arguments
export function command<A extends unknown[]>(
  id: CommandId,
  run: (...args: A) => Promise<void> | void,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: A) => {
    try {
      await run(...args);
    } catch (error) {
      await reportError(error);
    }
  });
}

/** Progress with a Cancel button; the signal aborts when it is pressed. */
export async function withProgress<T>(
  title: string,
  run: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      return run(abort.signal, message => progress.report({ message }));
    },
  );
}

/** In Restricted Mode nothing of the workspace is run. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted)
    throw new UserProblem(t('This workspace is in Restricted Mode: trust it to run its Python.'), {
      label: t('Manage Trust'),
      run: () => vscode.commands.executeCommand('workbench.trust.manage'),
    });
}
