import { t } from '@vscode/l10n';
import { isList, isObject, type Json, type JsonObject } from '../bundle/json.ts';
import { argsOf, isByoc, shortName } from '../bundle/modernise.ts';
import { keysOfLambda } from '../bundle/outputs.ts';
import { canonicalName } from '../bundle/successors.ts';
import { listOf, withKeys, type Part, type Step, type Work } from './part.ts';

/** What SegmentationSaver and SaveImaged both take. */
const sameArgs: ReadonlySet<string> = new Set([
  ...['output_dir', 'output_postfix', 'output_ext', 'mode', 'padding_mode', 'scale', 'dtype'],
  ...['output_dtype', 'squeeze_end_dims', 'data_root_dir', 'separate_folder'],
]);

const isLost = (handler: JsonObject, name: string): boolean =>
  !isByoc(handler) && shortName(handler) === name;

/** The handlers that restored and saved predictions become transforms, which MONAI has for it since 0.6. */
export const saveByTransforms: Step = (work, part) => {
  const handlers = listOf(part, 'handlers');
  const savers = handlers.filter(h => isLost(h, 'SegmentationSaver') && savesPrediction(h));
  const inverters = handlers.filter(h => isLost(h, 'TransformInverter'));
  noteOthers(work, part, handlers);
  if (savers.length + inverters.length === 0) return part.value;
  const gone = new Set<Json>([...savers, ...inverters]);
  const all = part.value['handlers'] as Json[];
  for (const handler of gone)
    work.book.check(
      [...part.path, 'handlers', all.indexOf(handler)],
      t('{0} is done by transforms in post_transforms.', shortName(handler as JsonObject)),
    );
  const given = part.value['post_transforms'];
  const post = isList(given) ? given : [];
  const made = scores(part.value)
    ? [...post, ...savers.flatMap(copyAndSave)]
    : restored(post, savers, inverters.length > 0);
  return withKeys(work, part.value, {
    handlers: work.origins.keep(
      all,
      all.filter(handler => !gone.has(handler)),
    ),
    post_transforms: isList(given) ? work.origins.keep(given, made) : made,
  });
};

const scores = (part: JsonObject): boolean =>
  ['metrics', 'key_metric', 'additional_metrics'].some(key => key in part);

function savesPrediction(saver: JsonObject): boolean {
  const output = argsOf(saver)['output_transform'];
  const keys = typeof output === 'string' ? keysOfLambda(output) : undefined;
  return keys?.length === 1 && /^pred(_inverted)?$/.test(keys[0] ?? '');
}

function noteOthers({ book }: Work, part: Part, handlers: readonly JsonObject[]): void {
  const all = part.value['handlers'];
  for (const handler of handlers)
    if (isLost(handler, 'SegmentationSaver') && !savesPrediction(handler))
      book.gap(
        [...part.path, 'handlers', isList(all) ? all.indexOf(handler) : 0],
        t(
          'This SegmentationSaver saves something else than x["pred"]. MONAI lost the handler: use SaveImaged in post_transforms.',
        ),
      );
}

const has = (post: readonly Json[], name: string): boolean =>
  post.some(item => isObject(item) && canonicalName(shortName(item)) === name);

/** Nothing is scored: the probabilities go back to the grid of the image, then become labels. */
function restored(post: readonly Json[], savers: readonly JsonObject[], inverts: boolean): Json[] {
  const wanted = inverts || savers.some(saver => argsOf(saver)['resample'] !== false);
  const discrete = post.findIndex(
    item => isObject(item) && canonicalName(shortName(item)) === 'AsDiscreted',
  );
  const at = discrete < 0 ? post.length : discrete;
  return [
    ...post.slice(0, at),
    ...(wanted && !has(post, 'Invertd') ? [invert('pred', false)] : []),
    ...post.slice(at),
    ...savers.map(saver => save('pred', saver)),
  ];
}

/** Scores are of the prediction as it is, on the network's grid: a copy is restored and saved. */
function copyAndSave(saver: JsonObject, i: number): Json[] {
  const name = i === 0 ? 'saved' : `saved_${i + 1}`;
  const copy = { name: 'CopyItemsd', args: { keys: 'pred', times: 1, names: name } };
  const resamples = argsOf(saver)['resample'] !== false;
  return [copy, ...(resamples ? [invert(name, true)] : [])]
    .map((transform): Json => ({ ...transform, ...flagOf(saver) }))
    .concat(save(name, saver));
}

const flagOf = (saver: JsonObject): JsonObject =>
  saver['disabled'] === undefined ? {} : { disabled: saver['disabled'] };

const invert = (key: string, nearest: boolean): JsonObject => ({
  name: 'Invertd',
  args: {
    keys: key,
    transform: '@pre_transforms',
    orig_keys: 'image',
    meta_keys: `${key}_meta_dict`,
    nearest_interp: nearest,
    to_tensor: true,
    device: 'cuda',
  },
});

/** The handler named its files NAME_seg; the transform would name them NAME_trans. */
const save = (key: string, saver: JsonObject): JsonObject => ({
  name: 'SaveImaged',
  ...flagOf(saver),
  args: {
    keys: key,
    meta_keys: `${key}_meta_dict`,
    output_postfix: 'seg',
    ...Object.fromEntries(Object.entries(argsOf(saver)).filter(([name]) => sameArgs.has(name))),
    resample: false,
  },
});
