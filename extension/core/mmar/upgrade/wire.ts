import { t } from '@vscode/l10n';
import type { JsonPath } from '../../config/finding.ts';
import { isList, isObject, type Json, type JsonObject } from '../bundle/json.ts';
import { argsOf, isByoc, shortName } from '../bundle/modernise.ts';
import { fromEngine, keysOfLambda } from '../bundle/outputs.ts';
import { engineArgs, handlerArgs, impliedArgs, objectsByName } from '../wiring.ts';
import { addArgs, changeEntry, withArgs, type Part, type Step, type Work } from './part.ts';

/** Writes out what Clara 4.0 handed over by itself. */
export const wireParts: Step = (work, part) =>
  (['optimizer', 'lr_scheduler', 'dataset', 'dataloader'] as const).reduce(
    (value, key) =>
      changeEntry(work, { ...part, value }, key, (component, path) =>
        wire(work, component, path, impliedArgs[key]),
      ),
    part.value,
  );

function wire(work: Work, component: JsonObject, path: JsonPath, args: JsonObject): JsonObject {
  const { component: made, added } = addArgs(work, component, args);
  for (const name of added)
    work.book.certain(
      [...path, 'args', name],
      t('4.1 hands over nothing by itself: "{0}": {1}.', name, JSON.stringify(args[name])),
    );
  return made;
}

/** Handlers get their objects, and functions for lists of items. */
export const wireHandlers: Step = (work, part) =>
  changeEntry(work, part, 'handlers', (handler, path) => {
    const wired = isByoc(handler)
      ? handler
      : wire(work, handler, path, handlerArgs[shortName(handler)] ?? {});
    return withOutputs(work, withObjects(work, wired, path), path);
  });

/** What a checkpoint holds: `["model"]` becomes `{"model": "@model"}`. */
function withObjects(work: Work, handler: JsonObject, path: JsonPath): JsonObject {
  const args = argsOf(handler);
  const names = ['save_dict', 'load_dict'].filter(key => isList(args[key]));
  if (names.length === 0) return handler;
  const changed = names.map((key): [string, JsonObject] => {
    work.book.certain([...path, 'args', key], t('4.1 names objects instead of listing names.'));
    return [key, objectsByName(args[key] as Json[])];
  });
  return withArgs(work, handler, { ...args, ...Object.fromEntries(changed) });
}

/** Functions of an engine's output: a batch in 4.0, a list of items in 4.1. */
export function withOutputs(work: Work, component: JsonObject, path: JsonPath): JsonObject {
  const args = argsOf(component);
  const changed = ['output_transform', 'batch_transform'].flatMap((name): [string, string][] => {
    const text = args[name];
    if (typeof text !== 'string' || !/^\s*lambda\b/.test(text)) return [];
    const at = [...path, 'args', name];
    const keys = keysOfLambda(text);
    if (keys) {
      work.book.certain(at, t('Engines of 4.1 hand out lists of items; from_engine reads them.'));
      return [[name, `#${fromEngine(keys)}`]];
    }
    if (!/^\s*lambda \w+: None$/.test(text))
      work.book.check(
        at,
        t('This function got a batch; in 4.1 it gets a list of items: {0}', text),
      );
    return [];
  });
  return changed.length > 0
    ? withArgs(work, component, { ...args, ...Object.fromEntries(changed) })
    : component;
}

/** The trainer or evaluator gets every part of its section. */
export function wireEngine(key: 'trainer' | 'evaluator'): Step {
  return (work, part) => {
    if (key in part.value && work.target === '4.1') noteUnknown(work, part);
    return changeEntry(work, part, key, (engine, path) => {
      const given = currentNames(argsOf(engine));
      const wanted: JsonObject = {
        ...(key === 'evaluator' && work.flat ? { device: device(work) } : {}),
        ...(key === 'trainer' && 'epochs' in work.config ? { max_epochs: '{epochs}' } : {}),
        ...engineArgs(part.value, key),
        ...('amp' in work.config ? { amp: '{amp}' } : {}),
      };
      const added = Object.keys(wanted).filter(name => !(name in given));
      if (added.length === 0) return engine;
      const all = { ...given, ...Object.fromEntries(added.map(n => [n, wanted[n] ?? null])) };
      const why = t('4.1 hands over nothing by itself: {0}.', added.join(', '));
      if (isByoc(engine)) work.book.check([...path, 'args'], why);
      else work.book.certain([...path, 'args'], why);
      return withArgs(work, engine, all);
    });
  };
}

/** Engines of MONAI 0.5 called it otherwise. */
const currentNames = (args: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name === 'post_transform' ? 'postprocessing' : name,
      value,
    ]),
  );

const device = ({ config }: Work): string => (config['use_gpu'] === false ? 'cpu' : 'cuda');

/** What Clara 4.0 did by itself in a way that is not public. */
function noteUnknown({ book }: Work, { value, path }: Part): void {
  if (isObject(value['iteration']))
    book.gap(
      [...path, 'iteration'],
      t('How 4.1 hands an own iteration to the engine is not public: the section is kept.'),
    );
  const dataset = value['dataset'];
  if (!isObject(dataset) || shortName(dataset) !== 'PersistentDataset') return;
  if (argsOf(dataset)['cache_dir'] === undefined)
    book.gap(
      [...path, 'dataset'],
      t('PersistentDataset needs a cache_dir. Clara 4.0 gave it one; give it one for 4.1.'),
    );
}
