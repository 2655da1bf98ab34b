import type { MmarChoices } from '../newMmar.ts';
import type { JsonObject } from '../toBundle.ts';
import { learningRate, networkComponent } from './network.ts';
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
import { activation, oneHot, preprocessing, sampling, toTensor } from './transforms.ts';

export function trainConfig(choices: MmarChoices): JsonObject {
  return {
    CLARA_TRAIN_VERSION: version,
    epochs: 400,
    num_interval_per_valid: 5,
    learning_rate: learningRate(choices),
    multi_gpu: false,
    amp: true,
    tf32: false,
    determinism: { random_seed: 0 },
    cudnn_benchmark: false,
    dont_load_ckpt_model: true,
    train: train(choices),
    validate: validate(choices),
  };
}

function train(choices: MmarChoices): JsonObject {
  return {
    loss: {
      name: 'DiceCELoss',
      args: { to_onehot_y: true, softmax: true, include_background: false },
    },
    optimizer: {
      name: 'AdamW',
      args: { params: '#@model.parameters()', lr: '{learning_rate}', weight_decay: 1e-5 },
    },
    lr_scheduler: {
      name: 'CosineAnnealingLR',
      args: { optimizer: '@optimizer', T_max: '{epochs}' },
    },
    model: networkComponent(choices),
    pre_transforms: [...preprocessing(choices, 'both'), ...sampling(choices), toTensor('both')],
    dataset: dataset('CacheDataset', choices.data.lists.training, cacheOf(choices)),
    dataloader: dataloader(choices.dimensions === 3 ? 2 : 8, true, 4),
    inferer: { name: 'SimpleInferer' },
    handlers: trainHandlers,
    post_transforms: [activation, oneHot(choices)],
    key_metric: meanDice('train_mean_dice'),
    trainer: trainer(),
  };
}

/**
 * Cases are read by so many threads. MONAI 1.6's NIfTI reader is not safe for that where an image is
 * several files: it loses channels without a word (it keeps the names of the files in itself).
 */
const cacheOf = ({ channels }: MmarChoices): JsonObject => ({
  cache_rate: 1,
  num_workers: channels > 1 ? 1 : 4,
});

const trainer = (): JsonObject => ({
  name: 'SupervisedTrainer',
  args: {
    max_epochs: '{epochs}',
    train_data_loader: '@dataloader',
    network: '@model',
    loss_function: '@loss',
    optimizer: '@optimizer',
    inferer: '@inferer',
    postprocessing: '@post_transforms',
    key_train_metric: '@key_metric',
    train_handlers: '@handlers',
    amp: '{amp}',
  },
});

const lossOf = fromEngine("['loss'], first=True");

/** In this order: what validates and saves goes before what only tells. */
const trainHandlers: JsonObject[] = [
  {
    name: 'CheckpointLoader',
    disabled: '{dont_load_ckpt_model}',
    args: { load_path: '{MMAR_CKPT}', load_dict: { model: '@model' } },
  },
  { name: 'LrScheduleHandler', args: { lr_scheduler: '@lr_scheduler', print_lr: false } },
  {
    name: 'ValidationHandler',
    args: { validator: '@evaluator', epoch_level: true, interval: '{num_interval_per_valid}' },
  },
  {
    name: 'StatsHandler',
    rank: 0,
    args: { tag_name: 'train_loss', output_transform: lossOf },
  },
  {
    name: 'TensorBoardStatsHandler',
    rank: 0,
    args: { log_dir: '{MMAR_CKPT_DIR}', tag_name: 'train_loss', output_transform: lossOf },
  },
];

function validate(choices: MmarChoices): JsonObject {
  const names = [...preprocessing(choices, 'both'), toTensor('both')].map(({ name }) => name);
  return {
    pre_transforms: names.map(name => ({ ref: name })),
    dataset: dataset('CacheDataset', choices.data.lists.validation, cacheOf(choices)),
    dataloader: dataloader(1, false, 4),
    inferer: slidingWindow(choices),
    handlers: [
      silentStats,
      {
        name: 'TensorBoardStatsHandler',
        rank: 0,
        args: { log_dir: '{MMAR_CKPT_DIR}', output_transform: 'lambda x: None' },
      },
      {
        name: 'CheckpointSaver',
        rank: 0,
        args: {
          save_dir: '{MMAR_CKPT_DIR}',
          save_dict: { model: '@model', train_conf: '@conf' },
          save_key_metric: true,
        },
      },
    ],
    post_transforms: [{ ref: 'Activationsd' }, { ref: 'AsDiscreted' }],
    key_metric: meanDice('val_mean_dice'),
    additional_metrics: [],
    evaluator: evaluator(scored),
  };
}
