import { t } from '@vscode/l10n';
import { fix, removal } from '../edits.ts';
import { placeholders } from '../../mmar/environment.ts';
import { keyOf, rangeOf } from '../parse.ts';
import { found, runKinds, type Check, type Code } from './check.ts';

const unused: Code = {
  code: 'unused-variable',
  severity: 'hint',
  summary: 'A variable that nothing in the file uses',
};

/** Flags variables of the writer's own that no `{NAME}` uses; what Clara reads by itself is used. */
export const unusedVariable: Check = {
  codes: [unused],
  kinds: [...runKinds],
  run: ({ doc, texts }) => {
    const used = new Set(
      texts.flatMap(({ value }) => [...value.matchAll(placeholders())].map(match => match[1])),
    );
    const aliases = new Set(texts.filter(({ path }) => path.includes('search')).map(v => v.value));
    return (doc.root?.children ?? []).flatMap(property => {
      const [key, value] = property.children ?? [];
      const name = keyOf(property);
      if (!key || !value || name === undefined) return [];
      if (value.type === 'object' || value.type === 'array') return [];
      if (used.has(name) || aliases.has(name) || readByClara.has(name)) return [];
      const edit = removal(doc, property);
      return [
        found(unused, rangeOf(key), t('Nothing in this file uses "{0}".', name), {
          fixes: edit ? [fix(t('Remove "{0}"', name), edit)] : [],
        }),
      ];
    });
  },
};

const readByClara: ReadonlySet<string> = new Set([
  ...['CLARA_TRAIN_VERSION', 'multi_gpu', 'use_gpu', 'amp', 'tf32', 'determinism', 'print_conf'],
  ...['cudnn_benchmark', 'epochs', 'learning_rate', 'num_interval_per_valid'],
  ...['dont_load_ckpt_model', 'dont_load_ts_model', 'description', '$schema', 'name'],
]);
