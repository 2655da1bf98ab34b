import assert from 'node:assert/strict';
import { definitions, occurrences } from '../../../../extension/core/language/occurrences.ts';
import { prepareRename, rename, symbolIn } from '../../../../extension/core/language/rename.ts';
import { environment, setting, type Files } from './mmar.ts';

/** The places of the symbol at `¦`: «…» in every file says where they are expected. */
function expectPlaces(files: Files, which: 'all' | 'definitions' = 'all'): void {
  const plain = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, text.replaceAll(/[«»]/g, '')]),
  );
  const { model, offset, context } = setting(plain, '1.6.1');
  const symbol = symbolIn(model, offset, context);
  assert.ok(symbol, 'there is a symbol');
  const found = which === 'all' ? occurrences(symbol, context) : definitions(symbol, context);
  const marked = Object.entries(plain).map(([name, text]) => {
    const whole = text.replace('¦', '');
    const own = found
      .filter(({ file }) => file === `/m/${name}`)
      .sort((a, b) => b.range.offset - a.range.offset);
    const made = own.reduce(
      (done, { range: { offset: at, length } }) =>
        `${done.slice(0, at)}«${done.slice(at, at + length)}»${done.slice(at + length)}`,
      whole,
    );
    return [name, made];
  });
  assert.deepEqual(
    Object.fromEntries(marked),
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.replace('¦', '')])),
  );
}

function renamed(files: Files, name: string): Record<string, string> {
  const { model, offset, context } = setting(files, '1.6.1');
  const made = rename(model, offset, name, context);
  assert.ok('edits' in made, 'problem' in made ? made.problem : '');
  const texts = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, text.replace('¦', '')]),
  );
  for (const { file, range, text } of [...made.edits].sort(
    (a, b) => b.range.offset - a.range.offset,
  )) {
    const path = file.slice('/m/'.length);
    const old = texts[path] ?? '';
    texts[path] = old.slice(0, range.offset) + text + old.slice(range.offset + range.length);
  }
  return texts;
}

function problem(files: Files, name: string): string {
  const { model, offset, context } = setting(files, '1.6.1');
  const made = rename(model, offset, name, context);
  return 'problem' in made ? made.problem : '';
}

const train = (text: string, rest: Files = {}): Files => ({
  'config/config_train.json': text,
  ...rest,
});

