import { t } from '@vscode/l10n';
import type { Json } from '../../mmar/bundle/json.ts';
import type { CheckContext } from '../context.ts';
import { fix } from '../edits.ts';
import type { Finding } from '../finding.ts';
import { argNode, argValue, textsOf } from '../literal.ts';
import type { ConfigModel } from '../model.ts';
import { headOf, rangeOf, type ConfigNode } from '../parse.ts';
import { trainingConfigs } from '../runParts.ts';
import { transformLists, type Step, type TransformList } from '../transformLists.ts';
import { found, type Check, type Code } from './check.ts';

const differs: Code = {
  code: 'preprocessing-differs',
  severity: 'warning',
  summary: 'Images are prepared in another way than for the training',
};

/** What must be the same wherever a model is used: transform -> arguments. */
const compared: Readonly<Record<string, readonly string[]>> = {
  ScaleIntensityRanged: ['a_min', 'a_max', 'b_min', 'b_max', 'clip'],
  ScaleIntensityRangePercentilesd: ['lower', 'upper', 'b_min', 'b_max', 'clip', 'relative'],
  ScaleIntensityd: ['minv', 'maxv', 'factor'],
  NormalizeIntensityd: ['subtrahend', 'divisor', 'nonzero', 'channel_wise'],
  Spacingd: ['pixdim'],
  Orientationd: ['axcodes'],
};

/** Compares intensities and spacing of validation, inference and serving with the training. */
export const preprocessing: Check = {
  codes: [differs],
  kinds: ['train', 'validation', 'inference', 'aiaa', 'bundle'],
  run: (model, context) => {
    const own = mine(model, context);
    if (!own) return [];
    if (own.trained) return compare(own.list, { model, context }, [own.trained]);
    const trained = trainingConfigs(context).flatMap(([path, other]): Trained[] => {
      const around = context.contextOf(other);
      const list = listIn(other, around, 'train');
      return list ? [{ path, list, model: other, context: around }] : [];
    });
    return compare(own.list, { model, context }, trained);
  },
};

interface Trained {
  readonly path?: string;
  readonly list: TransformList;
  readonly model: ConfigModel;
  readonly context: CheckContext;
}

const listIn = (model: ConfigModel, context: CheckContext, section: string) =>
  transformLists(model, context).find(list => list.stage === 'pre' && list.section === section);

/** What is compared with the training: the validation of the same file, or the whole of another one. */
function mine(
  model: ConfigModel,
  context: CheckContext,
): { list: TransformList; trained?: Trained } | undefined {
  if (model.kind === 'train' || model.form === 'bundle') {
    const list = listIn(model, context, 'validate');
    const trained = listIn(model, context, 'train');
    return list && trained ? { list, trained: { list: trained, model, context } } : undefined;
  }
  const list = listIn(model, context, '');
  return list && { list };
}

type Around = Pick<Trained, 'model' | 'context'>;

/** Only what differs from every training is said: an MMAR may train in several ways. */
function compare(list: TransformList, around: Around, trained: readonly Trained[]): Finding[] {
  if (trained.length === 0) return [];
  const own = imageSteps(list, around);
  return [
    ...own.flatMap(step => otherValues(step, around, trained)),
    ...absent(list, own, around, trained),
  ];
}

const nameOf = (step: Step): string => step.spec?.name ?? '';

/** Steps that change what the network sees. */
function imageSteps(list: TransformList, { model, context }: Around): Step[] {
  return list.steps.filter(step => {
    if (!step.use || !(nameOf(step) in compared)) return false;
    return textsOf(argValue(step.use, 'keys', model, context)).some(key => key.startsWith('image'));
  });
}

function otherValues(step: Step, around: Around, trained: readonly Trained[]): Finding[] {
  const { use } = step;
  if (!use || !step.isOwn) return [];
  const twins = trained.map(other => ({
    other,
    step: imageSteps(other.list, other).find(twin => nameOf(twin) === nameOf(step)),
  }));
  if (twins.some(twin => !twin.step)) return [];
  return (compared[nameOf(step)] ?? []).flatMap(arg => {
    const value = argValue(use, arg, around.model, around.context);
    const values = twins.map(twin =>
      twin.step?.use
        ? argValue(twin.step.use, arg, twin.other.model, twin.other.context)
        : undefined,
    );
    if (value === undefined || values.some(v => v === undefined || isSame(v, value))) return [];
    const [first] = twins;
    const there = first?.step?.use;
    const place = there && (argNode(there, arg) ?? there.nameNode);
    return [
      otherValue(argNode(use, arg), step, arg, value, values[0] ?? null, place, first?.other.path),
    ];
  });
}

const isSame = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

function otherValue(
  node: ConfigNode | undefined,
  step: Step,
  arg: string,
  value: Json,
  trained: Json,
  place: ConfigNode | undefined,
  path: string | undefined,
): Finding {
  const text = JSON.stringify(trained);
  const message = t(
    '"{0}" of {1} is {2} here and {3} in the training: the network sees other images.',
    arg,
    step.use?.name ?? '',
    JSON.stringify(value),
    text,
  );
  return found(differs, rangeOf(node ?? step.at), message, {
    ...(place && {
      related: [
        {
          ...(path !== undefined && { file: path }),
          range: rangeOf(place),
          message: t('In the training it is {0}.', text),
        },
      ],
    }),
    ...(node && { fixes: [fix(t('Change to {0}', text), { range: rangeOf(node), text })] }),
  });
}

/** Custom transforms may do what seems to be missing. */
function absent(
  list: TransformList,
  own: readonly Step[],
  around: Around,
  trained: readonly Trained[],
): Finding[] {
  const hides = ({ list: { steps, isWhole } }: { list: TransformList }) =>
    !isWhole || steps.some(({ spec }) => !spec);
  if (hides({ list }) || trained.some(hides)) return [];
  const has = (steps: readonly Step[], name: string) => steps.some(step => nameOf(step) === name);
  const first = list.steps[0]?.entry.parent;
  return Object.keys(compared).flatMap((name): Finding[] => {
    if (has(own, name) || !first) return [];
    if (!trained.every(other => has(imageSteps(other.list, other), name))) return [];
    const isDone = list.steps.some(step => nameOf(step) === name);
    if (isDone || (around.model.kind === 'aiaa' && name === 'Orientationd')) return [];
    return [
      found(
        differs,
        headOf(first),
        t('{0} of the training is missing here: the network sees other images.', name),
      ),
    ];
  });
}
