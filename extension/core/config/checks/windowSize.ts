import { t } from '@vscode/l10n';
import type { CheckContext } from '../context.ts';
import { fix } from '../edits.ts';
import type { Finding } from '../finding.ts';
import type { ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { sizeText, trainingConfigs, trainingPatch, windowOf, type Size } from '../runParts.ts';
import { found, type Check, type Code } from './check.ts';

const larger: Code = {
  code: 'window-larger-than-patch',
  severity: 'warning',
  summary: 'The sliding window is larger than what the network was trained on',
};
const differs: Code = {
  code: 'roi-differs',
  severity: 'info',
  summary: 'Another window than in the validation during training',
};

/** Compares the window of validation and inference with the patch of the training. */
export const windowSize: Check = {
  codes: [larger, differs],
  kinds: ['train', 'validation', 'inference', 'bundle'],
  run: (model, context) => {
    if (model.kind === 'train' || model.form === 'bundle')
      return tooLarge(windowOf(model, 'validate', context), [trainingPatch(model, context)]);
    const window = windowOf(model, '', context);
    const trained = trainingConfigs(context).map(([path, other]) => ({
      path,
      patch: trainingPatch(other, context.contextOf(other)),
      window: windowOf(other, 'validate', context.contextOf(other)),
    }));
    const large = tooLarge(
      window,
      trained.map(({ patch }) => patch),
    );
    return large.length > 0 ? large : otherWindow(window, trained);
  },
};

/** Larger than in every training; a little larger is common, and costs less. */
function tooLarge(window: Size | undefined, patches: readonly (Size | undefined)[]): Finding[] {
  const ratios = patches.map(patch => (window && patch ? ratioOf(window, patch) : undefined));
  const [patch] = patches;
  if (!window || !patch || ratios.some(ratio => ratio === undefined || ratio <= 1)) return [];
  const ratio = Math.min(...ratios.map(value => value ?? 1));
  const message = t(
    'The window {0} is larger than the patch {1} that the network is trained on ({2}): what lies farther apart it never saw together.',
    sizeText(window),
    sizeText(patch),
    patch.of,
  );
  return [
    found(larger, rangeOf(window.node), message, {
      severity: ratio >= 2 ? 'warning' : 'hint',
      fixes: [
        fix(t('Change to {0}', JSON.stringify(patch.values)), {
          range: rangeOf(window.node),
          text: JSON.stringify(patch.values),
        }),
      ],
    }),
  ];
}

function ratioOf(window: Size, patch: Size): number | undefined {
  if (window.values.length !== patch.values.length) return undefined;
  return Math.max(...window.values.map((size, i) => size / (patch.values[i] ?? size)));
}

interface Trained {
  readonly path: string;
  readonly window: Size | undefined;
}

function otherWindow(window: Size | undefined, trained: readonly Trained[]): Finding[] {
  const [first] = trained;
  if (!window || !first?.window) return [];
  if (trained.some(other => !other.window || sizeText(other.window) === sizeText(window)))
    return [];
  const message = t(
    'The window is {0}; in the validation during training it is {1}.',
    sizeText(window),
    sizeText(first.window),
  );
  const related = [
    { file: first.path, range: rangeOf(first.window.node), message: sizeText(first.window) },
  ];
  return [found(differs, rangeOf(window.node), message, { related })];
}

/** Of config_aiaa.json, whose window is an argument of the inference. */
export const aiaaWindow: Check = {
  codes: [differs],
  kinds: ['aiaa'],
  run: (model, context: CheckContext) => {
    const trained = trainingConfigs(context).map(([path, other]) => ({
      path,
      window: windowOf(other, 'validate', context.contextOf(other)),
    }));
    return aiaaWindows(model).flatMap(window => otherWindow(window, trained));
  },
};

function aiaaWindows(model: ConfigModel): Size[] {
  return model.components.flatMap(use => {
    const node = use.args.find(({ name }) => name === 'roi')?.value;
    const values = (node?.children ?? []).map(({ value }): unknown => value);
    return node && values.length > 0 && values.every(value => typeof value === 'number')
      ? [{ values, node, of: use.name }]
      : [];
  });
}
