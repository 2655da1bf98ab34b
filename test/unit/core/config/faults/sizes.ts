import { argNode } from '../../../../../extension/core/config/literal.ts';
import type { ComponentUse } from '../../../../../extension/core/config/model.ts';
import { fieldOf, rangeOf, type ConfigNode } from '../../../../../extension/core/config/parse.ts';
import { sectionsOf } from '../../../../../extension/core/config/walk.ts';
import { moved } from './moving.ts';
import { isJson, mark, marked, named, put, setArg, type Fault } from './mutation.ts';
import type { Subject } from './subjects.ts';

const inTrain = ({ model }: Subject): boolean => model.kind === 'train';

const parts = (subject: Subject, part: string): ConfigNode[] =>
  sectionsOf(subject.model.doc).flatMap(({ node }) => fieldOf(node, part) ?? []);

const trained = (subject: Subject): ComponentUse[] =>
  subject.uses.filter(({ path }) => path[0] === 'train');

const hasWindow = (subject: Subject): boolean => named(subject, 'SlidingWindowInferer').length > 0;

export const sizeFaults: readonly Fault[] = [
  {
    name: 'a window far larger than the patch',
    codes: ['window-larger-than-patch'],
    sites: subject =>
      inTrain(subject) && named(subject, 'RandCropByPosNegLabeld').length > 0
        ? setArg(named(subject, 'SlidingWindowInferer'), 'roi_size', '[320, 320, 320]')
        : [],
  },
  {
    name: 'a patch that cannot be halved',
    codes: ['patch-size'],
    sites: subject =>
      inTrain(subject) && trained(subject).some(({ name }) => name === 'UNet')
        ? setArg(named(subject, 'RandCropByPosNegLabeld'), 'spatial_size', '[42, 42, 42]')
        : [],
  },
  {
    name: 'a window that cannot be halved',
    codes: ['patch-size'],
    sites: subject =>
      inTrain(subject) && trained(subject).some(({ name }) => name === 'UNet') && hasWindow(subject)
        ? setArg(named(subject, 'SlidingWindowInferer'), 'roi_size', '[39, 39, 39]')
        : [],
  },
  {
    name: 'too many strides',
    codes: ['network-levels'],
    sites: subject =>
      inTrain(subject) ? setArg(named(subject, 'UNet'), 'strides', '[2, 2, 2, 2, 2, 2, 2, 2]') : [],
  },
  {
    name: 'too few strides',
    codes: ['network-levels'],
    sites: subject => (inTrain(subject) ? setArg(named(subject, 'UNet'), 'strides', '[2]') : []),
  },
  {
    name: 'more outputs than one-hot channels',
    codes: ['channel-count'],
    sites: subject => {
      if (!inTrain(subject)) return [];
      return trained(subject)
        .filter(({ path }) => path[1] === 'model')
        .flatMap(network => {
          const out = argNode(network, 'out_channels');
          return named(subject, 'AsDiscreted')
            .filter(({ path }) => path[0] === 'train')
            .flatMap(use => {
              const classes = argNode(use, 'to_onehot');
              const node = typeof classes?.value === 'number' ? classes : argNode(use, 'n_classes');
              return out?.value === 2 && node && argNode(use, 'argmax')
                ? [[put(rangeOf(out), '5'), ...mark(node)]]
                : [];
            });
        });
    },
  },
  {
    name: 'softmax of one channel',
    codes: ['channel-count'],
    sites: subject =>
      trained(subject)
        .filter(({ path }) => path[1] === 'model' && inTrain(subject))
        .flatMap(network => {
          const out = argNode(network, 'out_channels');
          const loss = trained(subject).filter(
            ({ path }) => path[1] === 'loss' && path.length === 2,
          );
          return loss.flatMap(use => {
            const node = argNode(use, 'softmax');
            return out?.value === 2 && node?.value === true
              ? [[put(rangeOf(out), '1'), ...mark(node)]]
              : [];
          });
        }),
  },
  {
    name: 'sigmoid after a loss with softmax',
    codes: ['activation-differs'],
    sites: subject =>
      !inTrain(subject) ||
      !trained(subject).some(
        use =>
          use.path[1] === 'loss' &&
          use.path.length === 2 &&
          argNode(use, 'softmax')?.value === true,
      )
        ? []
        : named(subject, 'Activationsd')
            .filter(({ path }) => path[0] === 'train')
            .flatMap(use =>
              use.args
                .filter(({ name }) => name === 'softmax')
                .map(({ key }) => [put(rangeOf(key), marked('"sigmoid"'))]),
            ),
  },
  {
    name: 'other intensities than in the training',
    codes: ['preprocessing-differs'],
    sites: subject =>
      ['validation', 'inference', 'aiaa'].includes(subject.model.kind ?? '') &&
      hasTraining(subject, 'ScaleIntensityRanged')
        ? setArg(named(subject, 'ScaleIntensityRanged'), 'a_min', '-777')
        : [],
  },
  {
    name: 'another spacing than in the training',
    codes: ['preprocessing-differs'],
    sites: subject =>
      ['validation', 'inference'].includes(subject.model.kind ?? '') &&
      hasTraining(subject, 'Spacingd')
        ? setArg(named(subject, 'Spacingd'), 'pixdim', '[9, 9, 9]')
        : [],
  },
  {
    name: 'another window than in the validation',
    codes: ['roi-differs', 'window-larger-than-patch'],
    sites: subject =>
      ['validation', 'inference'].includes(subject.model.kind ?? '') &&
      hasTraining(subject, 'SlidingWindowInferer')
        ? setArg(named(subject, 'SlidingWindowInferer'), 'roi_size', '[32, 32, 32]')
        : [],
  },
  {
    name: 'a validation on the cases of the training',
    codes: ['validation-reads-training'],
    sites: subject =>
      sectionsOf(subject.model.doc).flatMap(({ name, node }) => {
        const key = fieldOf(fieldOf(node, 'dataset'), 'data_list_key');
        return key?.value === 'validation' &&
          (name === 'validate' || subject.model.kind === 'validation')
          ? [[put(rangeOf(key), marked('"training"'))]]
          : [];
      }),
  },
  {
    name: 'a list that the datalist does not have',
    codes: ['unknown-list'],
    sites: subject =>
      subject.context.facts.datalist
        ? parts(subject, 'dataset').flatMap(dataset => {
            const key = fieldOf(dataset, 'data_list_key');
            return key?.type === 'string' ? [[put(rangeOf(key), marked('"trainnig"'))]] : [];
          })
        : [],
  },
  {
    name: 'a saver before the validation that it judges by',
    codes: ['handler-order'],
    sites: subject =>
      inTrain(subject)
        ? named(subject, 'ValidationHandler').map(use => [
            put(
              { offset: use.object.offset, length: 0 },
              '{"name": "CheckpointSaver", "args": {"save_dir": "m", "save_dict": {"model": "@model"}, "save_key_metric": true}}, ',
            ),
            ...mark(use.nameNode),
          ])
        : [],
  },
  {
    name: 'statistics before the validation',
    codes: ['handler-order'],
    sites: subject =>
      inTrain(subject)
        ? named(subject, 'ValidationHandler').flatMap(use => {
            const stats = named(subject, 'StatsHandler').find(({ path }) => path[0] === 'train');
            return stats ? moved(subject, stats.object, use.object, use.nameNode) : [];
          })
        : [],
  },
  {
    name: 'weights that are loaded after the validation',
    codes: ['handler-order'],
    sites: subject =>
      inTrain(subject)
        ? named(subject, 'ValidationHandler').flatMap(use => {
            const loader = named(subject, 'CheckpointLoader').find(
              ({ path }) => path[0] === 'train',
            );
            const disabled = loader && fieldOf(loader.object, 'disabled');
            if (!loader || !disabled) return [];
            return moved(subject, use.object, loader.object, loader.nameNode).map(edits => [
              ...edits,
              put(rangeOf(disabled), 'false'),
            ]);
          })
        : [],
  },
  {
    name: 'a dataset that is left out of the loader',
    codes: ['missing-arg'],
    sites: subject =>
      subject.model.form === '4.1' && isJson(subject)
        ? named(subject, 'DataLoader').flatMap(use =>
            use.args
              .filter(({ name }) => name === 'dataset')
              .flatMap(({ key, value }) =>
                value
                  ? [
                      [
                        put(
                          { offset: key.offset, length: value.offset + value.length - key.offset },
                          '"num_workers": 0',
                        ),
                        ...mark(use.nameNode),
                      ],
                    ]
                  : [],
              ),
          )
        : [],
  },
  {
    name: 'both models enabled',
    codes: ['disabled-alternatives'],
    sites: subject => {
      const [model] = subject.model.kind === 'validation' ? parts(subject, 'model') : [];
      const flags = (model?.children ?? []).flatMap(child => fieldOf(child, 'disabled') ?? []);
      const [first] = flags;
      const key = model?.parent?.children?.[0];
      return key && first && flags.length === 2
        ? [[...mark(key), ...flags.map(flag => put(rangeOf(flag), 'false'))]]
        : [];
    },
  },
];

/** The training has the transform or inferer, and no other name for what it is compared by. */
function hasTraining({ context }: Subject, name: string): boolean {
  const all = [...(context.facts.others ?? []).values()].filter(({ kind }) => kind === 'train');
  return (
    all.length > 0 && all.every(other => other.components.some(use => use.name.endsWith(name)))
  );
}
