import { readDatalist } from '../datalist.ts';
import { isValues } from '../kind.ts';

/** What a datalist tells of images and labels. */
export interface DatalistFacts {
  /** Names by label value, from 0 on without a gap; empty where the datalist names none. */
  readonly labels: readonly string[];
  /** Name by channel of the image. */
  readonly modalities: readonly string[];
  /** Files per image; undefined where there are no cases. */
  readonly channels: number | undefined;
  readonly isNifti: boolean;
  readonly name: string;
  readonly description: string;
  readonly reference: string;
}

export function datalistFacts(value: unknown): DatalistFacts {
  const { lists, labels = {} } = readDatalist(value, '');
  const [first] = Object.values(lists).flat();
  const values = isValues(value) ? value : {};
  const text = (key: string): string => {
    const found = values[key];
    return typeof found === 'string' ? found.trim() : '';
  };
  return {
    labels: inOrder(labels),
    modalities: inOrder(namesOf(values['modality'])),
    channels: first?.image.length,
    isNifti: first?.image.every(file => /\.nii(\.gz)?$/i.test(file)) === true,
    name: text('name'),
    description: text('description'),
    reference: text('reference'),
  };
}

function namesOf(value: unknown): Record<string, string> {
  if (typeof value === 'string') return { 0: value };
  const entries = Array.isArray(value)
    ? value.map((name, i): [string, unknown] => [String(i), name])
    : isValues(value)
      ? Object.entries(value)
      : [];
  return Object.fromEntries(
    entries.flatMap(([key, name]) => (typeof name === 'string' ? [[key, name]] : [])),
  );
}

/** Names from 0 on; what comes after a gap has no place. */
function inOrder(names: Readonly<Record<string, string>>): string[] {
  const found: string[] = [];
  for (let i = 0; Object.hasOwn(names, String(i)); i++) found.push(names[String(i)] ?? '');
  return found;
}
