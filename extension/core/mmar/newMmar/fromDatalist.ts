import { isList, isObject, type Json, type JsonObject } from '../bundle/json.ts';
import type { DataChoice, Modality } from '../newMmar.ts';

/** What a datalist tells of the MMAR that is to be trained with it. Nothing of it is required. */
export interface DatalistFacts {
  /** undefined: it has no cases with labels, so that nothing can be trained. */
  readonly data: Omit<DataChoice, 'root'> | undefined;
  readonly name: string | undefined;
  readonly labels: readonly string[];
  readonly dimensions: 2 | 3 | undefined;
  readonly channels: number | undefined;
  readonly modality: Modality | undefined;
}

/** `path` is what DATASET_JSON would be; where there is nothing to validate with, a split is made instead. */
export function fromDatalist(value: unknown, path: string): DatalistFacts {
  const datalist = isObject(value) ? value : {};
  const training = listOf(datalist, ['training', 'train']);
  const validation = listOf(datalist, ['validation', 'val', 'valid']);
  const test = listOf(datalist, ['test', 'testing']) ?? validation ?? 'validation';
  const [first] = training === undefined ? [] : casesOf(datalist, training);
  return {
    data:
      training === undefined ? undefined : dataOf(datalist, { path, training, validation, test }),
    name: textIn(datalist['name']),
    labels: labelsOf(datalist['labels']),
    dimensions: { '2D': 2 as const, '3D': 3 as const }[textIn(datalist['tensorImageSize']) ?? ''],
    channels: channelsOf(datalist, first),
    modality: modalityOf(datalist['modality']),
  };
}

const textIn = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

const casesOf = (datalist: JsonObject, list: string): Json[] => {
  const cases = datalist[list];
  return isList(cases) ? cases : [];
};

/** The first list of these names that has a case. */
const listOf = (datalist: JsonObject, names: readonly string[]): string | undefined =>
  names.find(name => casesOf(datalist, name).length > 0);

interface Lists {
  readonly path: string;
  readonly training: string;
  readonly validation: string | undefined;
  readonly test: string;
}

function dataOf(datalist: JsonObject, lists: Lists): Omit<DataChoice, 'root'> | undefined {
  const { path, training, validation, test } = lists;
  if (validation !== undefined) return { datalist: path, lists: { training, validation, test } };
  const cases = casesOf(datalist, training);
  if (cases.length < 2) return undefined;
  const isHeldOut = (index: number): boolean => index % share === share - 1;
  // of fewer cases than one share the last is held out
  const held = cases.filter(
    (_, i) => isHeldOut(i) || (cases.length < share && i === cases.length - 1),
  );
  const content: JsonObject = {
    ...datalist,
    [training]: cases.filter(entry => !held.includes(entry)),
    validation: held,
  };
  return { datalist: undefined, content, lists: { training, validation: 'validation', test } };
}

/** One case of so many validates. */
const share = 5;

/** Names without the background, in the order of their values. */
function labelsOf(value: Json | undefined): string[] {
  const entries: [string, Json][] = isList(value)
    ? value.map((name, i) => [`${i}`, name])
    : Object.entries(isObject(value) ? value : {});
  return entries
    .filter(([key]) => Number(key) > 0)
    .sort(([one], [other]) => Number(one) - Number(other))
    .flatMap(
      ([, name]) =>
        textIn(name)
          ?.replaceAll(/[\s,]+/g, ' ')
          .trim() ?? [],
    );
}

function channelsOf(datalist: JsonObject, first: Json | undefined): number | undefined {
  const image = isObject(first) ? first['image'] : undefined;
  if (isList(image)) return image.length;
  const { modality } = datalist;
  const count = isObject(modality) ? Object.keys(modality).length : 0;
  return count > 0 ? count : undefined;
}

function modalityOf(value: Json | undefined): Modality | undefined {
  const text = JSON.stringify(value ?? '').toUpperCase();
  if (/\bCT\b/.test(text)) return 'CT soft tissue';
  return /\b(MRI?|T1\w*|T2\w*|FLAIR|ADC|DWI)\b/.test(text) ? 'MR' : undefined;
}
