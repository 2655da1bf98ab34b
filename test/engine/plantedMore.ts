import {
  part,
  components,
  argsOf,
  find,
  transform,
  handler,
  pre,
  single,
  type Planted,
  type Component,
} from './planting.ts';

/** A second set, thought of apart from the code that finds them: the right component counts, whichever argument. */
export const more: readonly (readonly Planted[])[] = [
  [
    {
      name: 'axis codes that do not exist',
      plant: m => (transform(m, 'Orientationd')['axcodes'] = 'RAX'),
      where: { path: pre(2) },
      message: /axcodes|RAX|X/,
    },
    {
      name: 'a number of samples as text',
      plant: m => (transform(m, 'RandCropByPosNegLabeld')['num_samples'] = '2'),
      where: { path: pre(6) },
      message: /Error/,
    },
    {
      name: 'weight decay as text',
      plant: m => (argsOf(m, 'train', 'optimizer')['weight_decay'] = '1e-5'),
      where: { path: single('optimizer') },
      message: /TypeError/,
    },
    {
      name: 'an overlap above one',
      plant: m => (argsOf(m, 'validate', 'inferer')['overlap'] = 1.5),
      where: { path: ['validate', 'inferer'] },
      message: /overlap/,
    },
    {
      name: 'two activations in the loss',
      plant: m => (argsOf(m, 'train', 'loss')['sigmoid'] = true),
      where: { path: single('loss') },
      message: /Incompatible|sigmoid/,
    },
  ],
  [
    {
      name: 'a norm that does not exist',
      plant: m => (argsOf(m, 'train', 'model')['norm'] = 'bach'),
      where: { path: single('model') },
      message: /bach/i,
    },
    {
      name: 'a source key that does not exist',
      plant: m => (transform(m, 'CropForegroundd')['source_key'] = 'imgae'),
      where: { path: pre(5) },
      message: /imgae/,
    },
    {
      name: 'a step_transform that cannot be called',
      plant: m => (handler(m, 'LrScheduleHandler')['step_transform'] = 'last'),
      where: { path: ['train', 'handlers', 1] },
      message: /callable/,
    },
    {
      name: 'a batch of none',
      plant: m => (argsOf(m, 'train', 'dataloader')['batch_size'] = 0),
      where: { path: single('dataloader') },
      message: /batch_size/,
    },
    {
      name: 'post transforms of a key that does not exist',
      plant: m => (find(m, 'train', 'post_transforms', 'Activationsd').args['keys'] = 'prediction'),
      where: { path: ['train', 'post_transforms', 0] },
      message: /prediction/,
    },
  ],
  [
    {
      name: 'BYOC that gives nothing back',
      plant: m => (m.custom = m.custom.replace('        return out\n', '        out.clear()\n')),
      where: { path: pre(7) },
      message: /NoneType/,
    },
    {
      name: 'betas of the wrong length',
      plant: m => (argsOf(m, 'train', 'optimizer')['betas'] = [0.9]),
      where: { path: single('optimizer') },
      message: /Error/,
    },
    {
      name: 'more best models than one file holds',
      plant: m => (handler(m, 'CheckpointSaver', 'validate')['key_metric_n_saved'] = 3),
      where: { path: ['validate', 'handlers', 2] },
      message: /should only save 1 model/,
    },
    {
      name: 'a wrong mode of the evaluator',
      plant: m => (argsOf(m, 'validate', 'evaluator')['mode'] = 'evaluate'),
      where: { path: ['validate', 'evaluator'] },
      message: /evaluate/,
    },
    {
      name: 'limits as text',
      plant: m => (transform(m, 'ScaleIntensityRanged')['a_min'] = '-160'),
      where: { path: pre(4) },
      message: /Error/,
    },
  ],
  [
    {
      name: 'BYOC without its base class set up',
      plant: m => (m.custom = m.custom.replace('        MapTransform.__init__(self, keys)\n', '')),
      where: { line: 'key_iterator' },
      message: /AttributeError/,
    },
    {
      name: 'neither positive nor negative patches',
      plant: m => Object.assign(transform(m, 'RandCropByPosNegLabeld'), { pos: 0, neg: 0 }),
      where: { path: pre(6) },
      message: /pos/,
    },
    {
      name: 'a network without the classes of the post transforms',
      plant: m => (argsOf(m, 'train', 'model')['out_channels'] = 4),
      where: { path: ['train', 'post_transforms', 1] },
      message: /out of bounds|class values/i,
    },
    {
      name: 'a validator that is none',
      plant: m => (handler(m, 'ValidationHandler')['validator'] = '@dataloader'),
      where: { path: ['train', 'handlers', 2] },
      message: /validator|Evaluator/,
    },
    {
      name: 'milestones that are no list',
      plant: m =>
        Object.assign(part(m, 'train')['lr_scheduler'] as Component, {
          name: 'MultiStepLR',
          args: { optimizer: '@optimizer', milestones: 30 },
        }),
      where: { path: single('lr_scheduler') },
      message: /iterable/,
    },
  ],
  [
    {
      name: 'no channel axis at all',
      plant: m => void components(m, 'train', 'pre_transforms').splice(1, 1),
      where: { path: pre(1) },
      message: /channel/,
    },
    {
      name: 'the network in place of its parameters',
      plant: m => (argsOf(m, 'train', 'optimizer')['params'] = '@model'),
      where: { path: single('optimizer') },
      message: /Error/,
    },
    {
      name: 'workers below zero',
      plant: m => (argsOf(m, 'validate', 'dataloader')['num_workers'] = -1),
      where: { path: ['validate', 'dataloader'] },
      message: /num_workers/,
    },
    {
      name: 'epochs as words',
      plant: m => (argsOf(m, 'train', 'trainer')['max_epochs'] = 'eighty'),
      where: { path: single('trainer') },
      message: /max_epochs/,
    },
  ],
  [
    {
      name: 'a step size of zero',
      plant: m =>
        Object.assign(part(m, 'train')['lr_scheduler'] as Component, {
          name: 'StepLR',
          args: { optimizer: '@optimizer', step_size: 0 },
        }),
      where: { path: single('lr_scheduler') },
      message: /ZeroDivision/,
    },
    {
      name: 'a patch of another rank',
      plant: m => (transform(m, 'RandCropByPosNegLabeld')['spatial_size'] = [40, 40]),
      where: { path: pre(6) },
      message: /Error/,
    },
    {
      name: 'class weights of the wrong length',
      plant: m => (argsOf(m, 'train', 'loss')['weight'] = '#torch.ones(5)'),
      where: { path: single('loss') },
      message: /weight|size/,
    },
    {
      name: 'TensorBoard of a value that is not there',
      plant: m =>
        (handler(m, 'TensorBoardStatsHandler')['output_transform'] =
          "#monai.handlers.from_engine(['losss'], first=True)"),
      where: { path: ['train', 'handlers', 4] },
      message: /losss/,
    },
  ],
];
