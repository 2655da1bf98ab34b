import { t } from '@vscode/l10n';
import type { Check } from './check.ts';
import { readDatalist, type DatalistCase, type Datalist } from '../../mmar/datalist.ts';
import { closest } from '../closest.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import {
  fieldOf,
  keyOf,
  nodeAt,
  propertyOf,
  rangeAt,
  rangeOf,
  valueOf,
  type ConfigDoc,
} from '../parse.ts';

/** Flags cases that MONAI would reject or not find, that have no label, or that are in two lists. */
export const datalistCases: Check = {
  codes: [
    { code: 'missing-file', severity: 'error', summary: 'A file or folder that is not there' },
    { code: 'missing-label', severity: 'error', summary: 'A case without a label' },
    { code: 'empty-list', severity: 'warning', summary: 'A list without cases' },
    { code: 'duplicate-image', severity: 'warning', summary: 'The same image in two lists' },
  ],
  kinds: ['datalist'],
  run: ({ doc }, { facts }) => faultsOfCases(doc, facts),
};

function faultsOfCases(doc: ConfigDoc, facts: Facts): Finding[] {
  if (!doc.root) return [];
  const datalist = readDatalist(valueOf(doc), facts.dataRoot ?? '');
  const problems = datalist.problems
    // Type and presence of keys of single cases are found by the schema, too.
    .filter(({ path, code }) => path.length < 2 || (code === 'wrong-type' && !isBySchema(path[0])))
    .map(({ path, ...rest }): Finding => ({ ...rest, range: rangeAt(doc, path, 'key') }));
  return [
    ...problems,
    ...missingFiles(doc, datalist, facts),
    ...unlabelled(doc, datalist),
    ...inTwoLists(doc, datalist),
  ];
}

function isBySchema(list: unknown): boolean {
  return ['training', 'validation', 'test', 'testing'].includes(String(list));
}

function missingFiles(doc: ConfigDoc, { lists }: Datalist, facts: Facts): Finding[] {
  if (facts.dataRoot === undefined) return [];
  const files = Object.values(lists).flatMap(cases =>
    cases.flatMap(entry => [
      ...entry.image.map((path, index) => ({ entry, path, key: 'image', index })),
      ...(entry.label === undefined ? [] : [{ entry, path: entry.label, key: 'label', index: 0 }]),
    ]),
  );
  const absent = files.filter(({ path }) => facts.fileExists(path) === false);
  const [first] = absent;
  if (!first) return [];
  // Nothing there at all: the data are elsewhere, on the cluster perhaps.
  if (absent.length === files.length && files.length > 1)
    return [
      {
        code: 'missing-file',
        severity: 'warning',
        range: rangeAt(doc, [first.entry.listName], 'key'),
        message: t(
          'None of the {0} files of this datalist is under {1} on this machine.',
          files.length,
          facts.dataRoot,
        ),
      },
    ];
  return absent.map(({ entry, path, key, index }) => ({
    code: 'missing-file',
    severity: 'error',
    range: placeOf(doc, entry, key, index),
    message: t('{0} does not exist.', path),
  }));
}

function placeOf(doc: ConfigDoc, { listName, index }: DatalistCase, key: string, item: number) {
  const node = nodeAt(doc, [listName, index]);
  if (node?.type !== 'object') return rangeAt(doc, [listName, index]);
  const isList = fieldOf(node, key)?.type === 'array';
  return rangeAt(doc, isList ? [listName, index, key, item] : [listName, index, key]);
}

/** Lists by other names may well be without labels. */
function unlabelled(doc: ConfigDoc, { lists }: Datalist): Finding[] {
  return ['training', 'validation'].flatMap(listName =>
    (lists[listName] ?? []).flatMap(({ index }): Finding[] => {
      const node = nodeAt(doc, [listName, index]);
      if (node?.type !== 'object' || propertyOf(node, 'label')) return [];
      const keys = (node.children ?? []).flatMap(property => keyOf(property) ?? []);
      const typo = keys.find(key => key !== 'image' && closest(key, ['label']) !== undefined);
      const property = typo === undefined ? undefined : propertyOf(node, typo)?.children?.[0];
      return [
        property
          ? {
              code: 'unknown-key',
              severity: 'error',
              range: rangeOf(property),
              message: t('"{0}" is not known here. Did you mean "{1}"?', typo ?? '', 'label'),
            }
          : {
              code: 'missing-label',
              severity: 'error',
              range: { offset: node.offset, length: 1 },
              message: t('This case of "{0}" has no "label".', listName),
            },
      ];
    }),
  );
}

function inTwoLists(doc: ConfigDoc, { lists }: Datalist): Finding[] {
  const firstIn = new Map<string, string>();
  const told = new Set<string>();
  return Object.values(lists).flatMap(cases =>
    cases.flatMap((entry): Finding[] => {
      const image = entry.image.join('\n');
      const other = firstIn.get(image) ?? entry.listName;
      firstIn.set(image, other);
      const key = `${entry.listName}\n${image}`;
      if (other === entry.listName || told.has(key)) return [];
      told.add(key);
      const message = t(
        'This image is also in "{0}": results on one list would say nothing about the other.',
        other,
      );
      const range = placeOf(doc, entry, 'image', 0);
      return [{ code: 'duplicate-image', severity: 'warning', range, message }];
    }),
  );
}
