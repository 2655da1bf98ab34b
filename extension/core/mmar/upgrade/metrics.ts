import { t } from '@vscode/l10n';
import { isList, isObject, type Json, type JsonObject } from '../bundle/json.ts';
import { withOutputs } from './wire.ts';
import { changeEntry, withoutKeys, type Step } from './part.ts';

/** `metrics` becomes `key_metric` and `additional_metrics`. */
export const splitMetrics: Step = (work, part) => {
  const metrics = part.value['metrics'];
  const path = [...part.path, 'metrics'];
  if (!isList(metrics) || !metrics.every(isObject)) return withFunctions(work, part);
  const keys = metrics.filter(metric => metric['is_key_metric'] === true);
  const [key] = keys;
  if (keys.length > 1)
    work.book.check(
      path,
      t('{0} metrics are marked as the key metric; the first is taken.', keys.length),
    );
  if (!key)
    work.book.check(
      path,
      t('No metric is marked as the key metric: the best model has no measure.'),
    );
  const made = (metric: JsonObject): JsonObject =>
    withOutputs(work, withoutKeys(work, metric, ['is_key_metric']), [
      ...path,
      metrics.indexOf(metric),
    ]);
  const others = metrics.filter(metric => metric !== key).map(made);
  const groups: JsonObject = {
    ...(key ? { key_metric: made(key) } : {}),
    ...(others.length > 0 ? { additional_metrics: others } : {}),
  };
  work.book.certain(path, t('4.1 has one "key_metric" and a list of "additional_metrics".'));
  return work.origins.keep(part.value, inPlace(part.value, 'metrics', groups));
};

const withFunctions: Step = (work, part) =>
  ['key_metric', 'additional_metrics'].reduce(
    (value, key) =>
      changeEntry(work, { ...part, value }, key, (metric, path) => withOutputs(work, metric, path)),
    part.value,
  );

/** Other entries where one stood. */
const inPlace = (value: JsonObject, key: string, entries: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]): [string, Json][] =>
      name === key ? Object.entries(entries) : [[name, inner]],
    ),
  );
