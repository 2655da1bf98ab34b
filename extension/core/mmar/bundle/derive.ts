import { invertPrediction, savePrediction } from './flat.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from './json.ts';

/** Arguments that a transform takes once per key. */
const perKey: ReadonlySet<string> = new Set([
  'mode',
  'padding_mode',
  'align_corners',
  'dtype',
  'argmax',
  'to_onehot',
  'threshold',
  'threshold_values',
  'logit_thresh',
  'softmax',
  'sigmoid',
  'other',
  'rounding',
]);

/** The transform for one key alone; none when it is not about that key. */
function forKey(transform: JsonObject, key: string): JsonObject[] {
  const args = isObject(transform['args']) ? transform['args'] : {};
  const keys = args['keys'];
  if (typeof keys === 'string') return keys === key ? [transform] : [];
  if (!isList(keys)) return [transform];
  const index = keys.indexOf(key);
  if (index < 0) return [];
  const narrowed = Object.entries(args).map(([name, value]): [string, Json] =>
    perKey.has(name) && isList(value) && value.length === keys.length
      ? [name, value[index] ?? null]
      : [name, value],
  );
  return [{ ...transform, args: { ...Object.fromEntries(narrowed), keys: key } }];
}

/** The transforms of `validate`, with each `ref` replaced by what it names in `train`. */
function resolved(config: JsonObject, list: 'pre_transforms' | 'post_transforms'): JsonObject[] {
  const train = isObject(config['train']) ? config['train'] : {};
  const validate = isObject(config['validate']) ? config['validate'] : {};
  const named = isList(train[list]) ? train[list].filter(isObject) : [];
  const items = isList(validate[list]) ? validate[list].filter(isObject) : [];
  return items.flatMap(item => {
    if (typeof item['ref'] !== 'string') return [item];
    const found = named.find(n => n['name'] === item['ref']);
    return found ? [found] : [];
  });
}

const isNamed = (transform: JsonObject, name: string): boolean =>
  textOf(transform['path'] ?? transform['name'])
    .split('.')
    .at(-1) === name;

/**
 * A flat inference config for an MMAR that has none: validation's transforms on the image alone,
 * the prediction taken back to the input's grid and saved.
 */
export function deriveInference(config: JsonObject): JsonObject {
  const validate = isObject(config['validate']) ? config['validate'] : {};
  const before = resolved(config, 'pre_transforms').flatMap(x => forKey(x, 'image'));
  const after = resolved(config, 'post_transforms').flatMap(x => forKey(x, 'pred'));
  const discrete = after.filter(x => isNamed(x, 'AsDiscreted'));
  return {
    ...scalarsOf(config),
    pre_transforms: before,
    dataset: {
      name: 'Dataset',
      data_list_file_path: '{DATASET_JSON}',
      data_file_base_dir: '{DATA_ROOT}',
      data_list_key: 'test',
    },
    dataloader: { name: 'DataLoader', args: { batch_size: 1, shuffle: false, num_workers: 0 } },
    inferer: validate['inferer'] ?? { name: 'SimpleInferer' },
    handlers: [quietStats],
    post_transforms: [
      ...after.filter(x => !isNamed(x, 'AsDiscreted')),
      invertPrediction,
      ...discrete.map(labelMap),
      savePrediction,
    ],
    evaluator: { name: 'SupervisedEvaluator' },
  };
}

/** A label map is wanted, not one channel per class. */
function labelMap(transform: JsonObject): JsonObject {
  const args = isObject(transform['args']) ? transform['args'] : {};
  const { to_onehot: _onehot, n_classes: _n, num_classes: _m, ...rest } = args;
  return { ...transform, args: rest };
}

const quietStats: JsonObject = {
  name: 'StatsHandler',
  rank: 0,
  args: { output_transform: 'lambda x: None' },
};

/** A flat validation config for an MMAR that has none: the same scores, at the input's own grid, case by case. */
export function deriveValidation(config: JsonObject): JsonObject {
  const validate = isObject(config['validate']) ? config['validate'] : {};
  const after = resolved(config, 'post_transforms');
  const discrete = after.filter(x => isNamed(x, 'AsDiscreted'));
  const dataset = isObject(validate['dataset']) ? validate['dataset'] : {};
  const pass = ['dataloader', 'inferer', 'metrics', 'key_metric', 'additional_metrics'].filter(
    key => validate[key] !== undefined,
  );
  return {
    ...scalarsOf(config),
    ...Object.fromEntries(pass.map(key => [key, validate[key] ?? null])),
    pre_transforms: resolved(config, 'pre_transforms'),
    dataset: { ...dataset, name: 'Dataset', args: {} },
    handlers: [
      quietStats,
      {
        path: 'scripts.mmar_runtime.CaseScores',
        args: { path: '{MMAR_EVAL_OUTPUT_PATH}/cases.csv', datalist: '{DATASET_JSON}' },
      },
    ],
    post_transforms: [
      ...after.filter(x => !isNamed(x, 'AsDiscreted')),
      invertPrediction,
      { path: 'scripts.mmar_runtime.OriginalLabeld', args: { keys: 'label' } },
      ...discrete,
    ],
    evaluator: { name: 'SupervisedEvaluator' },
  };
}

const scalarsOf = (config: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(config).filter(
      ([key, value]) => key === 'determinism' || (!isObject(value) && !isList(value)),
    ),
  );
