import type { RunCase } from './job.ts';

const baseName = (path: string): string => path.split(/[/\\]/).at(-1) ?? path;

/** The name of a volume without `.nii`, `.nii.gz` and the like, as MONAI's savers take it. */
export const stemOf = (path: string): string =>
  baseName(path).replace(/\.(nii|nrrd|mha|mhd|npy|tif|tiff|png)?(\.gz)?$/i, '');

/**
 * The prediction of each case among the files below `eval/`: MONAI writes `STEM_POSTFIX.nii.gz`,
 * by default in a folder STEM. Of several the one in the folder most like the image's own is taken.
 */
export function matchPredictions(
  cases: readonly RunCase[],
  files: readonly string[],
): (string | undefined)[] {
  const volumes = files.filter(file => /\.nii(\.gz)?$/i.test(file));
  return cases.map(({ image }) => {
    const stem = stemOf(image);
    const hits = volumes.filter(file => baseName(file).startsWith(`${stem}_`));
    const exact = hits.filter(file =>
      stemOf(file)
        .slice(stem.length + 1)
        .match(/^[^_]+$/),
    );
    const candidates = exact.length > 0 ? exact : hits;
    return candidates.toSorted((a, b) => commonFolders(b, image) - commonFolders(a, image))[0];
  });
}

/** How many folders above the file names agree, from the inside out. */
function commonFolders(file: string, image: string): number {
  const a = file.split('/').slice(0, -1).reverse();
  const b = image.split(/[/\\]/).slice(0, -1).reverse();
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return same;
}
