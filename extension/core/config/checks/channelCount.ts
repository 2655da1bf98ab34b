import { t } from '@vscode/l10n';
import type { CheckContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { argNode, argValue, listOf, textsOf } from '../literal.ts';
import type { ComponentUse, ConfigModel } from '../model.ts';
import { headOf, rangeOf, type ConfigNode } from '../parse.ts';
import { partOf } from '../runParts.ts';
import { transformLists, type TransformList } from '../transformLists.ts';
import { found, type Check, type Code } from './check.ts';

const channels: Code = {
  code: 'channel-count',
  severity: 'warning',
  summary: 'Numbers of channels or classes that do not fit together',
};
const activation: Code = {
  code: 'activation-differs',
  severity: 'warning',
  summary: 'Loss and post transforms make something else of the output of the network',
};

/** Compares the channels of the network with the images, the classes, the loss and the post transforms. */
export const channelCount: Check = {
  codes: [channels, activation],
  kinds: ['train', 'bundle'],
  run: (model, context) => {
    const network = partOf(model, 'train', 'model');
    if (!network) return [];
    const out = numberArg(network, 'out_channels', model, context);
    const lists = transformLists(model, context);
    return [
      ...images(model, context, network, lists),
      ...classes(model, context, network, out),
      ...ofLoss(model, context, network, out, lists),
      ...lists
        .filter(({ stage }) => stage === 'post')
        .flatMap(list => oneHot(model, context, list, out)),
    ];
  },
};

function numberArg(
  use: ComponentUse,
  arg: string,
  model: ConfigModel,
  context: CheckContext,
): number | undefined {
  const value = argNode(use, arg) && argValue(use, arg, model, context);
  return typeof value === 'number' ? value : undefined;
}

/** Transforms that leave the number of channels as it is. */
const keeping =
  /^(LoadImaged|EnsureChannelFirstd|AddChanneld|Orientationd|Spacingd|ScaleIntensity.*d|NormalizeIntensityd|CropForegroundd|RandCrop.*d|RandSpatialCrop.*d|Rand(Flip|Rotate|Rotate90|Zoom|Affine|ShiftIntensity|ScaleIntensity|GaussianNoise|GaussianSmooth|AdjustContrast)d|SpatialPadd|Resized|ToTensord|EnsureTyped|CastToTyped|ResizeWithPadOrCropd|DivisiblePadd)$/;

/** Images of several files have a channel for each. */
function images(
  model: ConfigModel,
  context: CheckContext,
  network: ComponentUse,
  lists: readonly TransformList[],
): Finding[] {
  const count = filesPerImage(context);
  const taken = numberArg(network, 'in_channels', model, context);
  const node = argNode(network, 'in_channels');
  const pre = lists.find(({ stage, section }) => stage === 'pre' && section === 'train');
  if (count === undefined || taken === undefined || !node || taken === count) return [];
  if (!pre?.steps.every(({ spec }) => keeping.test(spec?.name ?? ''))) return [];
  const message = t(
    'An image of the datalist has {0} files, so {0} channels; the network takes {1}.',
    count,
    taken,
  );
  return [found(channels, rangeOf(node), message)];
}

function filesPerImage({ facts }: CheckContext): number | undefined {
  const all = Object.values(facts.datalist?.lists ?? {}).flat();
  const counts = new Set(all.map(({ image }) => image.length));
  const [count] = counts;
  return counts.size === 1 && count !== undefined && count > 1 ? count : undefined;
}

function classes(
  model: ConfigModel,
  context: CheckContext,
  network: ComponentUse,
  out: number | undefined,
): Finding[] {
  const labels = Object.keys(context.facts.datalist?.labels ?? {}).length;
  const node = argNode(network, 'out_channels');
  const loss = partOf(model, 'train', 'loss');
  if (labels < 2 || out === undefined || !node || !loss || out >= labels) return [];
  if (argValue(loss, 'to_onehot_y', model, context) !== true) return [];
  return [
    found(
      channels,
      rangeOf(node),
      t('The datalist names {0} classes, background included; the network gives {1}.', labels, out),
    ),
  ];
}

function ofLoss(
  model: ConfigModel,
  context: CheckContext,
  network: ComponentUse,
  out: number | undefined,
  lists: readonly TransformList[],
): Finding[] {
  const loss = partOf(model, 'train', 'loss');
  if (!loss) return [];
  const says = (arg: string) => argNode(loss, arg) && argValue(loss, arg, model, context) === true;
  const useless = ['softmax', 'to_onehot_y'].filter(arg => out === 1 && says(arg));
  const alone = useless.flatMap((arg): Finding[] => {
    const node = argNode(loss, arg);
    const message = t('"{0}" has no effect on a network with one output channel.', arg);
    return node ? [found(channels, rangeOf(node), message, related(network))] : [];
  });
  const wanted = says('softmax') ? 'softmax' : says('sigmoid') ? 'sigmoid' : undefined;
  const other = wanted === 'softmax' ? 'sigmoid' : 'softmax';
  if (wanted === undefined) return alone;
  return [...alone, ...lists.flatMap(list => otherActivation(model, context, list, wanted, other))];
}

function related(network: ComponentUse) {
  const node = argNode(network, 'out_channels');
  return node ? { related: [{ range: rangeOf(node), message: 'out_channels' }] } : {};
}

function otherActivation(
  model: ConfigModel,
  context: CheckContext,
  list: TransformList,
  wanted: string,
  other: string,
): Finding[] {
  if (list.stage !== 'post') return [];
  return list.steps.flatMap(({ use, spec, isOwn }) => {
    if (!use || !isOwn || spec?.name !== 'Activationsd') return [];
    const node = argNode(use, other);
    if (!node || argValue(use, other, model, context) !== true) return [];
    const key = node.parent ? headOf(node) : rangeOf(node);
    return [
      found(
        activation,
        key,
        t('The loss takes the output through {0}, this through {1}.', wanted, other),
      ),
    ];
  });
}

/** A number of classes for the prediction, where it was one class per voxel before. */
function oneHot(
  model: ConfigModel,
  context: CheckContext,
  list: TransformList,
  out: number | undefined,
): Finding[] {
  if (out === undefined) return [];
  return list.steps.flatMap(({ use, spec, isOwn }) => {
    if (!use || !isOwn || spec?.name !== 'AsDiscreted') return [];
    const at = textsOf(argValue(use, 'keys', model, context)).indexOf('pred');
    if (at < 0 || ownValue(argValue(use, 'argmax', model, context), at) !== true) return [];
    return ['to_onehot', 'n_classes', 'num_classes'].flatMap(arg => {
      const node = argNode(use, arg);
      const count = node && ownValue(argValue(use, arg, model, context), at);
      if (!node || typeof count !== 'number' || count >= out) return [];
      return [wrongCount(node, arg, count, out)];
    });
  });
}

const ownValue = (value: unknown, at: number): unknown =>
  Array.isArray(value) ? listOf(value)[at] : value;

const wrongCount = (node: ConfigNode, arg: string, count: number, out: number): Finding =>
  found(
    channels,
    rangeOf(node),
    t('"{0}" says {1} classes; the network gives {2}.', arg, count, out),
    count > out ? { severity: 'info' } : {},
  );
