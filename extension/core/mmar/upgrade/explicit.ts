import { t } from '@vscode/l10n';
import { isObject, type JsonObject } from '../bundle/json.ts';
import { dialectOf } from '../dialect.ts';
import { argsOf, nameOf } from '../bundle/modernise.ts';
import { eachWithin } from './components.ts';
import { splitMetrics } from './metrics.ts';
import { withArgs, withKeys, type Part, type Step, type Work } from './part.ts';
import { saveByTransforms } from './savers.ts';
import { channelFirst, discreteNumbers } from './transforms.ts';
import { wireEngine, wireHandlers, wireParts } from './wire.ts';

/** In this order: later steps look at what earlier ones made. */
const steps: readonly Step[] = [
  channelFirst,
  saveByTransforms,
  discreteNumbers,
  wireParts,
  wireHandlers,
  wireEngine('trainer'),
  wireEngine('evaluator'),
  splitMetrics,
];

/** A config of dialect 4.0 in the words of 4.1: everything that Clara handed over by itself is written out. */
export function makeExplicit(work: Work, config: JsonObject): JsonObject {
  const upgrade = (part: Part): JsonObject =>
    steps.reduce((value, step) => step(work, { ...part, value }), part.value);
  const made = work.flat
    ? upgrade({ value: config, path: [] })
    : ['train', 'validate'].reduce((whole, key) => {
        const value = whole[key];
        return isObject(value)
          ? withKeys(work, whole, { [key]: upgrade({ value, path: [key] }) })
          : whole;
      }, config);
  return withVersion(work, unbatched(work, made));
}

/** True where Clara 4.0 has to hand things over, whatever the file says of its version. */
export const isImplicit = (config: JsonObject): boolean =>
  dialectOf(config) === '4.0' ||
  [config, config['train'], config['validate']].some(part => isObject(part) && 'metrics' in part);

/** MONAI 0.5 alone had `batched`; the deepgrow transforms of 4.1 see items. */
const unbatched = (work: Work, config: JsonObject): JsonObject =>
  eachWithin(work, config, [], (component, path) => {
    const { batched, ...args } = argsOf(component);
    if (batched === undefined || !nameOf(component).includes('deepgrow.transforms'))
      return component;
    work.book.check(
      [...path, 'args', 'batched'],
      t('The deepgrow transforms of 4.1 have no "batched": they work on items.'),
    );
    return withArgs(work, component, args);
  });

function withVersion(work: Work, config: JsonObject): JsonObject {
  const given = config['CLARA_TRAIN_VERSION'];
  if (typeof given === 'string' && dialectOf({ CLARA_TRAIN_VERSION: given }) === '4.1')
    return config;
  const key = 'CLARA_TRAIN_VERSION';
  work.book.certain(given === undefined ? [] : [key], t('"{0}" marks the 4.1 dialect.', key));
  const { [key]: _, ...rest } = config;
  return work.origins.keep(config, { [key]: '4.1.0', ...rest });
}
