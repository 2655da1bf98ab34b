// Where things are: the repository, the cache that all checkouts share, and the outputs of this checkout.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const outDir = path.join(root, 'out');

/** The cache folder, made if absent. Everything in it can be deleted at any time. */
export function cacheDir() {
  const base = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const dir = path.join(base, 'mmar-workbench');
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** A short name for content: the same content gets the same folder in the cache. */
export function shortHash(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 12);
}
