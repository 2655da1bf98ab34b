import { t } from '@vscode/l10n';
import type { CheckContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { argNode, argValue, textsOf } from '../literal.ts';
import type { ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { trainingConfigs } from '../runParts.ts';
import { transformLists } from '../transformLists.ts';
import { found, type Check, type Code } from './check.ts';

const grid: Code = {
  code: 'metric-grid-differs',
  severity: 'info',
  summary: 'The metric is taken on another grid than in the validation during training',
};

/** Flags an evaluation that resamples the image only: its Dice cannot be compared with that of the training. */
export const gridDiffers: Check = {
  codes: [grid],
  kinds: ['validation'],
  run: (model, context) => {
    const own = resampled(model, context, '');
    const trained = trainingConfigs(context).map(([, other]) =>
      resampled(other, context.contextOf(other), 'validate'),
    );
    if (!own || trained.length === 0 || own.keys.includes('label')) return [];
    if (!trained.every(other => other?.keys.includes('label'))) return [];
    const message = t(
      'Only {0} is resampled here, in the validation during training the label, too: the two metrics are taken on different grids.',
      own.keys.map(key => `"${key}"`).join(', '),
    );
    return [found(grid, rangeOf(own.node), message)] satisfies Finding[];
  },
};

function resampled(model: ConfigModel, context: CheckContext, section: string) {
  const list = transformLists(model, context).find(
    other => other.stage === 'pre' && other.section === section,
  );
  const step = list?.steps.find(({ spec }) => spec?.name === 'Spacingd');
  if (!step?.use) return undefined;
  const node = argNode(step.use, 'keys') ?? step.at;
  return { keys: textsOf(argValue(step.use, 'keys', model, context)), node };
}
