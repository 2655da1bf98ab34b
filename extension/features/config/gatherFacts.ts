import * as vscode from 'vscode';
import { makeFacts, noFacts, type Facts } from '../../core/config/facts.ts';
import type { Finding } from '../../core/config/finding.ts';

/** As many requests at once as a remote file system takes gladly. */
const atOnce = 32;

/**
 * Runs checks that ask synchronously which files exist: what they ask for is looked up, and they
 * run again. Every file is looked up once.
 */
export async function gatherFacts(
  file: vscode.Uri,
  root: vscode.Uri | undefined,
  check: (facts: Facts) => Promise<Finding[]>,
): Promise<Finding[]> {
  if (!root) return check(noFacts);
  const exists = new Map<string, boolean>();
  const asked = new Set<string>();
  const facts = makeFacts({
    root: root.path,
    environment: await readText(vscode.Uri.joinPath(root, 'config/environment.json')),
    custom: await readCustom(root),
    file: file.path,
    fileExists: path => {
      const known = exists.get(path);
      if (known === undefined) asked.add(path);
      return known;
    },
  });
  const findings = await check(facts);
  if (asked.size === 0) return findings;
  const paths = [...asked];
  for (let from = 0; from < paths.length; from += atOnce)
    await Promise.all(
      paths.slice(from, from + atOnce).map(async path => {
        exists.set(path, await isThere(root, path));
      }),
    );
  return check(facts);
}

/** A file as the user sees it: the unsaved text where it is open. undefined: no such file. */
export async function readText(uri: vscode.Uri): Promise<string | undefined> {
  const key = uri.toString();
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === key);
  if (open) return open.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

async function isThere(root: vscode.Uri, path: string): Promise<boolean> {
  try {
    const rooted = path.startsWith('/') ? path : `/${path}`; // C:/data
    await vscode.workspace.fs.stat(root.with({ path: rooted }));
    return true;
  } catch {
    return false;
  }
}

/** Modules of custom/: path -> text. */
async function readCustom(root: vscode.Uri): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const visit = async (folder: vscode.Uri, depth: number): Promise<void> => {
    for (const [name, type] of await listFolder(folder)) {
      const uri = vscode.Uri.joinPath(folder, name);
      if (type & vscode.FileType.Directory) {
        if (depth > 0 && name !== '__pycache__') await visit(uri, depth - 1);
      } else if (name.endsWith('.py')) texts.set(uri.path, (await readText(uri)) ?? '');
    }
  };
  await visit(vscode.Uri.joinPath(root, 'custom'), 8);
  return texts;
}

/** What is in a folder; nothing where there is none. */
export async function listFolder(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}
