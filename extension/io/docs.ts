import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadDocs, type CatalogDocs } from '../core/config/catalogDocs.ts';
import { RemoteError } from './errors.ts';
import { LocalTransport } from './local.ts';

/** Where the texts of an interpreter's packages are kept. */
export interface DocsPlace {
  readonly python: string;
  readonly folder: string;
}

export interface KeptDocs {
  readonly docs: CatalogDocs;
  /** Young enough not to be harvested again. */
  readonly isFresh: boolean;
}

const freshMs = 24 * 3600 * 1000;

/** What was harvested before; undefined: nothing, or nothing that can be read. */
export async function keptDocs(place: DocsPlace): Promise<KeptDocs | undefined> {
  const file = fileOf(place);
  try {
    const { mtimeMs } = await stat(file);
    return { docs: await read(file), isFresh: Date.now() - mtimeMs < freshMs };
  } catch {
    return undefined; // it can be made again
  }
}

/**
 * Reads the texts out of the packages that the interpreter has, without importing them. undefined where it has none of
 * MONAI, torch and ignite, or cannot be started.
 */
export async function harvestDocs({
  harvester,
  signal,
  ...place
}: DocsPlace & { harvester: string; signal: AbortSignal }): Promise<CatalogDocs | undefined> {
  const file = fileOf(place);
  await mkdir(place.folder, { recursive: true });
  // another window may harvest the same; whole files are moved into place
  const part = `${file.replace(/\.gz$/, '')}.${process.pid}.gz`;
  const argv = [place.python, harvester, 'docs', '-o', part];
  try {
    const { exitCode, stderr } = await new LocalTransport().exec(argv, { signal });
    if (exitCode !== 0)
      throw new RemoteError('no-python', stderr.trimEnd().split('\n').at(-1) ?? '', stderr);
    await rename(part, file);
    return await read(file);
  } finally {
    await rm(part, { force: true });
  }
}

const fileOf = ({ python, folder }: DocsPlace): string =>
  path.join(
    folder,
    `docs-${createHash('sha256').update(python).digest('hex').slice(0, 16)}.json.gz`,
  );

const read = async (file: string): Promise<CatalogDocs> =>
  loadDocs(gunzipSync(await readFile(file)).toString('utf8'));
