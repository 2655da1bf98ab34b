import * as vscode from 'vscode';
import type { CheckedKind } from '../../core/config/check.ts';
import { datalistOf } from '../../core/config/facts.ts';
import { parseConfig, valueOf } from '../../core/config/parse.ts';
import { configKind } from '../../core/mmar/kind.ts';
import { findMmars } from '../../core/mmar/layout.ts';
import { listFolder, readText } from './gatherFacts.ts';

/** To which MMAR or bundle a file belongs, and as what. A cluster profile belongs to none. */
export interface Owner {
  readonly kind: CheckedKind;
  readonly root: vscode.Uri | undefined;
}

export interface Owners {
  ownerOf(document: vscode.TextDocument): Promise<Owner | undefined>;
  /** An environment.json changed: look anew which datalists there are. */
  forget(): void;
}

export function createOwners(): Owners {
  let datalists: Promise<Map<string, vscode.Uri>> | undefined;
  return {
    forget: () => {
      datalists = undefined;
    },
    ownerOf: async document => {
      const { uri } = document;
      if (uri.path.endsWith('/.mmar/clusters.yaml')) return { kind: 'clusters', root: undefined };
      const root = vscode.Uri.joinPath(uri, '../..');
      const folder = uri.path.split('/').at(-2);
      if (folder === 'configs') return bundleConfig(uri, root);
      if (folder === 'commands' && uri.path.endsWith('.sh'))
        return (await isMmar(root)) ? { kind: 'script', root } : undefined;
      if (folder === 'config' && (await isMmar(root))) {
        const kind = configKind(uri.path, valueOf(parseConfig(document.getText())));
        return kind ? { kind, root } : undefined;
      }
      datalists ??= findDatalists();
      const named = (await datalists).get(uri.path);
      return named ? { kind: 'datalist', root: named } : undefined;
    },
  };
}

/** A bundle is known by its metadata.json, which is none of its configs. */
async function bundleConfig(uri: vscode.Uri, root: vscode.Uri): Promise<Owner | undefined> {
  if (!/\.(json|ya?ml)$/i.test(uri.path) || uri.path.endsWith('/metadata.json')) return undefined;
  const names = (await listFolder(vscode.Uri.joinPath(uri, '..'))).map(([name]) => name);
  return names.includes('metadata.json') ? { kind: 'bundle', root } : undefined;
}

async function isMmar(root: vscode.Uri): Promise<boolean> {
  const folders = (await listFolder(root))
    .filter(([, type]) => type & vscode.FileType.Directory)
    .map(([name]) => `${name}/_`);
  const configs = (await listFolder(vscode.Uri.joinPath(root, 'config'))).map(
    ([name]) => `config/${name}`,
  );
  return findMmars([...folders, ...configs]).includes('');
}

/** Path of a datalist -> root of the MMAR whose environment.json names it. */
async function findDatalists(): Promise<Map<string, vscode.Uri>> {
  const found = new Map<string, vscode.Uri>();
  const ignored = '**/{node_modules,.mmar,dist}/**';
  for (const file of await vscode.workspace.findFiles('**/config/environment.json', ignored)) {
    const root = vscode.Uri.joinPath(file, '../..');
    const path = datalistOf(root.path, (await readText(file)) ?? '');
    if (path !== undefined) found.set(path, root);
  }
  return found;
}
