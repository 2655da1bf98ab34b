import { t } from '@vscode/l10n';
import { closest } from '../closest.ts';
import type { CheckContext } from '../context.ts';
import { fix, renameText } from '../edits.ts';
import type { Finding } from '../finding.ts';
import { literal } from '../literal.ts';
import type { ConfigModel } from '../model.ts';
import { fieldOf, rangeOf, type ConfigNode } from '../parse.ts';
import { sectionsOf } from '../walk.ts';
import { trainingConfigs } from '../runParts.ts';
import { found, runKinds, type Check, type Code } from './check.ts';

const reading: Code = {
  code: 'validation-reads-training',
  severity: 'warning',
  summary: 'The validation reads the list that the training reads',
};
const unknown: Code = {
  code: 'unknown-list',
  severity: 'error',
  summary: 'A list that the datalist does not have',
};

/** Flags a validation on the cases of the training, and lists that are not there. */
export const listChoice: Check = {
  codes: [reading, unknown],
  kinds: [...runKinds],
  run: (model, context) => {
    const chosen = sectionsOf(model.doc).flatMap(({ name, node }) => {
      const key = fieldOf(fieldOf(node, 'dataset'), 'data_list_key');
      const list = literal(key, model, context);
      return key && typeof list === 'string' ? [{ name, key, list }] : [];
    });
    const trained = trainedOn(model, context);
    return chosen.flatMap(({ name, key, list }) => [
      ...(name !== 'train' && model.kind !== 'inference' && trained.includes(list)
        ? [asTraining(model, context, key, list)]
        : []),
      ...notThere(model, context, key, list),
    ]);
  },
};

function trainedOn(model: ConfigModel, context: CheckContext): readonly string[] {
  const models =
    model.kind === 'train' ? [model] : trainingConfigs(context).map(([, other]) => other);
  const lists = models.flatMap(other => {
    const around = other === model ? context : context.contextOf(other);
    const train = fieldOf(fieldOf(other.doc.root, 'train'), 'dataset');
    const list = literal(fieldOf(train, 'data_list_key'), other, around);
    return typeof list === 'string' ? [list] : [];
  });
  return lists.length > 0 ? lists : ['training'];
}

function asTraining(
  model: ConfigModel,
  { facts }: CheckContext,
  key: ConfigNode,
  list: string,
): Finding {
  const there = facts.datalist?.lists['validation'] !== undefined;
  const message = t(
    'The training reads "{0}", too: the metric says nothing about new cases.',
    list,
  );
  const fixes = there
    ? [fix(t('Change to "{0}"', 'validation'), renameText(model.doc, key, 'validation'))]
    : [];
  return found(reading, rangeOf(key), message, { fixes });
}

function notThere(
  model: ConfigModel,
  { facts }: CheckContext,
  key: ConfigNode,
  list: string,
): Finding[] {
  const lists = Object.keys(facts.datalist?.lists ?? {});
  if (!facts.datalist || lists.includes(list)) return [];
  const meant = closest(list, lists);
  const message =
    meant === undefined
      ? t('The datalist has no list "{0}". It has: {1}.', list, lists.join(', '))
      : t('The datalist has no list "{0}". Did you mean "{1}"?', list, meant);
  return [
    found(unknown, rangeOf(key), message, {
      // an inference may be meant for a datalist of its own
      severity: model.kind === 'train' ? 'error' : 'warning',
      fixes:
        meant === undefined
          ? []
          : [fix(t('Change to "{0}"', meant), renameText(model.doc, key, meant))],
    }),
  ];
}
