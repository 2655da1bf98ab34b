import * as vscode from 'vscode';
import { Setting } from '../ids.ts';

type Key = 'localPython' | 'cluster';
type AnyKey = Key | 'severity';

export const settingId = (key: AnyKey): string => `${Setting.section}.${Setting[key]}`;

/** Text of a setting; '' when it is not set. */
export function setting(key: Key): string {
  return configuration().get<string>(Setting[key]) ?? '';
}

/** Value of a setting that is no text, as the user wrote it. */
export const settingValue = (key: 'severity'): unknown =>
  configuration().get<unknown>(Setting[key]);

export async function setSetting(key: Key, value: string): Promise<void> {
  await configuration().update(Setting[key], value, vscode.ConfigurationTarget.Workspace);
}

/** Of the first folder: there the runs and the cluster profiles lie. */
const configuration = (): vscode.WorkspaceConfiguration =>
  vscode.workspace.getConfiguration(
    Setting.section,
    vscode.workspace.workspaceFolders?.[0]?.uri ?? null,
  );
