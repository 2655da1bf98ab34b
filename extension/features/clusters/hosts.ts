import path from 'node:path';
import * as vscode from 'vscode';
import { Hosts } from '../../io/hosts.ts';
import { setting } from '../settings.ts';
import { askPassphrase, confirmHostKey, readProfiles } from './index.ts';

interface HostsDeps {
  /** The extension's `remote/` folder. */
  readonly program: string;
  /** File of our own for host keys that the user confirmed. */
  readonly ownKnownHosts: string;
  readonly log: vscode.LogOutputChannel;
  runtime(): Promise<string>;
}

/** The machines that runs can be on, by settings and profiles of the workspace. */
export const createHosts = ({ log, ...shipped }: HostsDeps): Hosts =>
  new Hosts({
    ...shipped,
    localRoot,
    localPython,
    profileOf: async name => (await readProfiles()).find(profile => profile.name === name),
    confirmHostKey,
    passphrase: askPassphrase,
    log: message => log.debug(message),
  });

/** Interpreter for runs on this machine. */
export const localPython = (): string => setting('localPython') || 'python3';

/** Where the runs of this machine lie: beside what made them. */
function localRoot(): string | undefined {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  return folder && path.join(folder.uri.fsPath, '.mmar');
}
