import { classesOf, type MmarChoices, type Modality } from '../newMmar.ts';
import type { Json, JsonObject } from '../toBundle.ts';

export type Component = { name: string; args: JsonObject };

/** Hounsfield units that become 0 and 1. */
export const windows: Partial<Record<Modality, readonly [low: number, high: number]>> = {
  'CT soft tissue': [-160, 240],
  'CT lung': [-1000, 300],
  'CT bone': [-450, 1050],
  'CT brain': [0, 80],
};

/**
 * What is done to every image alike, in training, validation, inference and AIAA. `keys` is "image",
 * or image and label. Foreground is what is above 0: in CT after windowing, in MR as it was stored.
 */
export function preprocessing(choices: MmarChoices, keys: 'image' | 'both'): Component[] {
  const both: Json = keys === 'both' ? ['image', 'label'] : 'image';
  const mode: Json = keys === 'both' ? ['bilinear', 'nearest'] : 'bilinear';
  const crop: Component = { name: 'CropForegroundd', args: { keys: both, source_key: 'image' } };
  const window = windows[choices.modality];
  return [
    // MetricsSaver wants the meta data beside the image; newer releases keep them in it unless asked
    { name: 'LoadImaged', args: { keys: both, image_only: false } },
    { name: 'EnsureChannelFirstd', args: { keys: both } },
    ...(choices.dimensions === 3
      ? [{ name: 'Orientationd', args: { keys: both, axcodes: 'RAS' } }]
      : []),
    { name: 'Spacingd', args: { keys: both, pixdim: [...choices.spacing], mode } },
    ...(window ? [scaled(window), crop] : [crop, normalized]),
  ];
}

const scaled = ([low, high]: readonly [number, number]): Component => ({
  name: 'ScaleIntensityRanged',
  args: { keys: 'image', a_min: low, a_max: high, b_min: 0, b_max: 1, clip: true },
});

const normalized: Component = {
  name: 'NormalizeIntensityd',
  args: { keys: 'image', nonzero: true, channel_wise: true },
};

/** Patches and augmentation: training only. A case may be smaller than a patch. */
export function sampling({ patch, dimensions }: MmarChoices): Component[] {
  const size = [...patch];
  return [
    { name: 'SpatialPadd', args: { keys: ['image', 'label'], spatial_size: size } },
    {
      name: 'RandCropByPosNegLabeld',
      args: {
        keys: ['image', 'label'],
        label_key: 'label',
        spatial_size: size,
        pos: 1,
        neg: 1,
        num_samples: dimensions === 3 ? 2 : 4,
      },
    },
    { name: 'RandShiftIntensityd', args: { keys: 'image', offsets: 0.1, prob: 0.5 } },
    { name: 'RandScaleIntensityd', args: { keys: 'image', factors: 0.1, prob: 0.5 } },
  ];
}

/** Not ToTensord: its inverse makes arrays, on which Invertd fails in newer releases. */
export const toTensor = (keys: 'image' | 'both'): Component => ({
  name: 'EnsureTyped',
  args: { keys: keys === 'both' ? ['image', 'label'] : 'image' },
});

export const activation: Component = {
  name: 'Activationsd',
  args: { keys: 'pred', softmax: true },
};

/** One channel per class, of prediction and label: what the scores compare. */
export const oneHot = (choices: MmarChoices): Component => ({
  name: 'AsDiscreted',
  args: { keys: ['pred', 'label'], argmax: [true, false], to_onehot: classesOf(choices) },
});

export const labelMap: Component = { name: 'AsDiscreted', args: { keys: 'pred', argmax: true } };
