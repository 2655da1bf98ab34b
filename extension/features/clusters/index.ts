import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { parseClusters, type ClusterProfile } from '../../core/cluster/profile.ts';
import { Command } from '../../ids.ts';
import { localCluster } from '../../io/hosts.ts';
import { command } from '../command.ts';
import { UserProblem } from '../reportError.ts';
import { setSetting, setting } from '../settings.ts';

/** Written when the user edits profiles for the first time. */
const template = `# Clusters that runs can be submitted to, next to "local" (this machine).
# Choose one with "MMAR: Select Cluster".
clusters:
  mycluster:
    host: login.example.org # or a Host of ~/.ssh/config, which then says the rest
    user: alice
    # identityFile: ~/.ssh/id_ed25519
    scheduler: slurm
    root: ~/mmar # runs and uploads, on a file system that the compute nodes see
    python: /path/to/environment/bin/python # has torch and MONAI
    partition: gpu
    gpus: 1
    time: "04:00:00"
`;

const fileOf = (): vscode.Uri | undefined => {
  const folder = vscode.workspace.workspaceFolders?.[0];
  return folder && vscode.Uri.joinPath(folder.uri, '.mmar', 'clusters.yaml');
};

/** The profiles of the workspace; none without a file. What is wrong in it is underlined there. */
export async function readProfiles(): Promise<readonly ClusterProfile[]> {
  const file = fileOf();
  if (!file) return [];
  try {
    const bytes = await vscode.workspace.fs.readFile(file);
    return parseClusters(new TextDecoder().decode(bytes)).profiles;
  } catch {
    return []; // there is no such file yet
  }
}

/** Name of the cluster that runs go to. */
export const chosenCluster = (): string => setting('cluster') || localCluster;

/** Choosing and editing clusters. */
export function registerClusters(): vscode.Disposable {
  return vscode.Disposable.from(
    command(Command.selectCluster, selectCluster),
    command(Command.editClusters, editClusters),
  );
}

async function selectCluster(): Promise<void> {
  const profiles = await readProfiles();
  const edit = { label: `$(gear) ${t('Edit cluster profiles')}`, name: undefined };
  const items = [
    { label: localCluster, description: t('this machine'), name: localCluster },
    ...profiles.map(p => ({
      label: p.name,
      description: [p.host, p.scheduler, p.partition].filter(Boolean).join(' · '),
      name: p.name,
    })),
    edit,
  ];
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: t('Submit runs to which cluster?'),
  });
  if (!picked) return;
  if (picked.name === undefined) await editClusters();
  else await setSetting('cluster', picked.name);
}

async function editClusters(): Promise<void> {
  const file = fileOf();
  if (!file) throw new UserProblem(t('Open a folder first: cluster profiles belong to it.'));
  try {
    await vscode.workspace.fs.stat(file);
  } catch {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(template));
  }
  await vscode.window.showTextDocument(file);
}

/** Asks whether a host key that nobody has seen before is the right one. */
export async function confirmHostKey(
  host: string,
  type: string,
  fingerprint: string,
): Promise<boolean> {
  const yes = t('Trust This Host');
  const answer = await vscode.window.showWarningMessage(
    t('{0} is not a known host.', host),
    {
      modal: true,
      detail: t(
        'Its {0} key has the fingerprint\n{1}\nCompare it with what the centre publishes before you trust it.',
        type,
        fingerprint,
      ),
    },
    yes,
  );
  return answer === yes;
}

/** Asks for the passphrase of a key file; undefined when the user gives none. */
export async function askPassphrase(file: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: t('Passphrase of {0}', file),
    prompt: t('It is kept until this window closes.'),
    password: true,
    ignoreFocusOut: true,
  });
}
