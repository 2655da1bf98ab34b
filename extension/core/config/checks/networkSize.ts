import { t } from '@vscode/l10n';
import type { CheckContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { argNode, argValue } from '../literal.ts';
import type { ComponentUse, ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { numbers, partOf, sizeText, trainingPatch, windowOf, type Size } from '../runParts.ts';
import { found, type Check, type Code } from './check.ts';

const size: Code = {
  code: 'patch-size',
  severity: 'error',
  summary: 'A patch or window that the levels of the network cannot halve',
};
const levels: Code = {
  code: 'network-levels',
  severity: 'warning',
  summary: 'As many strides or kernels as the network has levels are not given',
};

/** Compares what goes into the network with what it can take. */
export const networkSize: Check = {
  codes: [size, levels],
  kinds: ['train', 'bundle'],
  run: (model, context) => {
    const network = partOf(model, 'train', 'model');
    if (!network) return [];
    return [...wrongLevels(model, context, network), ...wrongSizes(model, context, network)];
  },
};

/** How often each axis is halved, in all; undefined: the network pads, or is not known here. */
function factorOf(
  model: ConfigModel,
  context: CheckContext,
  network: ComponentUse,
): readonly number[] | undefined {
  const value = (arg: string) => argValue(network, arg, model, context);
  const name = context.specOf(network)?.name;
  if (name === 'UNet' || name === 'AttentionUnet')
    return product(value('strides'), levelsOf(value('channels')));
  if (name === 'SegResNet') {
    const blocks = value('blocks_down');
    const count = Array.isArray(blocks) ? blocks.length : 4;
    return [2 ** (count - 1)];
  }
  return name === 'SwinUNETR' ? [32] : undefined;
}

const levelsOf = (channels: unknown): number | undefined =>
  Array.isArray(channels) ? channels.length - 1 : undefined;

function product(strides: unknown, count: number | undefined): readonly number[] | undefined {
  if (!Array.isArray(strides) || count === undefined || strides.length < count) return undefined;
  // strides of the lowest levels are not looked at
  const used: unknown[] = strides.slice(0, count);
  const rows = used.map(stride => (Array.isArray(stride) ? (stride as unknown[]) : [stride]));
  if (!rows.flat().every(stride => typeof stride === 'number')) return undefined;
  const axes = Math.max(...rows.map(row => row.length), 1);
  return Array.from({ length: axes }, (_, axis) =>
    rows.reduce((all, row) => all * Number(row[axis] ?? row[0] ?? 1), 1),
  );
}

function wrongSizes(model: ConfigModel, context: CheckContext, network: ComponentUse): Finding[] {
  const factor = factorOf(model, context, network);
  if (!factor) return [];
  const sizes = [trainingPatch(model, context), windowOf(model, 'validate', context)];
  return sizes.flatMap(found_ => (found_ ? indivisible(found_, factor, network) : []));
}

function indivisible(of: Size, factor: readonly number[], network: ComponentUse): Finding[] {
  const by = of.values.map((_, axis) => factor[axis] ?? factor[0] ?? 1);
  if (of.values.every((value, axis) => value % (by[axis] ?? 1) === 0)) return [];
  const near = of.values.map(
    (value, axis) => Math.max(1, Math.round(value / (by[axis] ?? 1))) * (by[axis] ?? 1),
  );
  const message = t(
    '{0} halves its input until it is {1} times smaller, and {2} is not divisible by that: the next sizes are {3}.',
    network.name,
    [...new Set(by)].join(', '),
    sizeText(of),
    near.join(' x '),
  );
  const text = JSON.stringify(of.node.type === 'array' ? near : near[0]);
  return [
    found(size, rangeOf(of.node), message, {
      fixes: [{ title: t('Change to {0}', text), edits: [{ range: rangeOf(of.node), text }] }],
    }),
  ];
}

function wrongLevels(model: ConfigModel, context: CheckContext, network: ComponentUse): Finding[] {
  const name = context.specOf(network)?.name;
  if (name !== 'UNet' && name !== 'AttentionUnet') return [];
  const channels = argValue(network, 'channels', model, context);
  const strides = argValue(network, 'strides', model, context);
  const node = argNode(network, 'strides');
  if (!node || !Array.isArray(channels) || !Array.isArray(strides)) return [];
  const wanted = channels.length - 1;
  if (strides.length === wanted || numbers(channels).length === 0) return [];
  const message = t(
    '{0} with {1} channels has {2} strides; here are {3}.',
    network.name,
    channels.length,
    wanted,
    strides.length,
  );
  return [
    found(levels, rangeOf(node), message, {
      severity: strides.length < wanted ? 'error' : 'warning',
    }),
  ];
}
