import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { Command } from '../ids.ts';
import { RemoteError, type RemoteErrorKind } from '../io/errors.ts';
import { settingId } from './settings.ts';

interface NextStep {
  readonly label: string;
  run(): Thenable<unknown>;
}

/** Something that the user wrote stands in the way: what, and where to go to mend it. */
export class UserProblem extends Error {
  override readonly name = 'UserProblem';
  constructor(
    message: string,
    readonly step?: NextStep,
  ) {
    super(message);
  }
}

const execute = (id: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(id, ...args);

const showLog = (): NextStep => ({
  label: t('Show Log'),
  run: () => execute(Command.showLog),
});
const editProfile = (): NextStep => ({
  label: t('Edit Cluster Profiles'),
  run: () => execute(Command.editClusters),
});
const choosePython = (): NextStep => ({
  label: t('Choose Python'),
  run: () => execute('workbench.action.openSettings', settingId('localPython')),
});

/** What to do about each kind of failure. */
const nextStep: Record<RemoteErrorKind, () => NextStep> = {
  unreachable: editProfile,
  'host-key': editProfile,
  login: editProfile,
  'no-python': choosePython,
  'no-space': showLog,
  'no-scheduler': editProfile,
  refused: showLog,
  missing: showLog,
  'bad-reply': showLog,
};

let log: vscode.LogOutputChannel | undefined;

/** Where details of failures go; `main.ts` names it once. */
export function reportErrorsTo(channel: vscode.LogOutputChannel): void {
  log = channel;
}

/** Tells the user once, with a next step; a cancelled operation needs no telling. */
export async function reportError(error: unknown): Promise<void> {
  if (error instanceof vscode.CancellationError) return;
  if (error instanceof Error && error.name === 'AbortError') return;
  const message = error instanceof Error ? error.message : String(error);
  const detail = error instanceof RemoteError ? error.detail : stackOf(error);
  log?.error(detail ? `${message}\n${detail}` : message);
  const step = stepFor(error);
  const chosen = await vscode.window.showErrorMessage(message, step.label);
  if (chosen === step.label) await step.run();
}

function stepFor(error: unknown): NextStep {
  if (error instanceof RemoteError) return nextStep[error.kind]();
  if (error instanceof UserProblem && error.step) return error.step;
  return showLog();
}

const stackOf = (error: unknown): string =>
  error instanceof Error && !(error instanceof UserProblem) ? (error.stack ?? '') : '';
