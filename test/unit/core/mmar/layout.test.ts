import assert from 'node:assert/strict';
import { describeMmar, findMmars } from '../../../../extension/core/mmar/layout.ts';
import * as good from '../config/goodConfigs.ts';

test('findMmars: by layout, not by one name', () => {
  const paths = [
    'spleen/config/config_train.json',
    'spleen/config/environment.json',
    "a b'c $(touch x)/config/trn_BYOC.json",
    'nested/spleen/inner/config/config_validation.json',
    'nested/spleen/config/mine.json',
    'nested/spleen/commands/train.sh',
    'app/config/environment.json',
    'app/src/main.ts',
    'lonely/config/environment.json',
    'lonely/models/model.pt',
    'node_modules/x/config/config_train.json',
    'spleen/.mmar/runs/1/config/config_train.json',
    'dist/spleen/config/config_train.json',
  ];
  assert.deepEqual(findMmars(paths), [
    "a b'c $(touch x)",
    'lonely',
    'nested/spleen',
    'nested/spleen/inner',
    'spleen',
  ]);
  assert.deepEqual(findMmars(['config/config_train.json']), ['']);
  assert.deepEqual(findMmars([]), []);
});

const files: Record<string, string> = {
  'w/m/config/config_train.json': good.train41,
  'w/m/config/config_validation.json': good.validation41,
  'w/m/config/environment.json': good.environment,
  'w/m/config/notes.json': '{"hello": 1}',
  'w/m/custom/noise.py':
    'from monai.transforms import MapTransform\n\nclass AddNoised(MapTransform):\n    pass\n',
  'w/m/custom/__init__.py': '',
  'w/m/models/model.pt': 'x',
  'w/m/models/readme.txt': 'x',
  'w/m/data/dataset.json': good.datalist,
};

function describe(changed: Record<string, string | undefined> = {}, root = 'w/m') {
  const all: Record<string, string | undefined> = { ...files, ...changed };
  const names = Object.keys(all).filter(name => all[name] !== undefined);
  return describeMmar({ root, files: names, read: path => all[path] });
}

suite('describeMmar', () => {
  test('describes a whole one', () => {
    assert.deepEqual(describe(), {
      name: 'm',
      root: 'w/m',
      dialect: '4.1',
      configs: [
        { path: 'w/m/config/config_train.json', kind: 'train' },
        { path: 'w/m/config/config_validation.json', kind: 'validation' },
        { path: 'w/m/config/environment.json', kind: 'environment' },
      ],
      components: [
        {
          path: 'w/m/custom/noise.py',
          classes: [{ name: 'AddNoised', line: 3, bases: ['MapTransform'] }],
        },
      ],
      models: [{ path: 'w/m/models/model.pt' }],
      datalists: [
        {
          path: 'w/m/data/dataset.json',
          lists: [
            { name: 'training', count: 2 },
            { name: 'validation', count: 1 },
            { name: 'test', count: 2 },
          ],
        },
      ],
      problems: [],
    });
  });

  const problems = (changed: Record<string, string | undefined>) =>
    describe(changed).problems.map(({ path, message }) => `${path}: ${message}`);
  const none = undefined;

  const faults: [name: string, changed: Record<string, string | undefined>, says: RegExp[]][] = [
    [
      'no environment.json',
      { 'w/m/config/environment.json': none },
      [/environment\.json: .*missing/],
    ],
    ['no training config', { 'w/m/config/config_train.json': none }, [/m\/config: No training/]],
    ['no datalist', { 'w/m/data/dataset.json': none }, [/dataset\.json: .*does not exist/]],
    [
      'a broken config',
      { 'w/m/config/config_validation.json': '{\n"a": }' },
      [/validation\.json: Line 2/],
    ],
    ['a broken datalist', { 'w/m/data/dataset.json': '{"training": ' }, [/dataset\.json: /]],
    [
      'an empty module',
      { 'w/m/custom/noise.py': '# later\n' },
      [/noise\.py: custom\/noise\.py is empty; config_train\.json uses noise\.AddNoised/],
    ],
    [
      'a missing module',
      { 'w/m/custom/noise.py': none },
      [/noise\.py: custom\/noise\.py is missing/],
    ],
    [
      'an environment without a datalist',
      { 'w/m/config/environment.json': '{}' },
      [/has no DATASET_JSON/],
    ],
  ];
  for (const [name, changed, says] of faults)
    test(`names ${name}`, () => {
      const found = problems(changed);
      assert.equal(found.length, says.length, found.join('\n'));
      says.forEach((pattern, index) => assert.match(found[index] ?? '', pattern));
    });

  test('works at the top of a workspace', () => {
    const moved = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path.slice(4), text]),
    );
    const mmar = describeMmar({ root: '', files: Object.keys(moved), read: path => moved[path] });
    assert.deepEqual(mmar.problems, []);
    assert.equal(mmar.configs.length, 3);
  });
});
