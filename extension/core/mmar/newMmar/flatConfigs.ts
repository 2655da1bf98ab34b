import type { MmarChoices } from '../newMmar.ts';
import type { JsonObject } from '../toBundle.ts';
import {
  dataloader,
  dataset,
  evaluator,
  fromEngine,
  meanDice,
  scored,
  silentStats,
  slidingWindow,
  version,
} from './parts.ts';
import { activation, labelMap, oneHot, preprocessing, toTensor } from './transforms.ts';

/** Scores a model: the checkpoint, or with dont_load_ts_model=False its TorchScript. */
export function validationConfig(choices: MmarChoices): JsonObject {
  return {
    CLARA_TRAIN_VERSION: version,
    use_gpu: true,
    multi_gpu: false,
    amp: true,
    dont_load_ts_model: true,
    dont_load_ckpt_model: false,
    model: [
      { ts_path: '{MMAR_TORCHSCRIPT}', disabled: '{dont_load_ts_model}' },
      { ckpt_path: '{MMAR_CKPT}', disabled: '{dont_load_ckpt_model}' },
    ],
    pre_transforms: [...preprocessing(choices, 'both'), toTensor('both')],
    dataset: dataset('Dataset', choices.data.lists.validation),
    dataloader: dataloader(1, false, 4),
    inferer: slidingWindow(choices),
    handlers: [silentStats, scores],
    post_transforms: [activation, oneHot(choices)],
    key_metric: meanDice('val_mean_dice'),
    additional_metrics: [],
    evaluator: evaluator({ device: 'cuda', ...scored }),
  };
}

const scores: JsonObject = {
  name: 'MetricsSaver',
  args: {
    save_dir: '{MMAR_EVAL_OUTPUT_PATH}',
    metrics: ['val_mean_dice'],
    metric_details: ['val_mean_dice'],
    batch_transform: fromEngine("['image_meta_dict']"),
    summary_ops: '*',
    save_rank: 0,
  },
};

/** Predicts label maps on the grids of the images. */
export function inferenceConfig(choices: MmarChoices): JsonObject {
  return {
    CLARA_TRAIN_VERSION: version,
    use_gpu: true,
    multi_gpu: false,
    amp: true,
    model: { ts_path: '{MMAR_TORCHSCRIPT}' },
    pre_transforms: [...preprocessing(choices, 'image'), toTensor('image')],
    dataset: dataset('Dataset', choices.data.lists.test),
    dataloader: dataloader(1, false, 4),
    inferer: slidingWindow(choices),
    handlers: [silentStats],
    post_transforms: [activation, inverse, labelMap, saved(choices)],
    evaluator: evaluator({ device: 'cuda' }),
  };
}

/** Probabilities are put back on the image's grid, so that the argmax is taken there. */
const inverse: JsonObject = {
  name: 'Invertd',
  args: {
    keys: 'pred',
    transform: '@pre_transforms',
    orig_keys: 'image',
    nearest_interp: false,
    to_tensor: true,
    device: 'cuda',
  },
};

/**
 * The prediction is on the image's grid already, so nothing is resampled. Where a 2D image is several
 * files, MONAI 1.6 loses count of its dimensions unless it looks the grid up.
 */
const saved = ({ dimensions, channels }: MmarChoices): JsonObject => ({
  name: 'SaveImaged',
  args: {
    keys: 'pred',
    output_dir: '{MMAR_EVAL_OUTPUT_PATH}',
    output_postfix: 'seg',
    output_dtype: '#torch.uint8',
    resample: dimensions === 2 && channels > 1,
    separate_folder: false,
    squeeze_end_dims: true,
  },
});
