import type { CheckContext } from './context.ts';
import { argNode, argValue, idIn, listOf } from './literal.ts';
import type { Json } from '../mmar/bundle/json.ts';
import type { ComponentUse, ConfigModel } from './model.ts';
import { fieldOf, nodeAt, type ConfigNode } from './parse.ts';
import { useOf, transformLists } from './transformLists.ts';
import { elementsOf, sectionsOf, textOf } from './walk.ts';

/** A number per axis, and where it is written. */
export interface Size {
  readonly values: readonly number[];
  readonly node: ConfigNode;
  /** What has it: "RandCropByPosNegLabeld", "SlidingWindowInferer". */
  readonly of: string;
}

const patches: Readonly<Record<string, string>> = {
  RandCropByPosNegLabeld: 'spatial_size',
  RandCropByLabelClassesd: 'spatial_size',
  RandWeightedCropd: 'spatial_size',
  RandSpatialCropd: 'roi_size',
  RandSpatialCropSamplesd: 'roi_size',
  CenterSpatialCropd: 'roi_size',
  SpatialCropForegroundd: 'spatial_size',
  ResizeWithPadOrCropd: 'spatial_size',
  Resized: 'spatial_size',
};

/** Transforms after which the size is another one, or not known. */
const resizing =
  /^(Zoomd|Spacingd|CropForegroundd|Rotate90d|RandScaleCropd|DivisiblePadd|BorderPadd|SpatialPadd)$/;

/** The size of what the network is trained on: that of the last transform which fixes one. */
export function trainingPatch(model: ConfigModel, context: CheckContext): Size | undefined {
  const list = transformLists(model, context).find(
    ({ stage, section }) => stage === 'pre' && section.split('::')[0] === 'train',
  );
  if (!list?.isWhole) return undefined;
  let patch: Size | undefined;
  for (const { use, spec } of list.steps) {
    const arg = patches[spec?.name ?? ''];
    if (use && arg !== undefined) patch = sizeAt(use, arg, model, context);
    else if (resizing.test(spec?.name ?? '')) patch = undefined;
  }
  return patch;
}

/** The size that an argument holds, if it is whole. */
export function sizeAt(
  use: ComponentUse,
  arg: string,
  model: ConfigModel,
  context: CheckContext,
): Size | undefined {
  const node = argNode(use, arg);
  const values = numbers(argValue(use, arg, model, context));
  return node && values.length > 0 && values.every(size => size > 0)
    ? { values, node, of: use.name }
    : undefined;
}

export const numbers = (value: Json | undefined): readonly number[] => {
  const all = listOf(value);
  const found = all.filter(item => typeof item === 'number');
  return found.length === all.length ? found : [];
};

/** The enabled component of a section: model, loss, inferer; of several alternatives none. */
export function partOf(
  model: ConfigModel,
  section: string,
  part: string,
): ComponentUse | undefined {
  if (model.form === 'bundle') return bundlePart(model, section, part);
  const node = sectionsOf(model.doc).find(({ name }) => name === section)?.node;
  const all = elementsOf(fieldOf(node, part));
  return all.length === 1 ? useOf(model, all[0]) : undefined;
}

const bundleIds: Readonly<Record<string, readonly string[]>> = {
  model: ['network_def', 'network', 'net'],
  loss: ['loss', 'loss_function', 'train::loss'],
};

function bundlePart(model: ConfigModel, section: string, part: string): ComponentUse | undefined {
  const ids = bundleIds[part] ?? [`${section}::${part}`];
  for (const id of ids) {
    let node = nodeAt(model.doc, id.split('::'));
    const reference = idIn(textOf(node) ?? '');
    if (reference) node = nodeAt(model.doc, reference);
    const use = useOf(model, node);
    if (use) return use;
  }
  return undefined;
}

/** The window of a sliding window inferer. */
export function windowOf(
  model: ConfigModel,
  section: string,
  context: CheckContext,
): Size | undefined {
  const inferer = partOf(model, section, 'inferer');
  return inferer && context.specOf(inferer)?.name === 'SlidingWindowInferer'
    ? sizeAt(inferer, 'roi_size', model, context)
    : undefined;
}

/** The sections with an inferer of their own. */
export const inferring = (model: ConfigModel): readonly string[] =>
  model.form === 'bundle' || model.kind === 'train' ? ['train', 'validate'] : [''];

export const sizeText = ({ values }: Size): string => values.join(' x ');

/** The training config that a config of the same MMAR belongs to, with its path. */
export function trainingConfigs(context: CheckContext): readonly [string, ConfigModel][] {
  const all = [...(context.facts.others ?? [])].filter(([, { kind }]) => kind === 'train');
  const main = all.filter(([path]) => /(^|\/)config_train\.json$/.test(path));
  return main.length > 0 ? main : all;
}