suite('definitions and references', () => {
  test('a variable of environment.json, in all configs', () => {
    expectPlaces({
      'config/environment.json': '{"«ROOT»": "data", "LIST": "{«ROOT»}/a.json", "ROOTS": 1}',
      'config/config_train.json':
        '{"train": {"a": "{«RO¦OT»}/x\\n{«ROOT»}", "b": "lambda x: f\'{ROOT}\'", "ROOT": 2}}',
      'config/config_validation.json': '{"evaluator": {"name": "E"}, "a": "{«ROOT»}"}',
    });
  });
  test('go to definition of a variable leads to environment.json', () => {
    expectPlaces(
      {
        'config/environment.json': '{"«MMAR_CKPT»": "x"}',
        'config/config_train.json': '{"train": {"a": "{MMAR¦_CKPT}"}}',
      },
      'definitions',
    );
  });
  test('a variable of one file stays in it', () => {
    expectPlaces({
      'config/config_train.json': '{"«epo¦chs»": 2, "train": {"n": "{«epochs»}"}}',
      'config/config_validation.json': '{"epochs": 2, "evaluator": {"name": "E"}, "n": "{epochs}"}',
      'config/environment.json': environment,
    });
  });
  test('@name: the own section first', () => {
    expectPlaces(
      train(
        '{"train": {"dataset": [], "a": "@dataset", "model": {"name": "UNet"}}, "validate": {"«dataset»": [], "b": "@«data¦set»", "c": "#f(@model, @«dataset»)"}}',
      ),
    );
    expectPlaces(
      train(
        '{"train": {"dataset": [], "«model»": {}, "a": "@«mod¦el»"}, "validate": {"dataset": [], "x": "@dataset", "c": "#f(@«model», @models)"}}',
      ),
    );
  });
  test('ref', () => {
    expectPlaces(
      train(
        '{"train": {"pre_transforms": [{"name": "«A»"}, {"name": "B"}], "post_transforms": [{"name": "A"}]}, "validate": {"pre_transforms": [{"ref": "«A¦»"}], "post_transforms": [{"ref": "A"}]}}',
      ),
    );
  });
  test('data keys: transforms, expressions, the datalist', () => {
    expectPlaces(
      train(
        '{"train": {"pre_transforms": [{"name": "LoadImaged", "args": {"keys": ["image", "«la¦bel»"]}}, {"name": "RandCropByPosNegLabeld", "args": {"keys": "image", "label_key": "«label»", "image_key": "image"}}, {"name": "AsDiscreted", "args": {"keys": "pred", "postfix": "label"}}], "key_metric": {"name": "MeanDice", "log_label": "label", "args": {"output_transform": "#monai.handlers.from_engine([\'pred\', \'«label»\'])"}}}}',
        {
          'config/config_validation.json':
            '{"pre_transforms": [{"name": "LoadImaged", "args": {"keys": "«label»"}}], "evaluator": {"name": "E"}, "model": {}}',
          'data/dataset.json': '{"training": [{"image": "label", "«label»": "b.nii"}]}',
        },
      ),
    );
  });
  test('a class of custom/: Python and configs', () => {
    expectPlaces({
      'custom/own/__init__.py': 'from .loss import «MyLoss»\n__all__ = ["«MyLoss»"]\n',
      'custom/own/loss.py':
        'class «MyLoss»(Base):\n    """MyLoss is fine."""\n    def f(self):\n        return super(«MyLoss», self), self.MyLoss, "MyLoss"\n',
      'custom/uses.py':
        'from own.loss import «MyLoss» as Loss, Other\nimport own.loss\nx = own.loss.«MyLoss»()\n',
      'custom/other.py': 'class MyLoss: ...\n',
      'config/config_train.json':
        '{"train": {"loss": {"path": "own.loss.«My¦Loss»"}, "b": {"path": "own.«MyLoss»"}, "c": {"path": "other.MyLoss"}, "d": "#own.loss.«MyLoss».make()"}}',
    });
  });
  test('from Python to the configs', () => {
    expectPlaces({
      'custom/own.py': 'class «My¦Loss»:\n    pass\n',
      'config/config_train.json': '{"train": {"loss": {"path": "own.«MyLoss»"}}}',
    });
  });
  test('a parameter of a class of custom/', () => {
    expectPlaces({
      'custom/own.py': 'class L:\n    def __init__(self, alpha, «beta»=1): ...\n',
      'config/config_train.json': '{"train": {"loss": {"path": "own.L", "args": {"«be¦ta»": 2}}}}',
    });
  });
  test('files', () => {
    const { model, offset, context } = setting({
      'config/environment.json':
        '{"DATA_ROOT": "my data", "DATASET_JSON": "{DATA_ROOT}/a ¦$(b).json"}',
    });
    const symbol = symbolIn(model, offset, context);
    assert.deepEqual(symbol && definitions(symbol, context).map(({ file }) => file), [
      '/m/my data/a $(b).json',
    ]);
  });
  test('ids of bundles: nested, in expressions, relative, in one key, in other files', () => {
    expectPlaces({
      'configs/train.json':
        '{"train": {"«data»": {"_target_": "Dataset", "x": 1}, "loader": {"_target_": "DataLoader", "dataset": "@train::«da¦ta»", "y": "$len(@train#«data») + @train::«data»::x"}, "other": "@#«data»"}, "data": 1, "z": "@data"}',
      'configs/over.json': '{"train#«data»#x": 2, "+train": {"«data»": {}}, "m": "%train::«data»"}',
    });
    expectPlaces({
      'configs/a.yaml':
        "loss: &x\n  _target_: DiceLoss\n«net»: 1\ny: '@«n¦et»'\nz: $@«net».to(@net2)\n",
    });
  });
  test('half-typed text around does no harm', () => {
    expectPlaces({
      'config/environment.json': '{"«ROOT»": "data"}',
      'config/config_train.json': '{"train": {"a": "{«RO¦OT»}", "b": {',
    });
  });
});

