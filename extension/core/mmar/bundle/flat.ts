import { t } from '@vscode/l10n';
import type { JsonPath } from '../../config/finding.ts';
import { translateComponent, type ComponentContext } from './component.ts';
import { translatePart } from './engine.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from './json.ts';
import { argsOf } from './modernise.ts';
import { componentsOf } from './sections.ts';
import { initializers, isDisabled, sectionKeys, topIds } from './top.ts';

/** What a flat config (validation, inference) of an MMAR becomes: a file of its own. */
export function flatFile(
  context: ComponentContext,
  config: JsonObject,
  variables: JsonObject,
  options: { network: JsonObject | undefined; segmentation: boolean },
): JsonObject {
  const parts = Object.fromEntries(
    Object.entries(config).filter(
      ([key]) => sectionKeys.has(key) && key !== 'model' && key !== 'determinism',
    ),
  );
  const { network, loads } = networkOf(context, config, variables, options.network);
  const body = translatePart(
    context,
    { section: '', value: withInverse(context, parts), path: [] },
    new Set(),
    options.segmentation,
  );
  const handlers = isList(body['handlers']) ? body['handlers'] : [];
  const others = handlers.filter(h => !(isObject(h) && h['_target_'] === 'CheckpointLoader'));
  return {
    ...topIds(variables, context.notes),
    conf: "$rt.Conf('conf.json')",
    ...network,
    ...body,
    handlers: [
      ...(loads ? [loadWeights] : []),
      ...others,
      {
        _target_: 'scripts.mmar_runtime.CaseProgress',
        path: "$@output_dir + '/progress.jsonl'",
      },
    ],
    initialize: initializers(config),
    run: ['$@evaluator.run()'],
  };
}

/**
 * Clara swaps loaders by flags; a bundle has one network, whose weights come from the checkpoint.
 * Strictly: weights of another network would be left out without a word, and the rest predicts noise.
 */
const loadWeights: JsonObject = {
  _target_: 'CheckpointLoader',
  load_path: '@MMAR_CKPT',
  load_dict: { model: '@network' },
  map_location: '@device',
  strict: true,
};

function networkOf(
  context: ComponentContext,
  config: JsonObject,
  variables: JsonObject,
  trained: JsonObject | undefined,
): { network: JsonObject; loads: boolean } {
  const all = componentsOf(context, config['model'], ['model']);
  const on = all.filter(m => all.length === 1 || !isDisabled(m.component, variables));
  if (all.length > 0 && on.length !== 1)
    context.notes.add(
      'alternatives',
      on.length === 0 ? 'error' : 'warning',
      ['model'],
      t('{0} of {1} alternatives are enabled; the first is taken.', on.length, all.length),
    );
  const chosen = on[0] ?? all[0];
  const toDevice = { network: '$@network_def.to(@device)' };
  if (chosen && ('name' in chosen.component || 'path' in chosen.component)) {
    const { disabled: _, ...rest } = chosen.component;
    return {
      network: { network_def: translateComponent(context, rest, '', chosen.path), ...toDevice },
      loads: true,
    };
  }
  if (trained) {
    if (chosen && 'ts_path' in chosen.component)
      context.notes.add(
        'replaced',
        'info',
        [...chosen.path, 'ts_path'],
        t(
          'The network of the training config with the checkpoint {MMAR_CKPT} is run instead of TorchScript.',
        ),
      );
    return { network: { network_def: trained, ...toDevice }, loads: true };
  }
  return {
    network: { network: '$torch.jit.load(@MMAR_TORCHSCRIPT, map_location=@device)' },
    loads: false,
  };
}

/**
 * Dialect 4.0 inverts and saves by handlers that MONAI lost: the transforms that replace them.
 * Predictions are saved by inference only, as label maps; scoring needs one channel per class.
 */
function withInverse(context: ComponentContext, parts: JsonObject): JsonObject {
  const handlers = componentsOf(context, parts['handlers'], ['handlers']).map(h =>
    textOf(h.component['name']),
  );
  const scores = ['metrics', 'key_metric', 'additional_metrics'].some(key => key in parts);
  const saves = handlers.includes('SegmentationSaver') && !scores;
  // scores were those of the prediction as it came, before the handler
  const inverts = !scores && (saves || handlers.includes('TransformInverter'));
  const given = isList(parts['post_transforms']) ? parts['post_transforms'] : [];
  const has = (name: string): boolean => given.some(p => isObject(p) && p['name'] === name);
  const post = scores ? given : given.map((p, i) => asLabelMap(context, p, ['post_transforms', i]));
  const discrete = post.findIndex(p => isObject(p) && p['name'] === 'AsDiscreted');
  const at = discrete < 0 ? post.length : discrete;
  return {
    ...parts,
    post_transforms: [
      ...post.slice(0, at),
      ...(inverts && !has('Invertd') ? [invertPrediction] : []),
      ...post.slice(at),
      ...(saves && !has('SaveImaged') ? [savePrediction] : []),
    ],
  };
}

/** One volume with label values is what viewers and annotators open, not one channel per class. */
function asLabelMap(context: ComponentContext, transform: Json, path: JsonPath): Json {
  if (!isObject(transform) || transform['name'] !== 'AsDiscreted') return transform;
  const { to_onehot, n_classes: _n, num_classes: _m, ...args } = argsOf(transform);
  if (to_onehot === undefined || to_onehot === false || to_onehot === null) return transform;
  if (args['argmax'] !== true) return transform;
  context.notes.add(
    'replaced',
    'info',
    [...path, 'args', 'to_onehot'],
    t('A label map is saved instead of one channel per class.'),
  );
  return { ...transform, args };
}

/** Back to the input's own grid; the prediction is still a probability, so linear interpolation is right. */
export const invertPrediction: JsonObject = {
  name: 'Invertd',
  args: {
    keys: 'pred',
    transform: '@pre_transforms',
    orig_keys: 'image',
    nearest_interp: false,
    to_tensor: true,
    device: 'cuda',
  },
};

/** NAME_seg.nii.gz beside the others, as a label map. */
export const savePrediction: JsonObject = {
  name: 'SaveImaged',
  args: {
    keys: 'pred',
    output_dir: '{MMAR_EVAL_OUTPUT_PATH}',
    output_postfix: 'seg',
    output_dtype: '#torch.uint8',
    resample: false,
    separate_folder: false,
  },
};
