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

export interface JsonProblem {
  /** Names the file and the line. */
  readonly message: string;
  /** 1-based. */
  readonly line: number;
}

/** A JSON file's value; `problem` says where it is broken. Comments are tolerated, as in the editor. */
export async function readJsonFile(
  file: string,
): Promise<{ value: unknown; problem?: JsonProblem }> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const doc = parseConfig(text);
  const first = doc.findings[0];
  if (!first) return { value: valueOf(doc) };
  const line = text.slice(0, first.range.offset).split('\n').length;
  const message = t('{0}, line {1}: {2}', path.basename(file), line, first.message);
  return { value: valueOf(doc), problem: { message, line } };
}

function unreadable(file: string, error: unknown): RemoteError {
  const why = error instanceof Error ? error.message : String(error);
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? new RemoteError('missing', t('{0} does not exist. Choose another config.', file), why)
    : new RemoteError('missing', t('{0} cannot be read: {1}', file, why), why);
}
