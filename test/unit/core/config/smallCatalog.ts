import { loadCatalog, type Catalog } from '../../../../extension/core/config/catalog.ts';
import type {
  ArgRow,
  ItemRow,
  ReleaseFile,
} from '../../../../extension/core/config/catalogRows.ts';

const modules = [
  'monai.data.dataloader',
  'monai.data',
  'torch.utils.data.dataloader',
  'torch.utils.data',
  'monai.a',
  'monai.b',
  'ignite.metrics.accuracy',
  'ignite.metrics',
  'monai.transforms.io.dictionary',
  'monai.transforms',
  'monai.nested',
];
const kinds = [
  'dataloader',
  'block',
  'function',
  'dict_transform',
  'ignite_metric',
  'class',
  'new',
];
const types = ['', 'int', 'str | None'];
const values = [
  ['bilinear', 'nearest'],
  [1, 2],
];
const at = (name: string): number => modules.indexOf(name);

const twins: ItemRow[] = [
  ['Encoder', 1, at('monai.a'), -1, 0, [['size', 1, 1]]],
  ['Encoder', 1, at('monai.b'), -1, 0, []],
  ['Encoder', 5, at('monai.nested'), -1, 0, []],
];

const items: ItemRow[] = [
  [
    'DataLoader',
    0,
    at('monai.data.dataloader'),
    at('monai.data'),
    0,
    [
      ['dataset', 0, 1],
      ['num_workers', 1, 0, 0],
      ['**kwargs', 0, 0],
    ],
    { k: [at('torch.utils.data.dataloader'), 'DataLoader', ['dataset', 'num_workers']] },
  ],
  [
    'DataLoader',
    0,
    at('torch.utils.data.dataloader'),
    at('torch.utils.data'),
    0,
    [
      ['dataset', 0, 1],
      ['batch_size', 1, 0, 1],
      ['num_workers', 1, 0, 0],
      ['pin_memory', 0, 2, false],
    ],
  ],
  ...twins,
  ['helper', 2, at('monai.a'), -1, 0, [['**options', 0, 0]], { i: 1 }],
  ['Accuracy', 4, at('ignite.metrics.accuracy'), at('ignite.metrics'), 0, []],
  [
    'LoadImaged',
    3,
    at('monai.transforms.io.dictionary'),
    at('monai.transforms'),
    ['LoadImageD', 'LoadImageDict'],
    [
      ['keys', 0, 1],
      ['mode', 2, 8, 'bilinear', 0],
      ['dtype', 0, 4, 'np.float32'],
      ['reader', 2, 0],
      ['n_classes', 1, 2, 3, null, { since: '0.6', successor: 'to_onehot' }],
      ['*args', 0, 0],
      ['**kwargs', 0, 0],
    ],
    { p: [at('monai.nested')], g: [['batched', { since: '0.5' }]], d: { removed: '1.9' } },
  ],
  ['constructor', 6, at('monai.a'), -1, 0, []],
  ['Hidden', 1, at('monai.a'), -1, 0, [] as ArgRow[], { o: 1 }],
  ['Empty', 1, at('monai.a'), -1, 0, [['**kwargs', 0, 0]], { i: 2 }],
  ['Loop', 1, at('monai.a'), -1, 0, [['**kwargs', 0, 0]], { k: [at('monai.a'), 'Loop'] }],
];

const file: ReleaseFile = {
  format: 1,
  label: 'monai-1.0.0',
  packages: { monai: '1.0.0', torch: '2.0' },
  covers: ['monai', 'torch.utils.data', 'ignite.metrics'],
  kinds,
  modules,
  types,
  values,
  items,
};

const clara = JSON.stringify({
  components: [
    { name: 'MMARHandler', kind: 'automl_handler', args: { work_dir: { type: 'str' } } },
    {
      name: 'Writer',
      module: 'aiaa.transforms',
      kind: 'aiaa_writer',
      args: { image: { type: 'str', default: null, values: ['pred'] } },
      complete: true,
    },
  ],
});

/** Everything that a catalogue can hold, in a few components. */
export const smallCatalog = (kwargs?: object): Catalog =>
  loadCatalog({
    release: JSON.stringify(file),
    clara,
    kwargs: kwargs && JSON.stringify(kwargs),
  });
