import path from 'node:path';
import * as vscode from 'vscode';
import { Hosts } from '../../io/hosts.ts';
import { setting } from '../settings.ts';
import { confirmHostKey, readProfiles } from './index.ts';

export interface HostsDeps {
  /** The extension's `remote/` folder. */
  readonly program: string;
  readonly ownKnownHosts: string;
  readonly log: vscode.LogOutputChannel;
  /** Source of the bundles' runtime module. */
  runtime(): Promise<string>;
}

/** The machines of the workspace: this one, and those of its cluster profiles. */
export const createHosts = ({ log, ...shipped }: HostsDeps): Hosts =>
  new Hosts({
    ...shipped,
    localRoot,
    localPython,
    profileOf: async name => (await readProfiles()).find(profile => profile.name === name),
    confirmHostKey,
    log: message => log.debug(message),
  });

export const localPython = (): string => setting('localPython') || 'python3';

/** Where the runs of this machine lie: beside what made them. */
function localRoot(): string | undefined {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  return folder && path.join(folder.uri.fsPath, '.mmar');
}
