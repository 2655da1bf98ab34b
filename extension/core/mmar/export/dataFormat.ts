import { t } from '@vscode/l10n';
import { isList, isObject, textOf, type Json, type JsonObject } from '../bundle/json.ts';
import { plainText } from '../bundle/values.ts';
import type { DatalistFacts } from './datalistFacts.ts';

/** The compiled configs that say what goes into the network and what comes out. */
export interface CompiledConfigs {
  readonly trained: JsonObject;
  readonly inference: JsonObject;
}

export interface DataFormat {
  readonly format: JsonObject;
  /** What the MMAR does not say, so that it had to be assumed. */
  readonly assumed: readonly string[];
}

/** `network_data_format` of metadata.json: the tensors that the network takes and gives. */
export function dataFormat(
  { trained, inference }: CompiledConfigs,
  facts: DatalistFacts,
  segmentation: boolean,
): DataFormat {
  const assumed: string[] = [];
  const network = objectIn(trained, 'network_def');
  const arg = (...names: string[]): number | undefined =>
    names.map(name => numberOf(network[name], trained)).find(value => value !== undefined);
  const channels = arg('in_channels', 'input_channels', 'input_nc') ?? facts.channels;
  const classes = arg('out_channels', 'num_classes', 'n_classes', 'classes', 'output_nc');
  const outputs = classes ?? (facts.labels.length > 1 ? facts.labels.length : undefined);
  if (channels === undefined) assumed.push(t('one input channel'));
  if (outputs === undefined) assumed.push(t('two output channels'));
  const dimensions = arg('spatial_dims') ?? patchOf(trained, inference)?.length ?? 3;
  const shape = spatialShape(trained, inference, dimensions, network);
  const common = { spatial_shape: shape.size, dtype: 'float32', is_patch_data: shape.isPatch };
  return {
    format: {
      inputs: { image: { ...imageOf(trained, facts, channels ?? 1), ...common } },
      outputs: { pred: { ...predictionOf(trained, facts, outputs ?? 2, segmentation), ...common } },
    },
    assumed,
  };
}

function imageOf(trained: JsonObject, facts: DatalistFacts, channels: number): JsonObject {
  const [modality = 'n/a'] = facts.modalities;
  const names = channels === 1 ? ['image'] : facts.modalities;
  return {
    type: 'image',
    format: /^ct\b/i.test(modality) ? 'hounsfield' : 'magnitude',
    modality: plainText(modality),
    num_channels: channels,
    value_range: inputRange(trained),
    channel_def: channelNames(names, channels),
  };
}

function predictionOf(
  trained: JsonObject,
  { labels }: DatalistFacts,
  classes: number,
  segmentation: boolean,
): JsonObject {
  const activation = transformsOf(trained, 'postprocessing').find(item =>
    isNamed(item, 'Activationsd'),
  );
  const isSigmoid = truthy(activation?.['sigmoid']);
  // without a channel for the background the first one is that of label 1
  const names = labels.length === classes + 1 ? labels.slice(1) : labels;
  return {
    type: segmentation ? 'image' : 'probabilities',
    format: isSigmoid || !segmentation ? 'classes' : 'labels',
    num_channels: classes,
    value_range: isSigmoid || truthy(activation?.['softmax']) ? [0, 1] : [],
    channel_def: channelNames(names.length === classes ? names : [], classes),
  };
}

const truthy = (value: Json | undefined): boolean =>
  isList(value) ? value.includes(true) : value === true;

const channelNames = (names: readonly string[], count: number): JsonObject =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      String(i),
      plainText(names[i] ?? t('channel {0}', i)),
    ]),
  );

/** What the image's intensities are scaled to; empty where nothing is scaled to a range. */
function inputRange(trained: JsonObject): Json[] {
  const scaled = transformsOf(trained, 'preprocessing').findLast(item =>
    ['ScaleIntensityRanged', 'ScaleIntensityd', 'NormalizeIntensityd'].some(n => isNamed(item, n)),
  );
  if (!scaled || isNamed(scaled, 'NormalizeIntensityd')) return [];
  const [low, high] = isNamed(scaled, 'ScaleIntensityRanged')
    ? ['b_min', 'b_max']
    : ['minv', 'maxv'];
  const range = [low, high].map((name, i) =>
    name in scaled ? numberOf(scaled[name], trained) : i,
  );
  return range.every(value => value !== undefined) ? range : [];
}

function spatialShape(
  trained: JsonObject,
  inference: JsonObject,
  dimensions: number,
  network: JsonObject,
): { size: Json[]; isPatch: boolean } {
  const patch = patchOf(trained, inference);
  const factor = strideOf(network);
  const free = factor > 1 ? `${factor}*n` : '*';
  const whole = patch === undefined;
  const given = patch ?? resizedTo(trained) ?? [];
  const size = Array.from({ length: dimensions }, (_, i) => given[i] ?? -1);
  // 0 and -1 mean the whole of the image
  return { size: size.map(n => (n > 0 ? n : free)), isPatch: !whole };
}

/** The window of the inference, else the patch of the training; one number stands for all axes. */
function patchOf(trained: JsonObject, inference: JsonObject): number[] | undefined {
  const crop = transformsOf(trained, 'preprocessing').find(item =>
    /^Rand.*Crop/.test(textOf(item['_target_'])),
  );
  const found = [
    objectIn(inference, 'inferer')['roi_size'],
    crop?.['spatial_size'] ?? crop?.['roi_size'],
  ].map(size => numbersOf(size, trained));
  return found.find(size => size !== undefined);
}

const resizedTo = (trained: JsonObject): number[] | undefined =>
  numbersOf(
    transformsOf(trained, 'preprocessing').findLast(item => isNamed(item, 'Resized'))?.[
      'spatial_size'
    ],
    trained,
  );

function numbersOf(value: Json | undefined, top: JsonObject): number[] | undefined {
  if (!isList(value)) {
    const one = numberOf(value, top);
    return one === undefined ? undefined : [one, one, one];
  }
  const numbers = value.map(item => numberOf(item, top));
  return numbers.every(number => number !== undefined) ? numbers : undefined;
}

/** By how much a network of strides makes an image smaller: sizes must be multiples of it. */
function strideOf(network: JsonObject): number {
  const strides = network['strides'];
  if (!isList(strides)) return 1;
  return strides
    .map(stride => (isList(stride) ? Math.max(...stride.map(Number)) : Number(stride)))
    .reduce((product, stride) => product * (Number.isFinite(stride) ? stride : 1), 1);
}

/** A number, or what the top-level variable holds that a reference names. */
function numberOf(value: Json | undefined, top: JsonObject): number | undefined {
  if (typeof value === 'number') return value;
  const name = typeof value === 'string' ? /^@(\w+)$/.exec(value)?.[1] : undefined;
  const found = name === undefined ? undefined : top[name];
  return typeof found === 'number' ? found : undefined;
}

const objectIn = (value: JsonObject, key: string): JsonObject => {
  const inner = value[key];
  return isObject(inner) ? inner : {};
};

function transformsOf(trained: JsonObject, list: 'preprocessing' | 'postprocessing'): JsonObject[] {
  const transforms = objectIn(objectIn(trained, 'train'), list)['transforms'];
  return isList(transforms) ? transforms.filter(isObject) : [];
}

const isNamed = (item: JsonObject, name: string): boolean =>
  textOf(item['_target_']).split('.').at(-1) === name;
