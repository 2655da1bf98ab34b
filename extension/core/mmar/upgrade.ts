import { t } from '@vscode/l10n';
import type { TextEdit } from '../config/finding.ts';
import { parseConfig, valueOf } from '../config/parse.ts';
import type { JsonObject } from './bundle/json.ts';
import { configKind, isValues, type ConfigKind } from './kind.ts';
import { isImplicit, makeExplicit } from './upgrade/explicit.ts';
import { UpgradeBook, type UpgradeGap, type UpgradeNote } from './upgrade/notes.ts';
import { Origins } from './upgrade/origins.ts';
import type { Work } from './upgrade/part.ts';
import { applyEdits } from './upgrade/textEdits.ts';
import { byocIn, markToday, useToday } from './upgrade/today.ts';
import { editsFor } from './upgrade/writer.ts';

export type { Confidence, UpgradeGap, UpgradeNote } from './upgrade/notes.ts';

/** `4.1`: the explicit dialect of Clara Train 4.1. `monai`: that, with the components of today's MONAI. */
export type UpgradeTarget = '4.1' | 'monai';

export interface UpgradeSource {
  /** Path of the file, for its kind and for reports. */
  readonly path: string;
  readonly text: string;
}

export interface UpgradedFile extends UpgradeSource {
  readonly kind: ConfigKind | undefined;
  /** In order, none touching another; empty where nothing changes. */
  readonly edits: readonly TextEdit[];
  /** The text after the edits. */
  readonly upgraded: string;
  readonly notes: readonly UpgradeNote[];
  /** What could not be upgraded. */
  readonly gaps: readonly UpgradeGap[];
  /** Classes of custom/ that the file names; they were written for another MONAI. */
  readonly byoc: readonly string[];
}

const flat: ReadonlySet<ConfigKind | undefined> = new Set(['validation', 'inference']);
/** Kinds that mean the same in every target. */
const timeless: ReadonlySet<ConfigKind | undefined> = new Set(['datalist', 'bundle', undefined]);

/**
 * Upgrades the config files of an MMAR. Comments, order and formatting of what does not change stay.
 * Never throws; a file that cannot be read is left as it is, with the reason among its gaps.
 */
export function upgradeMmar(
  files: readonly UpgradeSource[],
  target: UpgradeTarget,
): UpgradedFile[] {
  return files.map(file => upgradeFile(file, target));
}

function upgradeFile(file: UpgradeSource, target: UpgradeTarget): UpgradedFile {
  const doc = parseConfig(file.text);
  const value = valueOf(doc);
  const kind = configKind(file.path, value);
  const book = new UpgradeBook();
  const as = (edits: readonly TextEdit[], byoc: readonly string[]): UpgradedFile => ({
    ...file,
    kind,
    edits,
    upgraded: applyEdits(file.text, edits),
    notes: book.notes,
    gaps: book.gaps,
    byoc,
  });
  const [problem] = doc.findings;
  if (problem) book.gap([], t('This file is broken: {0} Correct it first.', problem.message));
  if (problem || timeless.has(kind) || !isValues(value)) return as([], []);
  const origins = new Origins(doc);
  const config = origins.read();
  const work: Work = { origins, book, config, flat: flat.has(kind), target };
  return as(editsFor(origins, change(work, config, kind)), byocIn(config));
}

function change(work: Work, config: JsonObject, kind: ConfigKind | undefined): JsonObject {
  const { target } = work;
  switch (kind) {
    case 'train':
    case 'validation':
    case 'inference': {
      const explicit = isImplicit(config) ? makeExplicit(work, config) : config;
      return target === 'monai' ? useToday(work, explicit) : explicit;
    }
    case 'environment':
      return target === 'monai' ? markToday(work, config) : config;
    default:
      // means the same in 4.1; what MONAI has of it has today's names
      return target === 'monai' ? useToday(work, config) : config;
  }
}
