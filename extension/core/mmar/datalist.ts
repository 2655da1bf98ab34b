import { t } from '@vscode/l10n';
import type { JsonPath, Severity } from '../config/finding.ts';
import { joinPath } from './environment.ts';
import { isValues } from './kind.ts';

/** One entry of a list, its paths joined with the base folder. */
export interface DatalistCase {
  /** One path, or one per modality. */
  readonly image: readonly string[];
  /** Path of the label; absent for classification values and unlabelled cases. */
  readonly label?: string;
  /** What else the entry says, as written: values of a classification, regions, weights. */
  readonly others?: Readonly<Record<string, unknown>>;
  readonly index: number;
  readonly listName: string;
}

export interface DatalistProblem {
  readonly code: string;
  readonly severity: Severity;
  readonly path: JsonPath;
  readonly message: string;
}

export interface Datalist {
  readonly lists: Readonly<Record<string, readonly DatalistCase[]>>;
  /** Label value -> name. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly problems: readonly DatalistProblem[];
}

/** Keys that describe the dataset and may hold arrays. */
const descriptive = new Set([
  'labels',
  'modality',
  'description',
  'reference',
  'licence',
  'license',
  'name',
]);

/** Reads the lists of a datalist as MONAI does; what it would reject is a problem. Never throws. */
export function readDatalist(value: unknown, baseDir: string): Datalist {
  if (!isValues(value)) {
    const message = t('A datalist is an object with lists of cases, such as "training".');
    return { lists: {}, problems: [{ code: 'wrong-type', severity: 'error', path: [], message }] };
  }
  const problems: DatalistProblem[] = [];
  const lists: Record<string, DatalistCase[]> = {};
  for (const [listName, items] of Object.entries(value)) {
    if (!Array.isArray(items) || descriptive.has(listName)) continue;
    if (items.length === 0) problems.push(emptyList(listName));
    lists[listName] = items.flatMap((item: unknown, index) => {
      const read = readCase(item, { listName, index, baseDir });
      if ('message' in read) problems.push(read);
      return 'message' in read ? [] : [read];
    });
  }
  if (Object.keys(lists).length === 0)
    problems.push({
      code: 'missing-key',
      severity: 'error',
      path: [],
      message: t('This datalist has no list of cases, such as "training" or "validation".'),
    });
  const labels = readLabels(value['labels']);
  return { lists, ...(labels && { labels }), problems };
}

interface Place {
  readonly listName: string;
  readonly index: number;
  readonly baseDir: string;
}

function readCase(
  item: unknown,
  { listName, index, baseDir }: Place,
): DatalistCase | DatalistProblem {
  const path = [listName, index];
  const wrong = (message: string): DatalistProblem => ({
    code: 'wrong-type',
    severity: 'error',
    path,
    message,
  });
  if (typeof item === 'string') {
    // MONAI wraps plain paths in the list "test" only.
    if (!listName.startsWith('test'))
      return wrong(t('A case of "{0}" is an object: {"image": ..., "label": ...}.', listName));
    return { image: [joinPath(baseDir, item)], index, listName };
  }
  if (!isValues(item)) return wrong(t('A case is an object with an "image".'));
  const image = texts(item['image']);
  if (image.length === 0) return { ...wrong(t('This case has no "image".')), code: 'missing-key' };
  const [label, ...labels] = texts(item['label']);
  if (labels.length > 0)
    return wrong(t('This case has several label files; merge them into one volume.'));
  const others = Object.entries(item).filter(
    ([key]) => key !== 'image' && !(key === 'label' && label !== undefined),
  );
  return {
    image: image.map(file => joinPath(baseDir, file)),
    ...(label !== undefined && { label: joinPath(baseDir, label) }),
    ...(others.length > 0 && { others: Object.fromEntries(others) }),
    index,
    listName,
  };
}

function texts(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  const found = all.filter(item => typeof item === 'string' && item !== '') as string[];
  return found.length === all.length ? found : [];
}

function emptyList(listName: string): DatalistProblem {
  return {
    code: 'empty-list',
    severity: 'warning',
    path: [listName],
    message: t('The list "{0}" is empty.', listName),
  };
}

function readLabels(value: unknown): Record<string, string> | undefined {
  if (Array.isArray(value))
    return Object.fromEntries(value.map((name, index) => [String(index), String(name)]));
  if (!isValues(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, name]) => [key, String(name)]));
}
