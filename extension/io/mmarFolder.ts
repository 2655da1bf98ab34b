import { t } from '@vscode/l10n';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseConfig, valueOf } from '../core/config/parse.ts';
import type { MmarFile } from '../core/runs/planRun.ts';
import { RemoteError } from './errors.ts';

/** What travels with a run; `models/` and `eval/` are outputs, data lie elsewhere. */
const travelling = ['config', 'custom', 'commands', 'resources', 'docs'];
const skipped = /^(__pycache__|\.git|\.mypy_cache|\.pytest_cache|\.ipynb_checkpoints)$|\.py[co]$/;

/** The MMAR's own files, sorted by path. */
export async function mmarFiles(root: string): Promise<MmarFile[]> {
  const found: MmarFile[] = [];
  for (const folder of travelling) await walk(root, folder, found);
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(root: string, folder: string, found: MmarFile[]): Promise<void> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (skipped.test(entry.name)) continue;
    const below = `${folder}/${entry.name}`;
    const file = path.join(root, below);
    if (entry.isDirectory()) await walk(root, below, found);
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(file))))
      found.push({ path: below, file });
  }
}

export const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    s => s.isFile(),
    () => false,
  );

/** A JSON file's value; `problem` says where it is broken. Comments are tolerated, as in the editor. */
export async function readJsonFile(
  file: string,
): Promise<{ value: unknown; problem?: { message: string; offset: number } }> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new RemoteError('missing', t('{0} cannot be read.', file), why);
  });
  const doc = parseConfig(text);
  const first = doc.findings[0];
  if (!first) return { value: valueOf(doc) };
  const line = text.slice(0, first.range.offset).split('\n').length;
  return {
    value: valueOf(doc),
    problem: {
      message: t('{0}, line {1}: {2}', path.basename(file), line, first.message),
      offset: first.range.offset,
    },
  };
}

/** The first file of the MMAR of each kind that the compiler takes beside the training config. */
export async function readOptionalJson(file: string): Promise<unknown> {
  return (await isFile(file)) ? (await readJsonFile(file)).value : undefined;
}
