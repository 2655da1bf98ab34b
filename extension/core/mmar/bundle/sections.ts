import { t } from '@vscode/l10n';
import type { JsonPath } from '../../config/finding.ts';
import { handlerArgs, impliedArgs, objectsByName } from '../wiring.ts';
import { translateComponent, type ComponentContext } from './component.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from './json.ts';
import { argsOf, isByoc, shortName } from './modernise.ts';
import { lostHandlers } from './successors.ts';
import type { Section } from './values.ts';

/** A part of an MMAR config: `train`, `validate`, or a whole flat config. */
export interface Part {
  readonly section: Section;
  readonly value: JsonObject;
  /** Where it stands in its file. */
  readonly path: JsonPath;
  /** The part whose transforms a `ref` names. */
  readonly refers?: JsonObject;
}

export type TransformList = 'pre_transforms' | 'post_transforms';

const macroOf: Record<TransformList, string> = {
  pre_transforms: 'preprocessing',
  post_transforms: 'postprocessing',
};

/** The components of a list; anything else in it is a finding. */
export function componentsOf(
  { notes }: ComponentContext,
  value: Json | undefined,
  path: JsonPath,
): { component: JsonObject; path: JsonPath }[] {
  if (value === undefined) return [];
  const items = isList(value) ? value : [value];
  return items.flatMap((item, i) => {
    const at = isList(value) ? [...path, i] : path;
    if (isObject(item)) return [{ component: item, path: at }];
    notes.add('no-counterpart', 'error', at, t('A component is expected here.'));
    return [];
  });
}

export function translateTransforms(
  context: ComponentContext,
  part: Part,
  list: TransformList,
): JsonObject {
  const named = componentsOf(context, part.refers?.[list], []);
  const transforms = componentsOf(context, part.value[list], [...part.path, list]).flatMap(
    ({ component, path }): Json[] => {
      const ref = component['ref'];
      if (typeof ref !== 'string')
        return [translateComponent(context, component, part.section, path)];
      const hits = named.flatMap((other, i) => (other.component['name'] === ref ? [i] : []));
      if (hits.length !== 1)
        context.notes.add(
          'unresolved-ref',
          hits.length === 0 ? 'error' : 'warning',
          path,
          hits.length === 0
            ? t('"{0}" names no transform of train.{1}.', ref, list)
            : t(
                '"{0}" names {1} transforms of train.{2}; the first is taken.',
                ref,
                hits.length,
                list,
              ),
        );
      // a macro: a copy of the text, so that what overrides train's entry changes both
      return hits[0] === undefined ? [] : [`%train::${macroOf[list]}::transforms::${hits[0]}`];
    },
  );
  return { _target_: 'Compose', transforms };
}

export function translateDataset(
  context: ComponentContext,
  part: Part,
  segmentation: boolean,
): JsonObject | undefined {
  const dataset = part.value['dataset'];
  const path = [...part.path, 'dataset'];
  if (!isObject(dataset)) return missing(context, path);
  const source = (key: string, fallback: string): string =>
    context.values.expression(dataset[key] ?? fallback, part.section, [...path, key]);
  const call = [
    source('data_list_file_path', '{DATASET_JSON}'),
    segmentation ? 'True' : 'False',
    source('data_list_key', part.section === 'train' ? 'training' : 'validation'),
    source('data_file_base_dir', '{DATA_ROOT}'),
  ].join(', ');
  return translateComponent(context, dataset, part.section, path, {
    data: `$monai.data.load_decathlon_datalist(${call})`,
    ...context.values.wiring(impliedArgs.dataset, part.section),
  });
}

export function translateOne(
  context: ComponentContext,
  part: Part,
  key: string,
  wiring: JsonObject = {},
): JsonObject | undefined {
  const value = part.value[key];
  const path = [...part.path, key];
  if (!isObject(value)) return missing(context, path);
  return translateComponent(context, value, part.section, path, wiring);
}

function missing({ notes }: ComponentContext, path: JsonPath): undefined {
  notes.add('missing-section', 'error', path, t('The config has no "{0}".', path.join('.')));
  return undefined;
}

/** Metrics by their log labels; dialect 4.0 keeps all in one list. */
export function translateMetrics(
  context: ComponentContext,
  part: Part,
): { key_metric: JsonObject; additional_metrics: JsonObject } {
  const at = (key: string): { component: JsonObject; path: JsonPath }[] =>
    componentsOf(context, part.value[key], [...part.path, key]);
  const metrics = at('metrics');
  const isKey = ({ component }: { component: JsonObject }): boolean =>
    component['is_key_metric'] === true;
  const group = (items: { component: JsonObject; path: JsonPath }[]): JsonObject =>
    Object.fromEntries(
      items.map(({ component, path }) => [
        textOf(component['log_label']) || shortName(component),
        translateComponent(context, component, part.section, path),
      ]),
    );
  return {
    key_metric: group([...at('key_metric'), ...metrics.filter(isKey)]),
    additional_metrics: group([...at('additional_metrics'), ...metrics.filter(m => !isKey(m))]),
  };
}

export function translateHandlers(context: ComponentContext, part: Part): Json[] {
  const path = [...part.path, 'handlers'];
  return componentsOf(context, part.value['handlers'], path).flatMap(({ component, path: at }) => {
    const short = shortName(component);
    if (Object.hasOwn(lostHandlers, short) && !isByoc(component)) {
      context.notes.add(
        'successor',
        'info',
        at,
        t(
          'The handler {0} is gone from MONAI; {1} in post_transforms does its work.',
          short,
          lostHandlers[short] ?? '',
        ),
      );
      return [];
    }
    return [
      translateComponent(context, withNames(component), part.section, at, {
        ...context.values.wiring(handlerArgs[short] ?? {}, part.section),
        ...runtimeArgs(short, component),
      }),
    ];
  });
}

/** Dialect 4.0 lists the names of what is saved or loaded. */
function withNames(handler: JsonObject): JsonObject {
  const args = { ...argsOf(handler) };
  for (const key of ['save_dict', 'load_dict']) {
    const names = args[key];
    if (isList(names)) args[key] = objectsByName(names);
  }
  return { ...handler, args };
}

/** What a run on open MONAI needs of a handler beyond its wiring. */
function runtimeArgs(short: string, handler: JsonObject): JsonObject {
  const args = argsOf(handler);
  switch (short) {
    case 'ValidationHandler':
      return { epoch_level: true };
    case 'CheckpointLoader':
      return { map_location: '@device' };
    case 'CheckpointSaver': // Clara's own file names
      return {
        ...(args['save_key_metric'] === true ? { key_metric_filename: 'model.pt' } : {}),
        ...(args['save_final'] === true ? { final_filename: 'final_model.pt' } : {}),
      };
    default:
      return {};
  }
}

/** Keys of a part that nothing translates are findings. */
export function noteUnknownKeys(
  { notes }: ComponentContext,
  part: Part,
  understood: ReadonlySet<string>,
): void {
  for (const key of Object.keys(part.value))
    if (!understood.has(key))
      notes.add(
        'no-counterpart',
        'warning',
        [...part.path, key],
        t('"{0}" has no counterpart in a MONAI Bundle and is left out.', key),
      );
}
