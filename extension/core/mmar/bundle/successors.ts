import type { JsonObject } from './json.ts';

/**
 * Short names that MMARs use for classes outside MONAI, with their import paths.
 * MONAI's bundle finds its own classes by short name; others need the full path.
 */
export const outsideMonai: ReadonlyMap<string, string> = new Map([
  ...[
    'Accuracy',
    'ConfusionMatrix',
    'Loss',
    'MeanAbsoluteError',
    'MeanSquaredError',
    'Precision',
    'Recall',
  ].map((name): [string, string] => [name, `ignite.metrics.${name}`]),
  ...['Adam', 'AdamW', 'SGD', 'RMSprop', 'Adagrad', 'Adadelta', 'RAdam', 'NAdam'].map(
    (name): [string, string] => [name, `torch.optim.${name}`],
  ),
  ...[
    'StepLR',
    'MultiStepLR',
    'ExponentialLR',
    'CosineAnnealingLR',
    'CosineAnnealingWarmRestarts',
    'ReduceLROnPlateau',
    'CyclicLR',
    'OneCycleLR',
    'LambdaLR',
    'PolynomialLR',
    'LinearLR',
    'ConstantLR',
  ].map((name): [string, string] => [name, `torch.optim.lr_scheduler.${name}`]),
  ...[
    'BCEWithLogitsLoss',
    'BCELoss',
    'CrossEntropyLoss',
    'L1Loss',
    'MSELoss',
    'NLLLoss',
    'SmoothL1Loss',
  ].map((name): [string, string] => [name, `torch.nn.${name}`]),
]);

export interface Successor {
  readonly name: string;
  /** Arguments that the successor needs to behave like the old class, unless given. */
  readonly args: JsonObject;
  /** Old argument name to new one. */
  readonly rename?: Readonly<Record<string, string>>;
  /** True when the change is worth telling. */
  readonly tell: boolean;
  /** True when it does the same in another way, so that a person should look at it. */
  readonly check?: true;
}

const ensureTyped: Successor = { name: 'EnsureTyped', args: {}, tell: false };

/**
 * Classes of MONAI 0.5 and 0.8 that 1.6 does not have, or that must not be used there.
 * The inverse of ToTensord makes NumPy arrays, on which Invertd fails; EnsureTyped has no inverse.
 */
export const successors: ReadonlyMap<string, Successor> = new Map([
  ['AddChanneld', { name: 'EnsureChannelFirstd', args: { channel_dim: 'no_channel' }, tell: true }],
  ['AsChannelFirstd', { name: 'EnsureChannelFirstd', args: { channel_dim: -1 }, tell: true }],
  ['BasicUnet', { name: 'BasicUNet', args: {}, tell: false }],
  [
    'TorchVisionFullyConvModel',
    {
      name: 'TorchVisionFCModel',
      args: {},
      rename: { n_classes: 'num_classes' },
      tell: true,
      check: true,
    },
  ],
  [
    'MaskedInferenceWSIDataset',
    { name: 'MaskedPatchWSIDataset', args: {}, tell: true, check: true },
  ],
  ['ToTensord', ensureTyped],
  ['SplitChanneld', { name: 'SplitDimd', args: {}, rename: { channel_dim: 'dim' }, tell: true }],
]);

/** Handlers that MONAI lost; transforms of post_transforms do their work today. */
export const lostHandlers: Readonly<Record<string, string>> = {
  SegmentationSaver: 'SaveImaged',
  TransformInverter: 'Invertd',
};

/** Dictionary transforms go by three names; the tables know the first. */
export const canonicalName = (short: string): string => short.replace(/(D|Dict)$/, 'd');

const metaKeys = { meta_keys: null, meta_key_postfix: null };

/**
 * Arguments that MONAI and torch renamed (old name to new one) or took away (null) since 0.5, by class.
 * Read from the constructors of MONAI 0.5.3, 0.8.1 and 1.6.1; those with a change of meaning are not here.
 */
export const changedArgs: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  ...Object.fromEntries(
    [
      ...['Spacingd', 'Orientationd', 'EnsureChannelFirstd', 'RandCropByPosNegLabeld'],
      ...['RandCropByLabelClassesd', 'RandSpatialCropSamplesd', 'RandWeightedCropd'],
    ].map(name => [name, metaKeys]),
  ),
  ...Object.fromEntries(
    [
      ...['StepLR', 'MultiStepLR', 'ExponentialLR', 'CosineAnnealingLR', 'ReduceLROnPlateau'],
      ...['CosineAnnealingWarmRestarts', 'CyclicLR', 'OneCycleLR', 'LambdaLR', 'LinearLR'],
      ...['ConstantLR', 'PolynomialLR'],
    ].map(name => [name, { verbose: null }]),
  ),
  ...Object.fromEntries(
    ['UNETR', 'ViT', 'ViTAutoEnc'].map(name => [name, { pos_embed: 'proj_type' }]),
  ),
  ...Object.fromEntries(
    ['SupervisedTrainer', 'SupervisedEvaluator'].map(name => [
      name,
      { post_transform: 'postprocessing' },
    ]),
  ),
  // today the image carries its own meta data
  Invertd: { meta_keys: null },
  SaveImaged: { meta_keys: null },
  DiceCELoss: { ce_weight: 'weight' },
  DiceFocalLoss: { focal_weight: 'weight' },
  LocalNormalizedCrossCorrelationLoss: { ndim: 'spatial_dims' },
  TorchVisionFCModel: { n_classes: 'num_classes' },
  ResNet: { n_classes: 'num_classes' },
  NetAdapter: { n_classes: 'num_classes' },
  TensorBoardStatsHandler: { iteration_interval: 'iteration_log', epoch_interval: 'epoch_log' },
};

/** Arguments that today's class of the same name swallows without a word: it must be written anew. */
export const otherMeaning: Readonly<Record<string, readonly string[]>> = {
  PatchWSIDataset: ['region_size', 'grid_shape', 'image_reader_name'],
  MaskedPatchWSIDataset: ['image_reader_name'],
};

/** The same for every class outside `custom/`. */
export const changedArgsOfAll: Readonly<Record<string, string | null>> = {
  dimensions: 'spatial_dims',
  as_tensor_output: null,
};

/** What exists only inside Clara's container, AIAA or NVFlare: there is nothing on open MONAI to map it to. */
const claraOnly = /^(medl|aiaa|nvflare|automl|dlmed)\./;
const claraNames: ReadonlySet<string> = new Set([
  'MMARExecutor',
  'MMARHandler',
  'MMARStatsHandler',
  'ReinforcementController',
  'SmartCachePatchWSIDataset',
  'PTModelReaderWriter',
  'PTFileModelPersistor',
  'FullModelShareableGenerator',
  'IntimeModelSelectionHandler',
  'InTimeAccumulateWeightedAggregator',
  'AccumulateWeightedAggregator',
  'PercentilePrivacy',
  'SVTPrivacy',
]);

export const isClaraOnly = (name: string): boolean => claraOnly.test(name) || claraNames.has(name);
