import {
  componentsOf,
  noteUnknownKeys,
  translateDataset,
  translateHandlers,
  translateMetrics,
  translateOne,
  translateTransforms,
  type Part,
} from './sections.ts';
import type { ComponentContext } from './component.ts';
import { translateComponent } from './component.ts';
import { isObject, type JsonObject } from './json.ts';
import { idOf } from './values.ts';

const partKeys: ReadonlySet<string> = new Set([
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
  'trainer',
  'evaluator',
]);

/**
 * Everything under one section of the bundle: data, transforms, handlers, metrics and the engine.
 * `others` are keys of the part that the caller translates itself.
 */
export function translatePart(
  context: ComponentContext,
  part: Part,
  others: ReadonlySet<string>,
  segmentation = true,
): JsonObject {
  noteUnknownKeys(context, part, new Set([...partKeys, ...others]));
  const dataset = translateDataset(context, part, segmentation);
  const dataloader = translateOne(context, part, 'dataloader', {
    dataset: `@${idOf(part.section, 'dataset')}`,
  });
  const inferer = translateOne(context, part, 'inferer');
  const engine = translateEngine(context, part);
  return {
    preprocessing: translateTransforms(context, part, 'pre_transforms'),
    ...(dataset ? { dataset } : {}),
    ...(dataloader ? { dataloader } : {}),
    ...(inferer ? { inferer } : {}),
    postprocessing: translateTransforms(context, part, 'post_transforms'),
    ...translateMetrics(context, part),
    handlers: translateHandlers(context, part),
    ...engine,
  };
}

function translateEngine(context: ComponentContext, part: Part): JsonObject {
  const key = 'trainer' in part.value ? 'trainer' : 'evaluator';
  const engine = translateOne(context, part, key, wiring(context, part, key));
  if (!engine) return {};
  // the device and mixed precision are the run's business, not the config's: "cuda" written there must not fail on a CPU
  return { [key]: { ...engine, device: '@device', amp: '@use_amp' } };
}

/** What Clara fills in by itself in dialect 4.0. */
function wiring(context: ComponentContext, part: Part, key: 'trainer' | 'evaluator'): JsonObject {
  const at = (name: string): string => `@${idOf(part.section, name)}`;
  const iteration = part.value['iteration'];
  const common: JsonObject = {
    network: '@network',
    inferer: at('inferer'),
    postprocessing: at('postprocessing'),
    additional_metrics: at('additional_metrics'),
    ...(isObject(iteration)
      ? {
          iteration_update: translateComponent(context, iteration, part.section, [
            ...part.path,
            'iteration',
          ]),
        }
      : {}),
  };
  if (key === 'trainer')
    return {
      max_epochs: '@epochs',
      train_data_loader: at('dataloader'),
      loss_function: '@loss',
      optimizer: '@optimizer',
      key_train_metric: at('key_metric'),
      train_handlers: at('handlers'),
      ...common,
    };
  return {
    val_data_loader: at('dataloader'),
    ...(hasKeyMetric(context, part) ? { key_val_metric: at('key_metric') } : {}),
    val_handlers: at('handlers'),
    ...common,
  };
}

const hasKeyMetric = (context: ComponentContext, part: Part): boolean =>
  part.value['key_metric'] !== undefined ||
  componentsOf(context, part.value['metrics'], []).some(m => m.component['is_key_metric'] === true);
