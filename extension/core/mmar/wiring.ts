import { isList, isObject, textOf, type Json, type JsonObject } from './bundle/json.ts';

/**
 * What Clara 4.0 hands to components by itself, in the words of dialect 4.1.
 * The compiler fills it in, the upgrade writes it out.
 */
export const impliedArgs: Readonly<
  Record<'optimizer' | 'lr_scheduler' | 'dataset' | 'dataloader', JsonObject>
> = {
  optimizer: { params: '#@model.parameters()' },
  lr_scheduler: { optimizer: '@optimizer' },
  dataset: { transform: '@pre_transforms' },
  dataloader: { dataset: '@dataset' },
};

/** The same for handlers, by class. */
export const handlerArgs: Readonly<Record<string, JsonObject>> = {
  LrScheduleHandler: { lr_scheduler: '@lr_scheduler' },
  ValidationHandler: { validator: '@evaluator' },
  SmartCacheHandler: { smartcacher: '@dataset' },
};

/** What a checkpoint holds: names in dialect 4.0, objects by name in 4.1. */
export const objectsByName = (names: readonly Json[]): JsonObject =>
  Object.fromEntries(
    names.map(textOf).map(name => [name, name === 'train_conf' ? '@conf' : `@${name}`]),
  );

/** The arguments of a trainer or evaluator beyond what its config says, for the parts that there are. */
export function engineArgs(part: JsonObject, engine: 'trainer' | 'evaluator'): JsonObject {
  const has = (key: string): boolean => part[key] !== undefined;
  const metrics = isList(part['metrics']) ? part['metrics'].filter(isObject) : [];
  const hasKey = has('key_metric') || metrics.some(m => m['is_key_metric'] === true);
  const hasMore = has('additional_metrics') || metrics.some(m => m['is_key_metric'] !== true);
  const [loader, metric, handlers] =
    engine === 'trainer'
      ? (['train_data_loader', 'key_train_metric', 'train_handlers'] as const)
      : (['val_data_loader', 'key_val_metric', 'val_handlers'] as const);
  return {
    [loader]: '@dataloader',
    network: '@model',
    ...(engine === 'trainer' ? { loss_function: '@loss', optimizer: '@optimizer' } : {}),
    inferer: '@inferer',
    ...(has('post_transforms') ? { postprocessing: '@post_transforms' } : {}),
    ...(hasKey ? { [metric]: '@key_metric' } : {}),
    ...(hasMore ? { additional_metrics: '@additional_metrics' } : {}),
    ...(has('handlers') ? { [handlers]: '@handlers' } : {}),
  };
}
