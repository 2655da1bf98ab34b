import * as vscode from 'vscode';
import { Setting } from '../ids.ts';

type Key = 'localPython' | 'cluster';

export const settingId = (key: Key): string => `${Setting.section}.${Setting[key]}`;

/** Text of a setting; '' when it is not set. */
export function setting(key: Key): string {
  return configuration().get<string>(Setting[key]) ?? '';
}

export async function setSetting(key: Key, value: string): Promise<void> {
  await configuration().update(Setting[key], value, vscode.ConfigurationTarget.Workspace);
}

/** Of the first folder: there the runs and the cluster profiles lie. */
const configuration = (): vscode.WorkspaceConfiguration =>
  vscode.workspace.getConfiguration(
    Setting.section,
    vscode.workspace.workspaceFolders?.[0]?.uri ?? null,
  );