suite('rename', () => {
  test('a variable', () => {
    assert.deepEqual(
      renamed(
        {
          'config/environment.json': '{"MINE": 1}',
          'config/config_train.json': '{"train": {"a": "{MI¦NE}"}}',
        },
        'YOURS',
      ),
      {
        'config/environment.json': '{"YOURS": 1}',
        'config/config_train.json': '{"train": {"a": "{YOURS}"}}',
      },
    );
  });
  test('a data key with what MONAI derives from it; the text fits its quotes', () => {
    const made = renamed(
      train(
        '{"train": {"pre_transforms": [{"name": "LoadImaged", "args": {"keys": "mask¦", "meta_keys": "mask_meta_dict"}}, {"name": "Spacingd", "args": {"keys": "masks"}}]}}',
      ),
      'a "b"\\c',
    );
    assert.equal(
      made['config/config_train.json'],
      '{"train": {"pre_transforms": [{"name": "LoadImaged", "args": {"keys": "a \\"b\\"\\\\c", "meta_keys": "a \\"b\\"\\\\c_meta_dict"}}, {"name": "Spacingd", "args": {"keys": "masks"}}]}}',
    );
  });
  test('a key that a bundle hands on by id', () => {
    assert.equal(
      renamed(
        {
          'configs/a.yaml':
            'mask_key: ma¦sk\nt:\n  _target_: LoadImaged\n  keys: ["@mask_key", image]\nu:\n  _target_: Spacingd\n  keys: mask\n'
              .replace('ma¦sk', 'mask')
              .replace('keys: mask\n', 'keys: ma¦sk\n'),
        },
        'roi',
      )['configs/a.yaml'],
      'mask_key: roi\nt:\n  _target_: LoadImaged\n  keys: ["@mask_key", image]\nu:\n  _target_: Spacingd\n  keys: roi\n',
    );
  });
  test('a class, from the config and from Python', () => {
    const files = {
      'custom/own.py': 'class A:\n    pass\nx = A()\n',
      'config/config_train.json': '{"train": {"loss": {"path": "own.A"}}}',
    };
    const expected = {
      'custom/own.py': 'class Größe:\n    pass\nx = Größe()\n',
      'config/config_train.json': '{"train": {"loss": {"path": "own.Größe"}}}',
    };
    assert.deepEqual(
      renamed(
        { ...files, 'config/config_train.json': '{"train": {"loss": {"path": "own.A¦"}}}' },
        'Größe',
      ),
      expected,
    );
    assert.deepEqual(
      renamed({ ...files, 'custom/own.py': 'class A¦:\n    pass\nx = A()\n' }, 'Größe'),
      expected,
    );
  });
  test('an id of a bundle', () => {
    assert.equal(
      renamed({ 'configs/a.yaml': 'net: 1\nx: $@ne¦t.to(@net)\n' }, 'network')['configs/a.yaml'],
      'network: 1\nx: $@network.to(@network)\n',
    );
  });
  test('what cannot be', () => {
    assert.match(
      problem(train('{"train": {"dataset": [], "x": "@data¦set"}}'), 'y'),
      /Clara knows/,
    );
    assert.match(
      problem(train('{"train": {"pre_transforms": [{"name": "Load¦Imaged"}]}}'), 'y'),
      /not part of this MMAR/,
    );
    assert.match(problem({ 'custom/a.py': 'class A¦: ...\nclass B: ...\n' }, 'B'), /there already/);
    assert.match(problem({ 'custom/a.py': 'class A¦: ...\n' }, 'class'), /no name of Python/);
    assert.match(
      problem(
        train('{"train": {"a": "{X¦}"}}', { 'config/environment.json': '{"X": 1, "Y": 2}' }),
        'Y',
      ),
      /there already/,
    );
    assert.match(
      problem(train('{"train": {"a": "{X¦}"}}', { 'config/environment.json': '{"X": 1}' }), 'a b'),
      /other characters/,
    );
    const { model, offset, context } = setting(train('{"train": {"n": 1¦}}'));
    assert.ok('problem' in prepareRename(model, offset, context));
  });
  test('names that others know are confirmed', () => {
    const { model, offset, context } = setting(
      train('{"train": {"pre_transforms": [{"name": "LoadImaged", "args": {"keys": "image¦"}}]}}'),
    );
    const made = rename(model, offset, 'img', context);
    assert.match('confirm' in made ? (made.confirm ?? '') : '', /MONAI itself/);
  });
});
