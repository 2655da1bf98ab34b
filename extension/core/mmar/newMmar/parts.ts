import type { MmarChoices } from '../newMmar.ts';
import type { JsonObject } from '../toBundle.ts';

/** Parts that several configs have alike. */
export const version = '4.1.0';

export const dataset = (name: string, list: string, args: JsonObject = {}): JsonObject => ({
  name,
  data_list_file_path: '{DATASET_JSON}',
  data_file_base_dir: '{DATA_ROOT}',
  data_list_key: list,
  args: { transform: '@pre_transforms', ...args },
});

export const dataloader = (batch: number, shuffle: boolean, workers: number): JsonObject => ({
  name: 'DataLoader',
  args: { dataset: '@dataset', batch_size: batch, shuffle, num_workers: workers },
});

/** The window is the patch that the network was trained on: larger ones score worse. */
export const slidingWindow = ({ patch }: MmarChoices): JsonObject => ({
  name: 'SlidingWindowInferer',
  args: { roi_size: [...patch], sw_batch_size: 4, overlap: 0.5 },
});

export const fromEngine = (keys: string): string => `#monai.handlers.from_engine(${keys})`;

export const meanDice = (label: string): JsonObject => ({
  name: 'MeanDice',
  log_label: label,
  args: { include_background: false, output_transform: fromEngine("['pred', 'label']") },
});

export const silentStats: JsonObject = {
  name: 'StatsHandler',
  rank: 0,
  args: { output_transform: 'lambda x: None' },
};

export const evaluator = (args: JsonObject): JsonObject => ({
  name: 'SupervisedEvaluator',
  args: {
    ...args,
    val_data_loader: '@dataloader',
    network: '@model',
    inferer: '@inferer',
    postprocessing: '@post_transforms',
    val_handlers: '@handlers',
    amp: '{amp}',
  },
});

export const scored: JsonObject = {
  key_val_metric: '@key_metric',
  additional_metrics: '@additional_metrics',
};
