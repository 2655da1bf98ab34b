import * as vscode from 'vscode';
import { Setting } from '../ids.ts';

type Key = 'localPython' | 'cluster';

export const settingId = (key: Key): string => `${Setting.section}.${Setting[key]}`;

/** Text of a setting; '' when it is not set. */
export function setting(key: Key): string {
  return vscode.workspace.getConfiguration(Setting.section).get<string>(Setting[key]) ?? '';
}

export async function setSetting(key: Key, value: string): Promise<void> {
  await vscode.workspace
    .getConfiguration(Setting.section)
    .update(Setting[key], value, vscode.ConfigurationTarget.Workspace);
}
