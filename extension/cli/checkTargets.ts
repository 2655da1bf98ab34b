import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { t } from '@vscode/l10n';
import { findMmars } from '../core/mmar/layout.ts';
import {
  bundleTargets,
  isBundleFolder,
  mmarTargets,
  targetOf,
  type CheckTarget,
} from '../io/checkFolder.ts';
import { WrongUse } from './commandLine.ts';
import { filesBelow, slashed } from './mmarFolder.ts';

/** The files that a given path means; throws `WrongUse` where it means none. */
export function targetsOf(given: string): CheckTarget[] {
  const place = slashed(path.resolve(given));
  if (!existsSync(place)) throw new WrongUse(t('{0} does not exist', given));
  if (!statSync(place).isDirectory()) return [targetOfFile(place)];
  const folder = path.posix.basename(place);
  if (folder === 'config' || (folder === 'configs' && isBundleFolder(path.posix.dirname(place))))
    return targetsOf(path.posix.dirname(place));
  const files = filesBelow(place, '', 8);
  const found = [
    ...findMmars(files).flatMap(root => mmarTargets(path.posix.join(place, root))),
    ...bundlesIn(files).flatMap(root => bundleTargets(path.posix.join(place, root))),
    ...files
      .filter(file => /(^|\/)\.mmar\/clusters\.yaml$/.test(file))
      .map(file => targetOf(path.posix.join(place, file), undefined)),
  ];
  if (found.length === 0)
    throw new WrongUse(
      t('{0} holds no MMAR (no config/ with its JSON files) and no MONAI Bundle', given),
    );
  return found;
}

const bundlesIn = (files: readonly string[]): string[] =>
  files
    .flatMap(file => /^(.*\/)?configs\/metadata\.json$/.exec(file)?.slice(1, 2) ?? [])
    .map(root => root ?? '');

/** A file in config/ or commands/ belongs to the MMAR around it. */
function targetOfFile(file: string): CheckTarget {
  const folder = path.posix.dirname(file);
  const isInside = ['config', 'configs', 'commands'].includes(path.posix.basename(folder));
  return targetOf(file, isInside ? path.posix.dirname(folder) : folder);
}
