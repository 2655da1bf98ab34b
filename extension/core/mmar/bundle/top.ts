import { t } from '@vscode/l10n';
import type { Notes } from './findings.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from './json.ts';
import { plainText } from './values.ts';

/** Ids that the compiler writes at the top of every file; a variable of that name would be lost. */
const reserved: ReadonlySet<string> = new Set([
  'imports',
  'bundle_root',
  'dataset_dir',
  'ckpt_dir',
  'output_dir',
  'rank',
  'device',
  'use_amp',
  'conf',
  'network',
  'network_def',
  'safe',
  'progress',
  'initialize',
  'run',
  'finalize',
]);

/** Top-level keys of a config that are not variables. */
export const sectionKeys: ReadonlySet<string> = new Set([
  'train',
  'validate',
  'model',
  'loss',
  'optimizer',
  'lr_scheduler',
  'pre_transforms',
  'post_transforms',
  'dataset',
  'dataloader',
  'inferer',
  'iteration',
  'handlers',
  'metrics',
  'key_metric',
  'additional_metrics',
  'evaluator',
  'determinism',
  'search',
]);

/** What is interpreted at run time only by Clara's own programs. */
const claraSwitches: ReadonlySet<string> = new Set(['print_conf', 'PRETRAIN_WEIGHTS_FILE']);

/** The variables of an MMAR as top-level ids of the same name, so that `--epochs 2` overrides them. */
export function variableIds(variables: JsonObject, notes: Notes): JsonObject {
  const made: JsonObject = {};
  for (const [name, value] of Object.entries(variables)) {
    if (sectionKeys.has(name)) continue;
    if (reserved.has(name)) {
      notes.add(
        'reserved-name',
        'warning',
        [name],
        t('The bundle needs the name "{0}" for itself; the variable is left out.', name),
      );
    } else if (isObject(value) || isList(value)) {
      notes.add(
        'no-counterpart',
        'warning',
        [name],
        t('"{0}" is neither a known section nor a plain value; it is left out.', name),
      );
    } else if (claraSwitches.has(name)) {
      notes.add(
        'no-counterpart',
        'info',
        [name],
        t('"{0}" means something only to Clara\'s own programs.', name),
      );
    } else made[name] = typeof value === 'string' ? plainText(value) : value;
  }
  return made;
}

/** Ids that every file of the bundle begins with. */
export function topIds(variables: JsonObject, notes: Notes): JsonObject {
  const ids = variableIds(variables, notes);
  const text = (name: string, fallback: string): JsonObject =>
    name in ids ? {} : { [name]: fallback };
  return {
    imports: ['$import os', '$import json', '$import ignite', '$import scripts.mmar_runtime as rt'],
    bundle_root: '.',
    ...ids,
    ...text('DATA_ROOT', '.'),
    ...text('DATASET_JSON', 'dataset.json'),
    ...text('MMAR_CKPT_DIR', 'models'),
    ...text('MMAR_EVAL_OUTPUT_PATH', 'eval'),
    ...('MMAR_CKPT' in ids ? {} : { MMAR_CKPT: "$@ckpt_dir + '/model.pt'" }),
    epochs: ids['epochs'] ?? 1,
    use_gpu: ids['use_gpu'] ?? true,
    amp: ids['amp'] ?? false,
    dataset_dir: '@DATA_ROOT',
    ckpt_dir: '@MMAR_CKPT_DIR',
    output_dir: '@MMAR_EVAL_OUTPUT_PATH',
    rank: "$int(os.environ.get('RANK', '0'))",
    device:
      "$torch.device('cuda', int(os.environ.get('LOCAL_RANK', '0'))) if @use_gpu and torch.cuda.is_available() else torch.device('cpu')",
    // the engine autocasts for "cuda" only
    use_amp: "$@amp and @device.type == 'cuda'",
  };
}

/** What runs before anything is built. */
export function initializers(config: JsonObject): Json[] {
  const lines: Json[] = [];
  const determinism = config['determinism'];
  if (isObject(determinism))
    lines.push(`$monai.utils.set_determinism(seed=${textOf(determinism['random_seed']) || '0'})`);
  if ('cudnn_benchmark' in config)
    lines.push("$setattr(torch.backends.cudnn, 'benchmark', @cudnn_benchmark)");
  if ('tf32' in config) lines.push("$setattr(torch.backends.cuda.matmul, 'allow_tf32', @tf32)");
  return lines;
}

/** True when `{disabled}` of one of several alternatives is set. */
export function isDisabled(component: JsonObject, variables: JsonObject): boolean {
  const flag = component['disabled'];
  const name = typeof flag === 'string' ? /^\{(\w+)\}$/.exec(flag)?.[1] : undefined;
  const value = name === undefined ? flag : variables[name];
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
