import { t } from '@vscode/l10n';
import { closest } from '../closest.ts';
import { fix, renameText } from '../edits.ts';
import type { Finding } from '../finding.ts';
import { followKeys, type KeyRead, type Keys } from '../itemFlow.ts';
import type { ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { transformLists, type TransformList } from '../transformLists.ts';
import { found, runKinds, type Check, type Code } from './check.ts';

const unmade: Code = {
  code: 'unmade-key',
  severity: 'error',
  summary: 'A key of the item that nothing made before',
};
const label: Code = {
  code: 'label-in-inference',
  severity: 'error',
  summary: 'A label is read where there are none',
};
const pred: Code = {
  code: 'pred-before-network',
  severity: 'error',
  summary: 'The prediction is read before the network made it',
};

/** Follows the keys of an item from loading to the last post transform. */
export const itemKeys: Check = {
  codes: [unmade, label, pred],
  kinds: [...runKinds, 'aiaa', 'pipeline', 'bundle'],
  run: (model, context) => {
    if (!context.known) return [];
    const lists = transformLists(model, context);
    return lists
      .filter(({ stage }) => stage === 'pre')
      .flatMap(pre => {
        const before = followKeys(model, context, pre);
        const posts = lists.filter(
          ({ stage, section }) => stage === 'post' && section === pre.section,
        );
        return [
          ...report(model, pre, before.reads),
          ...posts.flatMap(post =>
            report(
              model,
              post,
              followKeys(model, context, post, afterNetwork(model, before.end)).reads,
            ),
          ),
        ];
      });
  },
};

/** What preprocessing left, and what the engine adds. */
function afterNetwork(model: ConfigModel, end: Keys | undefined): Keys {
  const known = new Set(end?.known ?? ['image']);
  known.add('pred');
  if (model.kind === 'train') known.add('loss');
  // an engine passes the label on, as None where there is none
  if (model.kind !== 'inference' && model.kind !== 'aiaa' && model.kind !== 'pipeline')
    known.add('label');
  return { known, isOpen: end?.isOpen ?? true, dropped: end?.dropped ?? new Map() };
}

function report(model: ConfigModel, list: TransformList, reads: readonly KeyRead[]): Finding[] {
  return reads.flatMap(read => {
    const { key, keys, isOptional } = read;
    if (keys.known.has(key) || isOptional) return [];
    if (key === 'pred' && list.stage === 'pre' && !keys.isOpen)
      return [at(pred, read, t('"pred" comes from the network; here it is not there yet.'))];
    if (keys.isOpen) return doubtful(model, read);
    const dropper = keys.dropped.get(key);
    if (dropper !== undefined)
      return [at(unmade, read, t('"{0}" is gone here: {1} dropped it.', key, dropper))];
    if (key === 'label' && model.kind !== 'train')
      return [at(label, read, t('There is no "label" here: only {0} is loaded.', listed(keys)))];
    return [misspelt(model, read)];
  });
}

/** Where something unknown came before, only a slip of the pen is worth saying. */
function doubtful(model: ConfigModel, read: KeyRead): Finding[] {
  const meant = near(read);
  if (meant === undefined || /\d/.test(read.key)) return [];
  return [
    at(
      unmade,
      read,
      t('No transform makes "{0}". Did you mean "{1}"?', read.key, meant),
      change(model, read, meant),
      'warning',
    ),
  ];
}

function misspelt(model: ConfigModel, read: KeyRead): Finding {
  const meant = near(read);
  if (meant === undefined) {
    const message = t('Nothing makes "{0}" before. There are: {1}.', read.key, listed(read.keys));
    return at(unmade, read, message);
  }
  const message = t('Nothing makes "{0}" before. Did you mean "{1}"?', read.key, meant);
  return at(unmade, read, message, change(model, read, meant));
}

const near = ({ key, keys }: KeyRead): string | undefined => closest(key, keys.known);

const listed = ({ known }: Keys): string => [...known].map(key => `"${key}"`).join(', ');

function change({ doc }: ConfigModel, { step, node, key }: KeyRead, meant: string) {
  return step.isOwn && node.value === key
    ? [fix(t('Change to "{0}"', meant), renameText(doc, node, meant))]
    : [];
}

function at(
  code: Code,
  { node, step }: KeyRead,
  message: string,
  fixes: Finding['fixes'] = [],
  severity = code.severity,
): Finding {
  const name = step.use?.name ?? '';
  return found(code, rangeOf(node), step.isOwn ? message : `${name}: ${message}`, {
    fixes,
    severity,
  });
}
