import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { t } from '@vscode/l10n';
import { parseConfig, valueOf } from '../core/config/parse.ts';
import { configKind } from '../core/mmar/kind.ts';
import { findMmars } from '../core/mmar/layout.ts';
import { WrongUse } from './commandLine.ts';

/** Absolute folder of the MMAR that an argument names; throws `WrongUse`. */
export function mmarFolder(given: string | undefined): string {
  if (given === undefined) throw new WrongUse(t('give the folder of an MMAR (--help)'));
  const folder = path.resolve(given);
  if (!existsSync(folder)) throw new WrongUse(t('{0} does not exist', given));
  if (!statSync(folder).isDirectory())
    throw new WrongUse(t('{0} is a file: give the folder of an MMAR', given));
  if (path.basename(folder) === 'config' && configNames(path.dirname(folder)).length > 0)
    return path.dirname(folder);
  if (configNames(folder).length > 0) return folder;
  const inner = findMmars(filesBelow(folder, '', 4)).map(root => path.join(given, root));
  throw new WrongUse(
    inner.length > 0
      ? t('{0} is no MMAR, but holds some: give one of them, as {1}', given, inner.join(', '))
      : t('{0} holds no MMAR (no config/ with its JSON files)', given),
  );
}

/**
 * The training config that `--config` names, with slashes and relative to the MMAR; it may be given so, by its
 * name in config/, or as a path from here, as a shell completes it. Throws `WrongUse`.
 */
export function trainConfig(mmar: string, given = 'config/config_train.json'): string {
  const places = [
    path.resolve(mmar, given),
    path.resolve(mmar, 'config', given),
    path.resolve(given),
  ];
  const found = places.find(isFile);
  const trains = configNames(mmar).filter(name => isTrain(path.join(mmar, 'config', name)));
  const offer =
    trains.length > 0
      ? t('It has: {0}', trains.map(name => `--config config/${name}`).join(', '))
      : t('It has none: add config/config_train.json.');
  if (found === undefined)
    throw new WrongUse(t('{0} has no {1}. {2}', path.basename(mmar), given, offer));
  const below = slashed(path.relative(mmar, found));
  if (below.startsWith('../') || path.isAbsolute(below))
    throw new WrongUse(
      t('{0} does not lie in {1}: a run takes the config of its MMAR', given, mmar),
    );
  if (!isTrain(found)) throw new WrongUse(t('{0} is no training config. {1}', below, offer));
  return below;
}

/** A broken one counts by its name: what is wrong with it is said when it is read. */
function isTrain(file: string): boolean {
  return configKind(slashed(file), valueOf(parseConfig(readText(file) ?? ''))) === 'train';
}

function configNames(mmar: string): string[] {
  try {
    return readdirSync(path.join(mmar, 'config'))
      .filter(name => /\.json$/i.test(name))
      .sort();
  } catch {
    return []; // no such folder
  }
}

/** Relative paths of all files, except those that findMmars would leave out. */
export function filesBelow(top: string, folder: string, depth: number): string[] {
  if (depth === 0) return [];
  let entries;
  try {
    entries = readdirSync(path.join(top, folder), { withFileTypes: true });
  } catch {
    return []; // a folder that may not be read
  }
  return entries.flatMap(entry => {
    const inner = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [inner];
    if (entry.name === '.mmar')
      return isFile(path.join(top, inner, 'clusters.yaml')) ? [`${inner}/clusters.yaml`] : [];
    if (['node_modules', 'dist', '.git', '__pycache__'].includes(entry.name)) return [];
    return filesBelow(top, inner, depth - 1);
  });
}

export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

export function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}

/** With `/` between folders; elsewhere than on Windows a backslash is a letter like any other. */
export function slashed(file: string): string {
  return path.sep === '\\' ? file.replaceAll('\\', '/') : file;
}
