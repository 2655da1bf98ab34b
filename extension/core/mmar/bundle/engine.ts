import {
  noteUnknownKeys,
  translateDataset,
  translateHandlers,
  translateMetrics,
  translateOne,
  translateTransforms,
  type Part,
} from './sections.ts';
import { translateComponent, type ComponentContext } from './component.ts';
import { isObject, type JsonObject } from './json.ts';
import { engineArgs, impliedArgs } from '../wiring.ts';

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
  const implied = context.values.wiring(impliedArgs.dataloader, part.section);
  const dataloader = translateOne(context, part, 'dataloader', implied);
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
  const iteration = part.value['iteration'];
  const path = [...part.path, 'iteration'];
  return {
    ...(key === 'trainer' ? { max_epochs: '@epochs' } : {}),
    ...context.values.wiring(engineArgs(part.value, key), part.section),
    ...(isObject(iteration)
      ? { iteration_update: translateComponent(context, iteration, part.section, path) }
      : {}),
  };
}
