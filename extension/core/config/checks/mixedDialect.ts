import { t } from '@vscode/l10n';
import { isLambda } from '../../mmar/environment.ts';
import { fix, renameText } from '../edits.ts';
import type { Finding } from '../finding.ts';
import type { ConfigModel } from '../model.ts';
import { propertyOf, rangeOf } from '../parse.ts';
import type { TextValue } from '../walk.ts';
import { found, runKinds, type Check, type Code } from './check.ts';

const mixed: Code = {
  code: 'mixed-dialect',
  severity: 'warning',
  summary: 'Something of the 4.0 dialect in a 4.1 file, or the other way round',
};

/** Flags values that the other dialect would understand. */
export const mixedDialect: Check = {
  codes: [mixed],
  kinds: [...runKinds],
  run: model =>
    model.form === '4.1'
      ? model.texts.flatMap(text => oldOutput(model, text))
      : [...model.texts.flatMap(wiring), ...version(model)],
};

/** In 4.1 the output is a list of items, one for each case of the batch. */
function oldOutput({ doc }: ConfigModel, { node, value, path }: TextValue): Finding[] {
  const holder = path.at(-1);
  if (holder !== 'output_transform' && holder !== 'batch_transform') return [];
  if (!isLambda(value)) return [];
  const keys = [...value.matchAll(/\bx\[['"](\w+)['"]\]/g)].map(match => match[1] ?? '');
  if (keys.length === 0) return [];
  const list = keys.map(key => `'${key}'`).join(', ');
  const isLoss = keys.length === 1 && keys[0] === 'loss';
  const today = `#monai.handlers.from_engine([${list}]${isLoss ? ', first=True' : ''})`;
  const message = t(
    'In the 4.1 dialect the output is a list of items, which this lambda of 4.0 does not expect: write {0}.',
    today,
  );
  return [
    found(mixed, rangeOf(node), message, {
      fixes: [fix(t('Change to {0}', today), renameText(doc, node, today))],
    }),
  ];
}

const objects =
  /^@(model|optimizer|lr_scheduler|loss|dataloader|inferer|post_transforms|handlers|key_metric|evaluator)$/;

/** 4.0 knows neither `@` nor `#`. */
function wiring({ node, value, path }: TextValue): Finding[] {
  if (path.includes('search') || path.includes('apply')) return [];
  const isExpression = /^#(@\w|monai\.)/.test(value);
  if (!isExpression && !objects.test(value)) return [];
  return [
    found(
      mixed,
      rangeOf(node),
      t(
        '{0} is of the 4.1 dialect, but this file is in the 4.0 dialect, which wires by itself.',
        value,
      ),
    ),
  ];
}

/** A file that says 4.1 and wires nothing is one that was not converted to its end. */
function version({ doc, form }: ConfigModel): Finding[] {
  const property = propertyOf(doc.root, 'CLARA_TRAIN_VERSION');
  const key = property?.children?.[0];
  const value = String(property?.children?.[1]?.value ?? '');
  if (!key || form !== '4.0' || !/^4\.[1-9]/.test(value)) return [];
  return [
    found(mixed, rangeOf(key), t('This says 4.1, but nothing is wired as in 4.1 ("@dataset").')),
  ];
}
