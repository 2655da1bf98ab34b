import { copyFile, lstat, mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { t } from '@vscode/l10n';
import path from 'node:path';
import type { MmarFile } from '../core/runs/planRun.ts';
import { isValues } from '../core/mmar/kind.ts';
import type { Bundle, BundleCopy, MmarAbout } from '../core/mmar/toBundle.ts';
import { readAbout } from './aboutMmar.ts';
import { RemoteError } from './errors.ts';
import { isFile, readJsonFile } from './mmarFolder.ts';

/** What the compiler takes from an MMAR on disk. */
export interface MmarConfigs {
  readonly train: unknown;
  readonly validation: unknown;
  readonly inference: unknown;
  readonly environment: unknown;
  /** With it the bundle is complete: docs, license, logging, weights. */
  readonly about: MmarAbout;
}

/** Reads the configs of an MMAR; one that is broken is an error that names file and line. */
export async function readMmarConfigs(
  mmar: string,
  config = 'config/config_train.json',
): Promise<MmarConfigs> {
  const optional = async (name: string): Promise<unknown> => {
    const below = `config/${name}`;
    return (await isFile(path.join(mmar, below))) ? readValues(mmar, below) : undefined;
  };
  const train = await readValues(mmar, config);
  const validation = await optional('config_validation.json');
  const inference = await optional('config_inference.json');
  const environment = await optional('environment.json');
  const about = await readAbout({ mmar, config, train, environment });
  return { train, validation, inference, environment, about };
}

async function readValues(mmar: string, below: string): Promise<unknown> {
  const { value, problem } = await readJsonFile(path.join(mmar, below));
  if (problem) throw new RemoteError('refused', problem.message);
  if (!isValues(value))
    throw new RemoteError(
      'refused',
      t('{0} holds no JSON object. Correct it, then try again.', below),
    );
  return value;
}

/** Writes a bundle with the MMAR's own components beside it; the folder appears whole, or not at all. */
export async function writeBundle(
  bundle: Bundle,
  files: readonly MmarFile[],
  target: string,
): Promise<void> {
  if (await exists(target))
    throw new RemoteError('refused', t('{0} exists already: choose another folder.', target));
  const copies = [...bundle.copies, ...ownFiles(bundle, files)];
  const part = `${target}.${process.pid}.part`;
  let topmost: string | undefined; // of the folders that were not there
  try {
    topmost = await mkdir(part, { recursive: true });
    const place = async (below: string): Promise<string> => {
      const file = path.join(part, ...below.split('/'));
      await mkdir(path.dirname(file), { recursive: true });
      return file;
    };
    for (const { path: below, text } of bundle.files) await writeFile(await place(below), text);
    // what a link names comes along: the bundle goes where the MMAR is not
    for (const { path: below, file } of copies) await copyFile(file, await place(below));
    await rename(part, target);
  } catch (error) {
    await removeMade(part, topmost);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new RemoteError(
        'no-space',
        t('There is no space left for {0}: free some, or choose another folder.', target),
      );
    throw error;
  }
}

/** custom/ as scripts/, and what lies in docs/ beside the Readme; names may differ in case only. */
function ownFiles(bundle: Bundle, files: readonly MmarFile[]): BundleCopy[] {
  const taken = new Set(bundle.files.map(({ path: below }) => below.toLowerCase()));
  return files.flatMap(({ path: below, file }) => {
    const now = inBundle(below);
    if (now === undefined || now === 'scripts/__init__.py') return [];
    if (!taken.has(now.toLowerCase())) return [{ path: now, file }];
    if (!now.startsWith('scripts/')) return [];
    throw new RemoteError(
      'refused',
      t('{0} has the name of a file that the bundle needs for itself: rename it.', below),
    );
  });
}

const inBundle = (below: string): string | undefined =>
  below.startsWith('custom/')
    ? below.replace('custom/', 'scripts/')
    : below.startsWith('docs/')
      ? below
      : undefined;

/** Deletes what was begun, and the folders above that were made for it, unless others use them meanwhile. */
async function removeMade(part: string, topmost: string | undefined): Promise<void> {
  await rm(part, { recursive: true, force: true });
  if (topmost === undefined) return;
  for (let above = path.dirname(part); above.startsWith(topmost); above = path.dirname(above))
    await rmdir(above).catch(() => undefined);
}

const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );
