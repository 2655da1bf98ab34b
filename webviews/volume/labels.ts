import type { NVImage } from '@niivue/niivue';
import type { SceneVolume } from '../protocol/volume.ts';

type Colour = readonly [red: number, green: number, blue: number];

/**
 * Label and prediction differ in family (cold and warm), classes within one in hue and lightness.
 * The pairs stay apart for the common kinds of colour blindness: cyan and orange first of all.
 */
const families: Record<'label' | 'prediction', readonly Colour[]> = {
  label: [
    [0, 200, 255],
    [60, 220, 120],
    [130, 120, 255],
    [0, 160, 160],
    [150, 230, 230],
    [60, 110, 230],
    [120, 200, 60],
    [180, 170, 255],
  ],
  prediction: [
    [255, 140, 0],
    [240, 70, 110],
    [255, 220, 60],
    [200, 90, 30],
    [255, 160, 190],
    [220, 60, 220],
    [190, 160, 50],
    [255, 110, 70],
  ],
};

/** By value, so that a class has the same place in both families, whatever else a map holds. */
export function colourOf(role: 'label' | 'prediction', value: number): Colour {
  const family = families[role];
  return family[Math.max(0, value - 1) % family.length] ?? [255, 255, 255];
}

/** Labels of a map: in voxels, position in `values` plus one; 0 is background. */
export interface Labels {
  readonly values: readonly number[];
  readonly names: Readonly<Record<string, string>>;
}

/** NiiVue draws a map with this intent by nearest voxel and colours by table. */
const intentLabel = 1002;
const typeUint8 = 2;
/** Indices that a byte holds beside background. */
const most = 255;

/** Makes a label map of what was loaded, whatever its type: float masks, scaled ones, one channel per class. */
export function asLabels(image: NVImage, volume: SceneVolume): Labels {
  const { hdr, img } = image;
  if (!hdr || !img) throw new Error(`${volume.name} has no voxels.`);
  const raw = labelValues(hdr, img);
  const names = volume.labels ?? {};
  const indexOf = new Uint8Array(65536);
  for (const value of raw) indexOf[value] = 1;
  const values = [...indexOf.keys()].filter(value => value > 0 && indexOf[value] === 1);
  indexOf[0] = 0;
  values.forEach((value, i) => (indexOf[value] = Math.min(i + 1, most)));
  const indices = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) indices[i] = indexOf[raw[i] ?? 0] ?? 0;
  image.img = indices;
  const [, nx = 1, ny = 1, nz = 1] = hdr.dims;
  hdr.dims = [3, nx, ny, nz, 1, 1, 1, 1];
  Object.assign(hdr, { datatypeCode: typeUint8, numBitsPerVoxel: 8, intent_code: intentLabel });
  Object.assign(hdr, { scl_slope: 1, scl_inter: 0, cal_min: 0, cal_max: 0 });
  Object.assign(image, { nFrame4D: 1, nTotalFrame4D: 1, frame4D: 0 });
  image.calMinMax();
  image.setColormapLabel(colourTable(volume, values));
  return { values, names };
}

function labelValues(
  hdr: NonNullable<NVImage['hdr']>,
  img: NonNullable<NVImage['img']>,
): Uint16Array {
  const count = (hdr.dims[1] ?? 1) * (hdr.dims[2] ?? 1) * (hdr.dims[3] ?? 1);
  const channels = Math.max(1, Math.floor(img.length / count));
  const slope = hdr.scl_slope || 1;
  const stored = (i: number): number => (img[i] ?? 0) * slope + (hdr.scl_inter || 0);
  const values = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    let best = 0;
    for (let c = 1; c < channels; c++)
      if (stored(i + c * count) > stored(i + best * count)) best = c;
    values[i] = channels > 1 ? best : Math.max(0, Math.min(65535, Math.round(stored(i))));
  }
  return values;
}

function colourTable(
  { role }: SceneVolume,
  values: readonly number[],
): Parameters<NVImage['setColormapLabel']>[0] {
  const shown = values.slice(0, most);
  const colours = shown.map(value => colourOf(role === 'label' ? role : 'prediction', value));
  return {
    R: [0, ...colours.map(([red]) => red)],
    G: [0, ...colours.map(([, green]) => green)],
    B: [0, ...colours.map(([, , blue]) => blue)],
    A: [0, ...colours.map(() => 255)],
    I: [0, ...shown.map((_, order) => order + 1)],
  };
}
