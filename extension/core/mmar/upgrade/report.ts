import { t } from '@vscode/l10n';
import type { JsonPath } from '../../config/finding.ts';
import { parseConfig, rangeAt, type ConfigDoc } from '../../config/parse.ts';
import type { UpgradedFile, UpgradeTarget } from '../upgrade.ts';
import { codeSpan, plainMarkdown, tableOf } from '../markdown.ts';

/** What an upgrade does, as Markdown: each change with its reason, and what is left to do by hand. */
export function upgradeReport(
  name: string,
  files: readonly UpgradedFile[],
  target: UpgradeTarget,
): string {
  const touched = files.filter(file => file.edits.length > 0 || file.gaps.length > 0);
  return [
    t('# Upgrade of {0} to {1}', codeSpan(name), targetName(target)),
    t('Lines are those of the files before the upgrade.'),
    ...touched.flatMap(fileReport),
    ...(touched.length === 0 ? [t('Nothing is to be changed.')] : []),
    ...ownCode(files),
  ]
    .join('\n\n')
    .concat('\n');
}

export const targetName = (target: UpgradeTarget): string =>
  target === '4.1' ? t('Clara Train 4.1') : t("today's MONAI");

function fileReport(file: UpgradedFile): string[] {
  const doc = parseConfig(file.text);
  const line = (path: JsonPath): number => lineOf(doc, path);
  const row = (path: JsonPath, text: string): string[] => [
    String(line(path)),
    path.length > 0 ? codeSpan(path.join('.')) : '',
    plainMarkdown(text),
  ];
  const rows = (confidence: 'certain' | 'check'): string[][] =>
    file.notes
      .filter(note => note.confidence === confidence)
      .toSorted((a, b) => line(a.path) - line(b.path))
      .map(note => row(note.path, note.why));
  const head = [t('Line'), t('Where'), t('What and why')];
  const part = (title: string, found: string[][]): string[] =>
    found.length > 0 ? [title, tableOf(head, found)] : [];
  return [
    `## ${codeSpan(file.path)}`,
    ...part(
      t('### Left as it is: to be done by hand'),
      file.gaps.map(({ path, message }) => row(path, message)),
    ),
    ...part(t('### Please check'), rows('check')),
    ...part(t('### Means the same'), rows('certain')),
  ];
}

function ownCode(files: readonly UpgradedFile[]): string[] {
  const classes = [...new Set(files.flatMap(({ byoc }) => byoc))].sort();
  if (classes.length === 0) return [];
  return [
    t('## Own components'),
    t(
      'These classes of custom/ are used as they are. Written for MONAI 0.5, they may expect batches where lists of items come, `image_meta_dict` where the image carries its meta data, and NumPy arrays where tensors come.',
    ),
    classes.map(name => `- ${codeSpan(name)}`).join('\n'),
  ];
}

const lineOf = (doc: ConfigDoc, path: JsonPath): number =>
  doc.text.slice(0, rangeAt(doc, path).offset).split('\n').length;
