import { t } from '@vscode/l10n';
import type { CheckContext } from '../context.ts';
import { fix, moveBefore, renameText } from '../edits.ts';
import type { Finding, Fix } from '../finding.ts';
import { argNode, argValue, listOf, textsOf } from '../literal.ts';
import type { ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { transformLists, type Step, type TransformList } from '../transformLists.ts';
import { textOf } from '../walk.ts';
import { found, runKinds, type Check, type Code } from './check.ts';

const order: Code = {
  code: 'transform-order',
  severity: 'warning',
  summary: 'Transforms in an order that runs, but does something else than is meant',
};
const inverse: Code = {
  code: 'invert-transform',
  severity: 'warning',
  summary: 'Invertd cannot undo what was done',
};
const toTensor: Code = {
  code: 'totensor-inverse',
  severity: 'warning',
  summary: 'The inverse of ToTensord breaks Invertd',
};

/** Flags orders of transforms that MONAI runs without a word. */
export const transformOrder: Check = {
  codes: [order, inverse, toTensor],
  kinds: [...runKinds, 'aiaa', 'bundle'],
  run: (model, context) => {
    const lists = transformLists(model, context);
    return lists.flatMap(list => [
      ...channelLast(model, context, list),
      ...spacingAfterCrop(model, list),
      ...discreteOrder(model, context, list),
      ...inversion(model, context, list, lists),
    ]);
  },
};

const name = ({ spec, use }: Step): string => spec?.name ?? use?.name ?? '';

const channelFirst = /^(EnsureChannelFirstd|AddChanneld|AsChannelFirstd)$/;
const spatial =
  /^(Spacingd|Orientationd|Resized|Zoomd|RandZoomd|Rotated|RandRotated|RandFlipd|Flipd|Affined|RandAffined|RandRotate90d|CropForegroundd|RandSpatialCropd|CenterSpatialCropd|RandCropByPosNegLabeld|SpatialPadd|ResizeWithPadOrCropd)$/;

function keysOf(step: Step, model: ConfigModel, context: CheckContext): readonly string[] {
  return step.use ? textsOf(argValue(step.use, 'keys', model, context)) : [];
}

/** Without its channel, the first axis of an image is taken for one. */
function channelLast(model: ConfigModel, context: CheckContext, list: TransformList): Finding[] {
  const { steps } = list;
  return steps.flatMap((step, i) => {
    if (!spatial.test(name(step))) return [];
    const keys = keysOf(step, model, context);
    const later = steps.findIndex(
      (other, j) =>
        j > i &&
        channelFirst.test(name(other)) &&
        keysOf(other, model, context).some(key => keys.includes(key)),
    );
    const target = steps[later];
    if (!target || hasChannel(steps.slice(0, i), keys, model, context)) return [];
    const message = t(
      '{0} comes before {1}: the first axis of the image is taken for its channels, and the wrong axes are changed.',
      name(step),
      name(target),
    );
    return [found(order, rangeOf(step.at), message, { fixes: moving(model, target, step) })];
  });
}

function hasChannel(
  before: readonly Step[],
  keys: readonly string[],
  model: ConfigModel,
  context: CheckContext,
): boolean {
  return before.some(step => {
    const isLoading =
      step.use !== undefined &&
      argNode(step.use, 'ensure_channel_first') !== undefined &&
      argValue(step.use, 'ensure_channel_first', model, context) !== false;
    if (!isLoading && !channelFirst.test(name(step))) return false;
    return keysOf(step, model, context).some(key => keys.includes(key));
  });
}

function moving(model: ConfigModel, step: Step, before: Step): Fix[] {
  const edits = moveBefore(model.doc, step.entry, before.entry);
  return edits ? [fix(t('Move {0} before {1}', name(step), name(before)), ...edits)] : [];
}

const crop =
  /^(RandCropByPosNegLabeld|RandCropByLabelClassesd|RandSpatialCropd|RandSpatialCropSamplesd|CenterSpatialCropd|SpatialCropd|RandWeightedCropd|ResizeWithPadOrCropd)$/;

/** A patch of a fixed size is another part of the body, and of another size, for each case. */
function spacingAfterCrop(model: ConfigModel, { steps }: TransformList): Finding[] {
  return steps.flatMap((step, i) => {
    if (name(step) !== 'Spacingd') return [];
    const before = steps.slice(0, i).find(other => crop.test(name(other)));
    if (!before) return [];
    const message = t(
      'Spacingd comes after {0}: the patches get another size for each case, and no batch can be made of them.',
      name(before),
    );
    return [found(order, rangeOf(step.at), message, { fixes: moving(model, step, before) })];
  });
}

/** Whether an argument applies to a key: one value for all, or one for each. */
function appliesTo(
  step: Step,
  arg: string,
  key: string,
  model: ConfigModel,
  context: CheckContext,
): boolean {
  const { use } = step;
  if (!use) return false;
  const value = argValue(use, arg, model, context);
  const at = textsOf(argValue(use, 'keys', model, context)).indexOf(key);
  if (at < 0) return false;
  const own = Array.isArray(value) ? listOf(value)[at] : value;
  return own !== undefined && own !== null && own !== false;
}

/** Probabilities, then one number per voxel, then a channel for each class. */
function discreteOrder(
  model: ConfigModel,
  context: CheckContext,
  { steps }: TransformList,
): Finding[] {
  const does = (step: Step, arg: string) => appliesTo(step, arg, 'pred', model, context);
  return steps.flatMap((step, i) => {
    const before = steps.slice(0, i);
    if (name(step) === 'AsDiscreted' && does(step, 'argmax')) {
      const hot = before.find(other => name(other) === 'AsDiscreted' && does(other, 'to_onehot'));
      return hot
        ? [
            found(
              order,
              rangeOf(step.at),
              t('argmax comes after to_onehot: the channels of the classes are gone again.'),
              { fixes: moving(model, step, hot) },
            ),
          ]
        : [];
    }
    if (name(step) !== 'Activationsd' || !(does(step, 'softmax') || does(step, 'sigmoid')))
      return [];
    const cut = before.find(
      other => name(other) === 'AsDiscreted' && (does(other, 'argmax') || does(other, 'threshold')),
    );
    return cut
      ? [
          found(
            order,
            rangeOf(step.at),
            t('Activationsd comes after AsDiscreted: it is meant for the output of the network.'),
            { fixes: moving(model, step, cut) },
          ),
        ]
      : [];
  });
}

function inversion(
  model: ConfigModel,
  context: CheckContext,
  list: TransformList,
  lists: readonly TransformList[],
): Finding[] {
  const step = list.steps.find(other => name(other) === 'Invertd');
  if (!step?.use) return [];
  const node = argNode(step.use, 'transform');
  const text = textOf(node);
  const pre = lists.find(({ stage, section }) => stage === 'pre' && section === list.section);
  const found_: Finding[] = [];
  if (
    node &&
    model.form !== 'bundle' &&
    (text === undefined || !/^[@#].*pre_transforms/.test(text))
  )
    found_.push(
      found(
        inverse,
        rangeOf(node),
        t('Invertd undoes "@pre_transforms"; this is something else.'),
        {
          fixes: [
            fix(
              t('Change to {0}', '"@pre_transforms"'),
              renameText(model.doc, node, '@pre_transforms'),
            ),
          ],
        },
      ),
    );
  return [...found_, ...tensors(model, context, step, pre), ...origin(model, context, step, pre)];
}

/** Which key it takes the way back from must have gone the way. */
function origin(
  model: ConfigModel,
  context: CheckContext,
  step: Step,
  pre: TransformList | undefined,
): Finding[] {
  const node = step.use && argNode(step.use, 'orig_keys');
  if (!step.use || !node || !pre?.isWhole || pre.steps.some(({ use }) => !use)) return [];
  const seen = new Set(pre.steps.flatMap(other => keysOf(other, model, context)));
  const lost = textsOf(argValue(step.use, 'orig_keys', model, context)).filter(
    key => !seen.has(key),
  );
  if (lost.length === 0 || seen.size === 0) return [];
  const message = t('No transform changed "{0}", so there is nothing to undo.', lost.join('", "'));
  return [found(inverse, rangeOf(node), message)];
}

/** The inverse of ToTensord makes arrays, on which other inverses fail. The compiler of MMARs puts EnsureTyped there. */
function tensors(
  model: ConfigModel,
  { known }: CheckContext,
  step: Step,
  pre: TransformList | undefined,
): Finding[] {
  if (!known || !step.use) return [];
  return (pre?.steps ?? [])
    .filter(other => name(other) === 'ToTensord')
    .map(other => {
      const message = t(
        'Invertd will undo ToTensord, too, and fail on what comes out: EnsureTyped is not undone.',
      );
      const name_ = other.use?.nameNode;
      const isKnown = known.catalog.get('EnsureTyped') !== undefined;
      const fixes =
        other.isOwn && name_ && isKnown
          ? [fix(t('Change to {0}', 'EnsureTyped'), renameText(model.doc, name_, 'EnsureTyped'))]
          : [];
      const severity = model.form === 'bundle' ? 'warning' : 'info';
      return found(toTensor, rangeOf(other.at), message, { severity, fixes });
    });
}
