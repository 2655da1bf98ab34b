import { t } from '@vscode/l10n';
import type { JsonPath } from '../../config/finding.ts';
import { impliedArgs } from '../wiring.ts';
import { translateComponent, type ComponentContext } from './component.ts';
import { translatePart } from './engine.ts';
import { isList, isObject, type Json, type JsonObject } from './json.ts';
import { initializers, isDisabled, topIds } from './top.ts';

const trainOnly: ReadonlySet<string> = new Set(['loss', 'optimizer', 'lr_scheduler', 'model']);
const nothing: ReadonlySet<string> = new Set();

/** configs/train.json of the bundle from the MMAR's training config. */
export function trainFile(
  context: ComponentContext,
  config: JsonObject,
  variables: JsonObject,
  segmentation: boolean,
): JsonObject {
  const train = section(context, config, 'train');
  const validate = section(context, config, 'validate');
  if ('search' in config)
    context.notes.add(
      'no-counterpart',
      'warning',
      ['search'],
      t(
        '"search" is Clara AutoML, which a MONAI Bundle does not have; the values written here are used.',
      ),
    );
  const one = (key: string, wiring: JsonObject = {}): JsonObject => {
    const made = oneOf(context, train, key, variables, wiring);
    return made ? { [key === 'model' ? 'network_def' : key]: made } : {};
  };
  const out: JsonObject = {
    ...topIds(variables, context.notes),
    conf: "$rt.Conf('conf.json')",
    ...one('model'),
    network: '$@network_def.to(@device)',
    ...one('loss'),
    ...one('optimizer', context.values.wiring(impliedArgs.optimizer, 'train')),
    ...one('lr_scheduler', context.values.wiring(impliedArgs.lr_scheduler, 'train')),
    train: translatePart(
      context,
      { section: 'train', value: train, path: ['train'] },
      trainOnly,
      segmentation,
    ),
    validate: translatePart(
      context,
      { section: 'validate', value: validate, path: ['validate'], refers: train },
      nothing,
      segmentation,
    ),
    initialize: initializers(config),
    run: ['$@train::trainer.run()'],
  };
  return withRuntime(out);
}

function section({ notes }: ComponentContext, config: JsonObject, key: string): JsonObject {
  const value = config[key];
  if (isObject(value)) return value;
  notes.add('missing-section', 'error', [key], t('The config has no "{0}".', key));
  return {};
}

/** A component, or the one of several that is enabled. */
export function oneOf(
  context: ComponentContext,
  part: JsonObject,
  key: string,
  variables: JsonObject,
  wiring: JsonObject,
): JsonObject | undefined {
  const value = part[key];
  const path: JsonPath = ['train', key];
  const all = isList(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
  const on = all.filter(c => !isList(value) || !isDisabled(c, variables));
  const chosen = on[0] ?? all[0];
  if (!chosen) {
    context.notes.add(
      'missing-section',
      'error',
      path,
      t('The config has no "{0}".', path.join('.')),
    );
    return undefined;
  }
  if (isList(value) && on.length !== 1)
    context.notes.add(
      'alternatives',
      on.length === 0 ? 'error' : 'warning',
      path,
      t('{0} of {1} alternatives are enabled; the first is taken.', on.length, all.length),
    );
  const { disabled: _, ...rest } = chosen;
  const at = isList(value) ? [...path, value.indexOf(chosen)] : path;
  return translateComponent(context, isList(value) ? rest : chosen, 'train', at, wiring);
}

/** Adds what the MMAR does not have: progress lines and checkpoints that a run can resume from. */
function withRuntime(out: JsonObject): JsonObject {
  const train = out['train'] as JsonObject;
  const validate = out['validate'] as JsonObject;
  const savers = isList(validate['handlers']) ? validate['handlers'] : [];
  const best = savers.findIndex(h => isObject(h) && h['save_key_metric'] === true);
  return {
    ...out,
    safe: {
      _target_: 'scripts.mmar_runtime.SafeCheckpoint',
      folder: "$@ckpt_dir + '/resume'",
      objects: { model: '@network', optimizer: '@optimizer', lr_scheduler: '@lr_scheduler' },
      validator: '@validate::evaluator',
      ...(best >= 0 ? { saver: `@validate::handlers::${best}` } : {}),
    },
    progress: {
      _target_: 'scripts.mmar_runtime.Progress',
      path: "$@ckpt_dir + '/progress.jsonl'",
      optimizer: '@optimizer',
      validator: '@validate::evaluator',
    },
    train: { ...train, handlers: [...((train['handlers'] ?? []) as Json[]), '@safe', '@progress'] },
  };
}

/** Goes on top of train.json: continue from the newest whole checkpoint. */
export const resumeFile = (train: JsonObject): JsonObject => ({
  initialize: [
    ...((train['initialize'] ?? []) as Json[]),
    '$rt.resume(@safe, @train::trainer, @train::handlers)',
  ],
  run: ['$rt.go_on(@train::trainer)'],
});

/** Goes on top of train.json under `torchrun`: one process per GPU. */
export const multiGpuFile = (train: JsonObject): JsonObject => ({
  network: {
    _target_: 'torch.nn.parallel.DistributedDataParallel',
    module: '$@network_def.to(@device)',
    device_ids: "$[@device] if @device.type == 'cuda' else None",
  },
  'train::sampler': {
    _target_: 'DistributedSampler',
    dataset: '@train::dataset',
    even_divisible: true,
    shuffle: true,
  },
  'train::dataloader::sampler': '@train::sampler',
  'train::dataloader::shuffle': false,
  'validate::sampler': {
    _target_: 'DistributedSampler',
    dataset: '@validate::dataset',
    even_divisible: false,
    shuffle: false,
  },
  'validate::dataloader::sampler': '@validate::sampler',
  initialize: ['$rt.init_distributed(@device)', ...((train['initialize'] ?? []) as Json[])],
  finalize: ['$torch.distributed.is_initialized() and torch.distributed.destroy_process_group()'],
});
