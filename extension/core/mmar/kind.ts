/** What a JSON file of an MMAR is for. */
export type ConfigKind =
  | 'train'
  | 'validation'
  | 'inference'
  | 'environment'
  | 'aiaa'
  | 'datalist'
  | 'automl'
  | 'fed'
  | 'pipeline'
  | 'bundle';

type Values = Readonly<Record<string, unknown>>;

/** From the content first, since names vary; the name decides where the content does not. */
export function configKind(fileName: string, value: unknown): ConfigKind | undefined {
  const base = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  const named = kindOfName(base.toLowerCase());
  if (!isValues(value)) return named;
  if (isForeign(value)) return isBundle(value) ? 'bundle' : undefined;
  return kindOfContent(value, named) ?? named;
}

const names: readonly [pattern: RegExp, kind: ConfigKind][] = [
  [/^environment.*\.json$/, 'environment'],
  [/^config_automl.*\.json$/, 'automl'],
  [/^config_fed_.*\.json$/, 'fed'],
  [/^(config_aiaa.*)\.json$/, 'aiaa'],
  [/^.*pipeline.*\.json$/, 'pipeline'],
  [/^(config_train|config_finetune|trn_).*\.json$/, 'train'],
  [/^config_valid.*\.json$/, 'validation'],
  [/^config_infer.*\.json$/, 'inference'],
  [/^(dataset|datalist).*\.json$/, 'datalist'],
];

function kindOfName(base: string): ConfigKind | undefined {
  return names.find(([pattern]) => pattern.test(base))?.[1];
}

function kindOfContent(value: Values, named: ConfigKind | undefined): ConfigKind | undefined {
  if (isValues(value['train']) || isValues(value['validate'])) return 'train';
  if ('format_version' in value || 'client_trainer' in value || 'aggregator' in value) return 'fed';
  if ('controller' in value || 'executor' in value) return 'automl';
  if (isValues(value['inference'])) return value['type'] === 'pipeline' ? 'pipeline' : 'aiaa';
  if ('evaluator' in value || ('model' in value && 'pre_transforms' in value)) {
    if (named === 'validation' || named === 'inference') return named;
    return 'metrics' in value || 'key_metric' in value ? 'validation' : 'inference';
  }
  if (named === undefined || named === 'datalist') {
    if ('DATASET_JSON' in value || 'MMAR_CKPT_DIR' in value) return 'environment';
    if (Object.entries(value).some(([key, list]) => isCaseList(key, list))) return 'datalist';
  }
  return undefined;
}

/** A MONAI Bundle's config, or the private format of a custom trainer. */
function isForeign(value: Values): boolean {
  if ('max_epochs' in value && 'ckpt_dir' in value && !('train' in value)) return true;
  return isBundle(value);
}

const isBundle = (value: Values): boolean =>
  'bundle_root' in value || 'imports' in value || hasKey(value, '_target_', 6);

function hasKey(value: unknown, key: string, depth: number): boolean {
  if (depth === 0 || typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(value) && key in value) return true;
  return Object.values(value).some(inner => hasKey(inner, key, depth - 1));
}

function isCaseList(key: string, list: unknown): boolean {
  if (!Array.isArray(list) || list.length === 0) return false;
  if (list.every(item => isValues(item) && 'image' in item)) return true;
  return ['training', 'validation', 'test', 'testing'].includes(key);
}

/** A JSON object. */
export function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
