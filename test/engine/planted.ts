import { truncateSync } from 'node:fs';
import path from 'node:path';
import {
  part,
  components,
  argsOf,
  find,
  transform,
  handler,
  rename,
  drop,
  pre,
  single,
  type Planted,
  type Component,
} from './planting.ts';

/** Faults that do not hide each other share a copy of the sample, and so a process. */
export const groups: readonly (readonly Planted[])[] = [
  [
    {
      name: 'a misspelt argument',
      plant: m => rename(transform(m, 'RandCropByPosNegLabeld'), 'num_samples', 'num_sample'),
      where: { path: pre(6, 'args', 'num_sample'), part: 'key' },
      message: /takes no argument "num_sample"\. Did you mean "num_samples"/,
    },
    {
      name: 'a missing argument',
      plant: m => drop(transform(m, 'ScaleIntensityRanged'), 'a_max'),
      where: { path: pre(4, 'name') },
      message: /needs the argument "a_max"/,
    },
    {
      name: 'T_max as text',
      plant: m => (argsOf(m, 'train', 'lr_scheduler')['T_max'] = '80'),
      where: { path: single('lr_scheduler', 'args', 'T_max') },
      message: /TypeError/,
    },
    {
      name: 'an argument that **kwargs swallows',
      plant: m =>
        rename(find(m, 'train', 'post_transforms', 'AsDiscreted').args, 'argmax', 'argmx'),
      where: { path: ['train', 'post_transforms', 1, 'args', 'argmx'], part: 'key' },
      message: /ignores argument "argmx"/,
    },
    {
      name: 'validation that never comes',
      plant: m => (handler(m, 'ValidationHandler')['interval'] = 500),
      where: { path: ['train', 'handlers', 2, 'args', 'interval'] },
      message: /no validation is ever run/,
      severity: 'warning',
    },
  ],
  [
    {
      name: 'a misspelt label_key',
      plant: m => (transform(m, 'RandCropByPosNegLabeld')['label_key'] = 'lable'),
      where: { path: pre(6, 'args', 'label_key') },
      message: /lable/,
    },
    {
      name: 'in_channels that the image does not have',
      plant: m => (argsOf(m, 'train', 'model')['in_channels'] = 2),
      where: { path: single('model', 'args', 'in_channels') },
      message: /to have 2 channels, but got 1/,
    },
    {
      name: 'a metric that reads what is not there',
      plant: m =>
        (argsOf(m, 'validate', 'key_metric')['output_transform'] =
          "#monai.handlers.from_engine(['pred', 'lable'])"),
      where: { path: ['validate', 'key_metric', 'args', 'output_transform'] },
      message: /lable/,
    },
    {
      name: 'an inferer of the wrong rank',
      plant: m => (argsOf(m, 'validate', 'inferer')['roi_size'] = [40, 40]),
      where: { path: ['validate', 'inferer', 'args', 'roi_size'] },
      message: /ValueError/,
    },
    {
      name: 'a plain dict in save_dict',
      plant: m => (handler(m, 'CheckpointSaver', 'validate')['save_dict'] = { meta: { a: 1 } }),
      where: { path: ['validate', 'handlers', 2, 'name'] },
      message: /state_dict/,
    },
  ],
  [
    {
      name: 'BYOC that raises in __call__',
      plant: m => (m.custom = m.custom.replace('out[key] > self.air', 'out[key] > self.iar')),
      where: { line: 'self.iar' },
      message: /AttributeError.*iar/,
    },
    {
      name: 'a label value without a channel',
      plant: m =>
        components(m, 'train', 'pre_transforms').splice(2, 0, {
          name: 'MapLabelValued',
          args: { keys: 'label', orig_labels: [0, 1], target_labels: [0, 3] },
        }),
      where: { path: single('model', 'args', 'out_channels') },
      message: /Labels go up to 3, so 4 channels are needed, but the network gives 2/,
      also: /index 3 is out of bounds/, // in the post transforms
    },
    {
      name: 'a negative learning rate',
      plant: m => (argsOf(m, 'train', 'optimizer')['lr'] = -0.1),
      where: { path: single('optimizer', 'args', 'lr') },
      message: /Invalid learning rate: -0\.1/,
    },
    {
      name: 'a class that does not exist',
      plant: m => (find(m, 'validate', 'handlers', 'StatsHandler')['name'] = 'StatHandler'),
      where: { path: ['validate', 'handlers', 0, 'name'] },
      message: /no class or function StatHandler/,
    },
  ],
  [
    {
      name: 'strides of the wrong length',
      plant: m => (argsOf(m, 'train', 'model')['strides'] = [2, 2]),
      where: { path: single('model', 'args', 'strides') },
      message: /strides/,
    },
    {
      name: 'a patch larger than the image',
      plant: m => (transform(m, 'RandCropByPosNegLabeld')['spatial_size'] = [200, 200, 200]),
      where: { path: pre(6, 'args', 'spatial_size') },
      message: /ValueError/,
    },
    {
      name: 'BYOC that refuses its arguments',
      plant: m => (transform(m, 'contrast.RandBodyShiftd')['offset'] = -1),
      where: { path: pre(7, 'args', 'offset') },
      message: /offset must not be negative/,
    },
    {
      name: 'a key metric that is no single number',
      plant: m => (argsOf(m, 'validate', 'key_metric')['reduction'] = 'none'),
      where: { path: ['validate', 'key_metric', 'name'] },
      message: /no single number/,
    },
  ],
  [
    {
      name: 'strides that are too many',
      plant: m => (argsOf(m, 'train', 'model')['strides'] = [2, 2, 2, 2]),
      where: { path: single('model', 'args', 'strides') },
      message: /strides.*will not be used/,
      severity: 'warning',
    },
    {
      name: 'a reference to a disabled component',
      plant: m => ((part(m, 'train')['lr_scheduler'] as Component)['disabled'] = true),
      where: { path: ['train', 'handlers', 1, 'args', 'lr_scheduler'] },
      message: /"lr_scheduler" is disabled/,
    },
    {
      name: 'an unknown argument of BYOC',
      plant: m => rename(transform(m, 'contrast.RandBodyShiftd'), 'prob', 'probability'),
      where: { path: pre(7, 'args', 'probability'), part: 'key' },
      message: /RandBodyShiftd takes no argument "probability"/,
    },
    {
      name: 'an image file that is cut off',
      plant: m => truncateSync(path.join(m.data, 'imagesTr', 'phantom_00.nii.gz'), 100_000),
      where: { path: ['training', 0], file: 'datalist' },
      message: /EOFError|ImageFileError|truncated|ended/,
    },
    {
      name: 'an interval as text',
      plant: m => (handler(m, 'ValidationHandler')['interval'] = '10'),
      where: { path: ['train', 'handlers', 2, 'args', 'interval'] },
      message: /Error/,
    },
  ],
  [
    {
      name: 'a key that no transform makes',
      plant: m => (transform(m, 'Spacingd')['keys'] = ['image', 'labels']),
      where: { path: pre(3, 'args', 'keys', 1) },
      message: /labels/,
    },
    {
      name: 'a loss whose shapes do not fit',
      plant: m => {
        const loss = part(m, 'train')['loss'] as Component;
        Object.assign(loss, { name: 'DiceLoss', args: { sigmoid: true } });
      },
      where: { path: single('loss', 'name') },
      message: /AssertionError.*shape/,
    },
    {
      name: 'a handler that reads what is not there',
      plant: m => (handler(m, 'StatsHandler')['output_transform'] = "#lambda x: x[0]['los']"),
      where: { path: ['train', 'handlers', 3, 'args', 'output_transform'] },
      message: /los/,
    },
  ],
  [
    {
      name: 'a mode that does not exist',
      plant: m => (transform(m, 'Spacingd')['mode'] = ['bilinaer', 'nearest']),
      where: { path: pre(3, 'args', 'mode', 0) },
      message: /bilinaer/,
    },
    {
      name: 'a scheduler argument that does not exist',
      plant: m => {
        const scheduler = part(m, 'train')['lr_scheduler'] as Component;
        Object.assign(scheduler, {
          name: 'OneCycleLR',
          args: { optimizer: '@optimizer', max_lr: 0.01, total_steps: 40, warmup: 3 },
        });
      },
      where: { path: single('lr_scheduler', 'args', 'warmup'), part: 'key' },
      message: /takes no argument "warmup"/,
    },
    {
      name: 'a scheduler that ends before the training',
      plant: () => undefined,
      where: { path: single('lr_scheduler', 'args', 'total_steps') },
      message: /Tried to step 41/,
    },
    {
      name: 'a batch that fits into no memory',
      plant: m => (argsOf(m, 'train', 'dataloader')['batch_size'] = 1_000_000),
      where: { path: single('dataloader', 'args', 'batch_size') },
      message: /at least .* GiB/,
    },
    {
      name: 'a cache rate as text',
      plant: m => (argsOf(m, 'validate', 'dataset')['cache_rate'] = '1.0'),
      where: { path: ['validate', 'dataset', 'args', 'cache_rate'] },
      message: /Error/,
    },
  ],
  [
    {
      name: 'cases of different shapes in a batch',
      plant: m => void components(m, 'train', 'pre_transforms').splice(6, 1),
      where: { path: single('dataloader', 'name') },
      message: /No batch can be made/,
    },
    {
      name: 'BYOC that makes NaN',
      plant: m =>
        (m.custom = m.custom.replace('+ self.shift, out[key]', "* float('nan'), out[key]")),
      where: { path: pre(6, 'path') },
      message: /not finite/,
    },
    {
      name: 'validation that resamples before there is a channel',
      plant: m => {
        const list = components(m, 'validate', 'pre_transforms');
        const [spacing] = list.splice(3, 1);
        if (spacing) list.splice(1, 0, spacing);
      },
      where: { path: ['validate', 'pre_transforms', 1, 'ref'] },
      message: /no channel axis/,
    },
    {
      name: 'an optimizer without parameters',
      plant: m => (argsOf(m, 'train', 'optimizer')['params'] = '#@loss.parameters()'),
      where: { path: single('optimizer', 'args', 'params') },
      message: /empty parameter list/,
    },
  ],
  [
    {
      name: 'BYOC that cannot be imported',
      plant: m => (m.custom = m.custom.replace('import torch\n', 'import torch\nimport troch\n')),
      where: { line: 'import troch' },
      message: /No module named 'troch'/,
    },
    {
      name: 'a network that does not take a whole case',
      plant: m => (part(m, 'validate')['inferer'] = { name: 'SimpleInferer', args: {} }),
      where: { path: ['validate', 'inferer', 'name'] },
      message: /does not take an image of/,
    },
    {
      name: 'an argument of the wrong type in the loss',
      plant: m => {
        const loss = part(m, 'train')['loss'] as Component;
        Object.assign(loss, { name: 'CrossEntropyLoss', args: { ignore_index: 'x' } });
      },
      where: { path: single('loss', 'args', 'ignore_index') },
      message: /ignore_index.*must be int/,
    },
  ],
];
