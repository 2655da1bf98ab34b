import { classesOf, type MmarChoices, type NetworkName } from '../newMmar.ts';
import type { JsonObject } from '../toBundle.ts';

/** Every network halves the patch this often; sides that cannot be halved so are refused. */
export const patchStep = 16;

const args: Record<NetworkName, (choices: MmarChoices) => JsonObject> = {
  UNet: choices => ({
    ...sized(choices),
    channels: [16, 32, 64, 128, 256],
    strides: [2, 2, 2, 2],
    num_res_units: 2,
    norm: 'batch',
  }),
  SegResNet: choices => ({
    ...sized(choices),
    init_filters: 16,
    blocks_down: [1, 2, 2, 4],
    blocks_up: [1, 1, 1],
    dropout_prob: 0.2,
  }),
  BasicUNet: choices => ({ ...sized(choices), features: [32, 32, 64, 128, 256, 32] }),
  DynUNet: choices => ({
    ...sized(choices),
    kernel_size: [3, 3, 3, 3, 3],
    strides: [1, 2, 2, 2, 2],
    upsample_kernel_size: [2, 2, 2, 2],
    norm_name: 'instance',
    res_block: true,
  }),
  UNETR: choices => ({
    ...sized(choices),
    img_size: [...choices.patch],
    feature_size: 16,
    hidden_size: 768,
    mlp_dim: 3072,
    num_heads: 12,
    norm_name: 'instance',
    res_block: true,
  }),
};

const sized = (choices: MmarChoices): JsonObject => ({
  spatial_dims: choices.dimensions,
  in_channels: choices.channels,
  out_channels: classesOf(choices),
});

export const networkComponent = (choices: MmarChoices): JsonObject => ({
  name: choices.network,
  args: args[choices.network](choices),
});

/** Transformers want smaller steps. */
export const learningRate = ({ network }: MmarChoices): number =>
  network === 'UNETR' ? 1e-4 : 5e-4;
