import { classesOf, type MmarChoices } from '../newMmar.ts';
import type { JsonObject } from '../toBundle.ts';
import { activation, labelMap, preprocessing, type Component } from './transforms.ts';
import { describe } from './readme.ts';

/** AIAA wants import paths, and the same preprocessing as the training. */
const imported = ({ name, args }: Component): JsonObject => ({
  name: `monai.transforms.${name}`,
  args,
});

export function aiaaConfig(choices: MmarChoices): JsonObject {
  const roi = [...choices.patch];
  const window: JsonObject = { scanning_window: true, roi, overlap: 0.5 };
  return {
    version: 1,
    type: 'segmentation',
    labels: [...choices.labels],
    description: describe(choices),
    pre_transforms: preprocessing(choices, 'image').map(imported),
    inference: {
      input: 'image',
      output: 'pred',
      AIAA: {
        name: 'aiaa.inference.PyTorchInference',
        args: { ...window, device: 'cpu', sw_device: 'cuda' },
      },
      TRITON: {
        name: 'aiaa.inference.TritonInference',
        args: window,
        triton_model_config: {
          platform: 'pytorch_libtorch',
          max_batch_size: 1,
          input: [tensor('INPUT__0', [choices.channels, ...roi])],
          output: [tensor('OUTPUT__0', [classesOf(choices), ...roi])],
        },
      },
    },
    post_transforms: [
      ...[activation, labelMap].map(imported),
      { name: 'aiaa.transforms.Restored', args: { keys: 'pred', ref_image: 'image' } },
    ],
    writer: { name: 'aiaa.transforms.Writer', args: { image: 'pred', json: 'result' } },
  };
}

const tensor = (name: string, dims: number[]): JsonObject => ({
  name,
  data_type: 'TYPE_FP32',
  dims,
});
