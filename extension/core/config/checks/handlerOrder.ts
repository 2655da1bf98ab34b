import { t } from '@vscode/l10n';
import type { CheckContext } from '../context.ts';
import { fix, moveBefore } from '../edits.ts';
import type { Finding } from '../finding.ts';
import { argValue } from '../literal.ts';
import type { ComponentUse, ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { found, type Check, type Code } from './check.ts';
import { isEnabled } from './disabledAlternatives.ts';

const order: Code = {
  code: 'handler-order',
  severity: 'warning',
  summary: 'A handler that reads what a later one writes',
};

/** Flags handlers of the training that come before those whose results they use; they run in the order of the list. */
export const handlerOrder: Check = {
  codes: [order],
  kinds: ['train', 'bundle'],
  run: (model, context) => {
    const handlers = model.components.filter(
      ({ object, path }) =>
        path[0] === 'train' &&
        path.at(-2) === 'handlers' &&
        isEnabled(object, context.variables) !== false,
    );
    const rules = rulesFor(model, context);
    return handlers.flatMap((reader, i) =>
      rules.flatMap(rule => {
        if (!rule.reads(reader)) return [];
        const writer = handlers.slice(i + 1).find(rule.writes);
        return writer ? [report(model, writer, reader, rule.why)] : [];
      }),
    );
  },
};

interface Rule {
  readonly reads: (use: ComponentUse) => boolean;
  readonly writes: (use: ComponentUse) => boolean;
  readonly why: () => string;
}

function rulesFor(model: ConfigModel, context: CheckContext): readonly Rule[] {
  const is =
    (...names: string[]) =>
    (use: ComponentUse) =>
      names.includes(context.specOf(use)?.name ?? use.name);
  const savesOnMetric = (use: ComponentUse) =>
    is('CheckpointSaver')(use) && argValue(use, 'save_key_metric', model, context) === true;
  return [
    {
      reads: savesOnMetric,
      writes: is('ValidationHandler'),
      why: () => t('it would judge each model by the validation before'),
    },
    {
      reads: is('ValidationHandler'),
      writes: is('CheckpointLoader'),
      why: () => t('the model must be loaded before it is validated'),
    },
    {
      reads: is('LrScheduleHandler'),
      writes: is('CheckpointLoader'),
      why: () => t('the state of the schedule must be loaded before it goes on'),
    },
    {
      reads: is('TensorBoardStatsHandler', 'StatsHandler'),
      writes: is('ValidationHandler'),
      why: () => t('it would tell of the epoch before its validation is done'),
    },
  ];
}

function report(
  { doc }: ConfigModel,
  writer: ComponentUse,
  reader: ComponentUse,
  why: () => string,
): Finding {
  const edits = moveBefore(doc, writer.object, reader.object);
  const message = t('{0} belongs before {1}: {2}.', writer.name, reader.name, why());
  return found(order, rangeOf(writer.nameNode), message, {
    related: [{ range: rangeOf(reader.nameNode), message: reader.name }],
    fixes: edits ? [fix(t('Move {0} before {1}', writer.name, reader.name), ...edits)] : [],
  });
}
