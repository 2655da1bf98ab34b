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

async function readCustom(root: vscode.Uri): Promise<Map<string, string>> {
  const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(root, 'custom'), '**/*.py');
  const files = await vscode.workspace.findFiles(pattern, '**/__pycache__/**', 500);
  const texts = new Map<string, string>();
  await Promise.all(
    files.map(async file => {
      texts.set(file.path, (await readText(file)) ?? '');
    }),
  );
  return texts;
}
