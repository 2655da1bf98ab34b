import { t } from '@vscode/l10n';
import type { JsonPath } from '../../config/finding.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from '../bundle/json.ts';
import { argsOf, isByoc, modernAsDiscrete, shortName } from '../bundle/modernise.ts';
import { canonicalName } from '../bundle/successors.ts';
import { changeEntry, withArgs, withKeys, type Step, type Work } from './part.ts';
import { sameValue } from './writer.ts';

/** AsDiscreted takes numbers where 4.0 took flags. */
export const discreteNumbers: Step = (work, part) =>
  changeEntry(work, part, 'post_transforms', (transform, path) =>
    discreteArgs(work, transform, path),
  );

export function discreteArgs(work: Work, transform: JsonObject, path: JsonPath): JsonObject {
  if (canonicalName(shortName(transform)) !== 'AsDiscreted' || isByoc(transform)) return transform;
  const given = argsOf(transform);
  const args = { ...given };
  modernAsDiscrete(args);
  if (sameValue(given, args)) return transform;
  work.book.certain(
    [...path, 'args'],
    t('AsDiscreted takes the number of classes as "to_onehot" and the level as "threshold".'),
  );
  return withArgs(work, transform, args);
}

const makesChannel: ReadonlySet<string> = new Set([
  'EnsureChannelFirstd',
  'AddChanneld',
  'AsChannelFirstd',
]);
const needsChannel: ReadonlySet<string> = new Set([
  ...['Spacingd', 'Orientationd', 'Resized', 'CropForegroundd', 'Zoomd', 'SpatialPadd'],
  ...[
    'CenterSpatialCropd',
    'SpatialCropd',
    'DivisiblePadd',
    'BorderPadd',
    'RandCropByPosNegLabeld',
  ],
]);

/** Spatial transforms count axes from the channel: before it is there, they work on the wrong ones. */
export const channelFirst: Step = (work, part) => {
  const list = part.value['pre_transforms'];
  if (!isList(list)) return part.value;
  const at = list.findIndex(item => makesChannel.has(classOf(item)));
  const spatial = list.findIndex(item => needsChannel.has(classOf(item)));
  const moved = list[at];
  if (moved === undefined || spatial < 0 || spatial > at) return part.value;
  const rest = list.filter((_, i) => i !== at);
  work.book.check(
    [...part.path, 'pre_transforms', at],
    t(
      '{0} ran after {1}, which then took a spatial axis for the channel: it is moved before it.',
      classOf(moved),
      classOf(list[spatial] ?? null),
    ),
  );
  return withKeys(work, part.value, {
    pre_transforms: work.origins.keep(list, [
      ...rest.slice(0, spatial),
      moved,
      ...rest.slice(spatial),
    ]),
  });
};

const classOf = (item: Json): string =>
  isObject(item) ? canonicalName(textOf(item['ref']) || shortName(item)) : '';
