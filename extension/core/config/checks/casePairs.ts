import { t } from '@vscode/l10n';
import { readDatalist, type DatalistCase } from '../../mmar/datalist.ts';
import type { NiftiHeader } from '../../volume/nifti.ts';
import type { CheckContext } from '../context.ts';
import type { Finding, Range } from '../finding.ts';
import type { ConfigModel } from '../model.ts';
import { rangeAt, type ConfigDoc } from '../parse.ts';
import { found, type Check, type Code } from './check.ts';

const pair: Code = {
  code: 'wrong-pair',
  severity: 'warning',
  summary: 'An image with the label of another one',
};
const geometry: Code = {
  code: 'geometry-mismatch',
  severity: 'error',
  summary: 'Image and label of a case do not lie on each other',
};

/** Flags labels that belong to another image, by their names and by the headers of the volumes. */
export const casePairs: Check = {
  codes: [pair, geometry],
  kinds: ['datalist'],
  run: (model, context) => {
    const { lists } = readDatalist(model.value, context.facts.dataRoot ?? '');
    const cases = Object.values(lists).flat();
    return [...pairs(model, cases), ...geometries(model, context, cases)];
  },
};

const labelAt = (doc: ConfigDoc, { listName, index }: DatalistCase): Range =>
  rangeAt(doc, [listName, index, 'label']);

function pairs({ doc }: ConfigModel, cases: readonly DatalistCase[]): Finding[] {
  const images = new Map<string, string>();
  for (const { image } of cases) for (const file of image) images.set(stem(file), file);
  const labels = new Map<string, string>();
  return cases.flatMap((entry): Finding[] => {
    const { image, label } = entry;
    const [first] = image;
    if (label === undefined || first === undefined) return [];
    const before = labels.get(label) ?? first;
    labels.set(label, before);
    if (image.includes(label))
      return [found(pair, labelAt(doc, entry), t('Image and label are the same file.'))];
    if (before !== first)
      return [found(pair, labelAt(doc, entry), t('This is the label of {0}, too.', base(before)))];
    const named = images.get(stem(label));
    if (named === undefined || image.some(file => stem(file) === stem(label))) return [];
    const message = t(
      'By its name this is the label of {0}, not of {1}.',
      base(named),
      base(first),
    );
    return [found(pair, labelAt(doc, entry), message)];
  });
}

const base = (file: string): string => file.slice(file.lastIndexOf('/') + 1);

/** "spleen_8_label.nii.gz" and "spleen_8_image.nii.gz" are of one case. */
const stem = (file: string): string =>
  base(file)
    .replace(/\.(nii(\.gz)?|nrrd|mha|mhd|npy|npz|dcm|png|jpe?g|tiff?)$/i, '')
    .replace(/([_.-]?)(image|img|label|lbl|seg|segmentation|mask|gt|ct|mr|t1|t2|flair|\d{4})$/i, '')
    .toLowerCase();

/** Headers are read, and not of more cases than somebody would wait for. */
const mostCases = 100;

function geometries(
  { doc }: ConfigModel,
  { facts }: CheckContext,
  cases: readonly DatalistCase[],
): Finding[] {
  const { volumeHeader } = facts;
  if (!volumeHeader) return [];
  return cases.slice(0, mostCases).flatMap((entry): Finding[] => {
    const [image] = entry.image;
    if (entry.label === undefined || image === undefined) return [];
    const [a, b] = [volumeHeader(image), volumeHeader(entry.label)];
    const message = a && b && mismatch(a, b);
    return message === undefined || message === ''
      ? []
      : [found(geometry, labelAt(doc, entry), message)];
  });
}

function mismatch(image: NiftiHeader, label: NiftiHeader): string | undefined {
  const [a, b] = [image.dims.slice(0, 3), label.dims.slice(0, 3)];
  if (a.join() !== b.join())
    return t('The label has {0} voxels, the image {1}.', b.join(' x '), a.join(' x '));
  const far = cornerDistance(image, label);
  const voxel = Math.min(...image.spacing.map(size => size || 1));
  return far > voxel / 2
    ? t('The label lies up to {0} mm beside the image, or is turned.', far.toFixed(1))
    : undefined;
}

/** How far apart the same corner lies, in mm, at most. */
function cornerDistance(a: NiftiHeader, b: NiftiHeader): number {
  const [nx = 1, ny = 1, nz = 1] = a.dims;
  const corners = [0, nx - 1].flatMap(x =>
    [0, ny - 1].flatMap(y => [0, nz - 1].map(z => [x, y, z, 1])),
  );
  return Math.max(
    ...corners.map(corner =>
      Math.hypot(...[0, 1, 2].map(row => place(a, row, corner) - place(b, row, corner))),
    ),
  );
}

const place = ({ affine }: NiftiHeader, row: number, corner: readonly number[]): number =>
  (affine[row] ?? []).reduce((sum, factor, i) => sum + factor * (corner[i] ?? 0), 0);
