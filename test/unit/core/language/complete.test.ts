import assert from 'node:assert/strict';
import { complete, type Completion } from '../../../../extension/core/language/complete.ts';
import { parseAs, syntaxOf } from '../../../../extension/core/language/context.ts';
import { environment, setting, train, type Files } from './mmar.ts';

function at(files: Files, release?: string): { found: Completion[]; text: string; file: string } {
  const { model, offset, context, text } = setting(files, release);
  return { found: complete(model, offset, context), text, file: context.file };
}

const labels = (files: Files, release?: string): string[] =>
  at(files, release).found.map(({ label }) => label);

/** The text after an item was taken, stops left out, as the editor would show it. */
function taken(files: Files, label: string, release?: string): string {
  const { found, text, file } = at(files, release);
  const item = found.find(each => each.label === label);
  assert.ok(
    item,
    `${label} is offered, not only ${found
      .slice(0, 20)
      .map(each => each.label)
      .join(', ')}`,
  );
  const typed = text.slice(item.range.offset, setting(files, release).offset);
  assert.ok(isSubsequence(typed, item.filter), `"${typed}" finds "${item.filter}"`);
  // as editors do, further lines are indented like the one that the snippet begins in
  const [indent = ''] =
    /^ */.exec(text.slice(text.lastIndexOf('\n', item.range.offset - 1) + 1)) ?? [];
  const insert = item.isSnippet ? plain(item.insert).replaceAll('\n', `\n${indent}`) : item.insert;
  const edits = [{ range: item.range, text: insert }, ...(item.also ?? [])];
  const made = edits
    .sort((a, b) => b.range.offset - a.range.offset)
    .reduce(
      (done, { range, text: by }) =>
        done.slice(0, range.offset) + by + done.slice(range.offset + range.length),
      text,
    );
  const { findings } = parseAs(syntaxOf(file), made.replace(/: (?=[,}\n]|$)/g, ': null'));
  assert.deepEqual(
    findings.map(({ message }) => message).filter(message => !/closing brace/.test(message)),
    [],
    made,
  );
  return made;
}

const isSubsequence = (typed: string, text: string): boolean => {
  let from = 0;
  return [...typed.toLowerCase()].every(
    letter => (from = text.toLowerCase().indexOf(letter, from) + 1) > 0,
  );
};

const plain = (snippet: string): string =>
  snippet
    .replace(/\$\{\d+\|((?:[^,|\\]|\\.)*)(?:[^|\\]|\\.)*\|\}/g, '$1')
    .replace(/\$\{\d+:((?:[^}\\]|\\.)*)\}/g, '$1')
    .replace(/\$\{?\d+\}?/g, '')
    .replace(/\\([\\$}])/g, '$1');

const config = (text: string): Files => ({
  'config/config_train.json': text,
  'config/environment.json': environment,
});
const bundle = (text: string): Files => ({ 'configs/train.yaml': text });

suite('completion of component names', () => {
  test('a loss where a loss belongs', () => {
    const found = labels(train('"loss": {"name": "Di¦"}'));
    assert.ok(found.indexOf('DiceLoss') >= 0 && found.indexOf('DiceLoss') < found.indexOf('Adam'));
    assert.ok(found.indexOf('FocalLoss') < found.indexOf('Spacingd'));
  });
  test('half-typed: nothing behind the quote', () => {
    assert.equal(
      taken(config('{"train": {"loss": {"name": "Dice¦\n}}}'), 'DiceLoss'),
      '{"train": {"loss": {"name": "DiceLoss"\n}}}',
    );
  });
  test('half-typed: a line with an open quote before another key', () => {
    assert.equal(
      taken(
        config('{"train": {"loss": {\n"name": "Dice¦\n"args": {"sigmoid": true}}}}'),
        'DiceLoss',
      ),
      '{"train": {"loss": {\n"name": "DiceLoss",\n"args": {"sigmoid": true}}}}',
    );
  });
  test('half-typed: no quotes at all', () => {
    assert.equal(
      taken(config('{"train": {"loss": {"name": Dice¦, "args": {}}}}'), 'DiceLoss'),
      '{"train": {"loss": {"name": "DiceLoss", "args": {}}}}',
    );
  });
  test('half-typed: nothing behind the colon, nothing closed', () => {
    assert.equal(
      taken(config('{"train": {"loss": {"name": ¦'), 'DiceLoss').replaceAll(/\s/g, ''),
      '{"train":{"loss":{"name":"DiceLoss"',
    );
  });
  test('brings the arguments that it needs', () => {
    assert.equal(
      taken(train('"pre_transforms": [{"name": "¦"}]'), 'LoadImaged'),
      '{"epochs": 2, "train": {"pre_transforms": [{"name": "LoadImaged",\n"args": {\n\t"keys": ["image"]\n}}]}}',
    );
  });
  test('a whole component where nothing is written yet', () => {
    const made = taken(train('"dataset": 1, "x": "@dataset", "optimizer": ¦'), 'Adam');
    assert.match(
      made,
      /"optimizer": \{\s+"name": "Adam",\s+"args": \{\s+"params": "#@model.parameters\(\)"\s+\}\s+\}/,
    );
  });
  test('an item of a list with its comma', () => {
    const made = taken(train('"pre_transforms": [\n¦\n{"name": "ToTensord"}]'), 'LoadImaged');
    assert.match(made, /"keys": \["image"\]\s+\}\s+\},\s+\{"name": "ToTensord"/);
  });
  test('classes of custom/ by their path, also where `name` was begun', () => {
    const files = {
      ...train('"loss": {"name": "My¦"}'),
      'custom/my/loss.py': 'class MyLoss:\n    """Own."""\n    def __init__(self, beta): ...\n',
    };
    assert.equal(labels(files)[0], 'my.loss.MyLoss');
    assert.match(
      taken(files, 'my.loss.MyLoss'),
      /\{"path": "my.loss.MyLoss",\s+"args": \{\s+"beta": /,
    );
  });
  test('full paths once a dot is typed', () => {
    const made = taken(
      train('"loss": {"path": "monai.losses.Di¦", "args": {}}'),
      'monai.losses.DiceLoss',
    );
    assert.match(made, /"path": "monai\.losses\.DiceLoss"/);
  });
});

suite('completion of arguments', () => {
  test('what is not given yet, required first', () => {
    const found = labels(
      train('"pre_transforms": [{"name": "Spacingd", "args": {"keys": "image", ¦}}]'),
    );
    assert.equal(found[0], 'pixdim');
    assert.ok(!found.includes('keys') && found.includes('mode'));
  });
  test('half-typed keys', () => {
    const whole = '{"train": {"loss": {"name": "DiceLoss", "args": {"sigmoid": true}}}}';
    for (const typed of ['{"si¦"}', '{"si¦}', '{si¦}', '{¦}', '{"si¦"', '{ ¦'])
      assert.equal(
        taken(
          config(
            `{"train": {"loss": {"name": "DiceLoss", "args": ${typed}${'}}}'.slice(typed.endsWith('}') ? 0 : 3)}`,
          ),
          'sigmoid',
        )
          .replace(/\{ "/, '{"')
          .padEnd(whole.length, '}')
          .slice(0, whole.length),
        whole,
      );
  });
  test('a missing comma before and behind', () => {
    const made = taken(
      config(
        '{"train": {"loss": {"name": "DiceLoss", "args": {"softmax": true\n¦\n"batch": true}}}}',
      ),
      'sigmoid',
    );
    assert.equal(
      made,
      '{"train": {"loss": {"name": "DiceLoss", "args": {"softmax": true,\n"sigmoid": true,\n"batch": true}}}}',
    );
  });
  test('only the key where its value stands already', () => {
    const made = taken(
      config('{"train": {"loss": {"name": "DiceLoss", "args": {"sig¦": false}}}}'),
      'sigmoid',
    );
    assert.match(made, /"args": \{"sigmoid": false\}/);
  });
  test('of a class of custom/, and of its base', () => {
    const files = {
      ...train('"loss": {"path": "own.B", "args": {"¦"}}'),
      'custom/own.py':
        'class A:\n    def __init__(self, alpha: float = 0.5): ...\nclass B(A):\n    def __init__(self, beta, **kwargs): ...\n',
    };
    assert.deepEqual(labels(files), ['beta', 'alpha']);
  });
  test('names that objects inherit are no arguments', () => {
    assert.deepEqual(labels(train('"loss": {"name": "constructor", "args": {"¦"}}')), []);
  });
});

suite('completion of values', () => {
  test('what an argument lists, inside of a list too', () => {
    for (const typed of ['"¦"', '["bilinear", "¦"]', '¦', '["¦'])
      assert.ok(
        labels(
          train(
            `"pre_transforms": [{"name": "Spacingd", "args": {"keys": "image", "mode": ${typed}}}]`,
          ),
        ).includes('nearest'),
        typed,
      );
  });
  test('true and false replace the quotes', () => {
    const made = taken(train('"loss": {"name": "DiceLoss", "args": {"sigmoid": "t¦"}}'), 'true');
    assert.match(made, /"sigmoid": true\}/);
  });
  test('references that fit first', () => {
    const inner =
      '"model": {"name": "UNet"}, "optimizer": {"name": "Adam", "args": {}}, "lr_scheduler": {"name": "StepLR", "args": {"optimizer": "@¦", "x": "@dataset"}}';
    assert.deepEqual(labels(train(inner)), ['optimizer', 'lr_scheduler', 'model']);
    const made = taken(train(inner.replace('"@¦"', '"¦"')), '@optimizer');
    assert.match(made, /"optimizer": "@optimizer"/);
  });
  test('references in expressions', () => {
    const made = taken(
      train(
        '"model": {"name": "UNet"}, "optimizer": {"name": "Adam", "args": {"params": "#@mo¦.parameters()"}}',
      ),
      'model',
    );
    assert.match(made, /"#@model\.parameters\(\)"/);
  });
  test('variables, with what they are', () => {
    const { found } = at(
      train('"handlers": [{"name": "CheckpointLoader", "args": {"load_path": "{MMAR¦"}}]'),
    );
    const item = found.find(({ label }) => label === 'MMAR_CKPT');
    assert.equal(item?.detail, 'models/model.pt');
    assert.equal(item?.insert, 'MMAR_CKPT}');
    assert.match(
      taken(train('"x": {"name": "A", "args": {"n": "{ep¦}"}}'), 'epochs'),
      /"\{epochs\}"/,
    );
  });
  test("no placeholder in a lambda, no reference in AutoML's search", () => {
    assert.deepEqual(
      labels(train('"x": {"name": "A", "args": {"f": "lambda x: {¦"}}')).filter(
        label => label === 'epochs',
      ),
      [],
    );
    assert.deepEqual(labels(train('"search": [{"args": ["@¦"]}]')), []);
  });
  test('data keys of the file and of the datalist', () => {
    const files = {
      ...train(
        '"pre_transforms": [{"name": "CopyItemsd", "args": {"keys": "image", "names": ["copy"]}}, {"name": "Spacingd", "args": {"keys": ["image", "¦"]}}]',
      ),
      'data/dataset.json': '{"training": [{"image": "a.nii", "label": "b.nii", "extra": "c.nii"}]}',
    };
    const found = labels(files);
    assert.deepEqual(found.slice(0, 4), ['copy', 'label', 'extra', 'pred']);
    assert.ok(!found.includes('image'));
  });
  test('data keys in from_engine', () => {
    const made = taken(
      train(
        '"pre_transforms": [{"name": "Spacingd", "args": {"keys": ["image", "mask"]}}], "key_metric": {"name": "MeanDice", "args": {"output_transform": "#monai.handlers.from_engine([\'pred\', \'m¦\'])"}}',
      ),
      'mask',
    );
    assert.match(made, /\['pred', 'mask'\]/);
  });
  test('lists of the datalist', () => {
    const files = {
      ...train('"dataset": {"name": "CacheDataset", "data_list_key": "¦"}'),
      'data/dataset.json': '{"training": [{"image": "a"}], "mine": [{"image": "b"}]}',
    };
    assert.deepEqual(labels(files).sort(), ['mine', 'training']);
  });
  test('refs of train, used ones last', () => {
    const text =
      '{"train": {"pre_transforms": [{"name": "A"}, {"name": "B"}]}, "validate": {"pre_transforms": [{"ref": "A"}, {"ref": "¦"}]}}';
    assert.deepEqual(labels(config(text)), ['B', 'A']);
  });
  test('files, with names that need escapes', () => {
    const files = {
      ...config('{"train": {}}'),
      'config/environment.json': '{"DATA_ROOT": "¦"}',
      'a b"c $(x)/y.txt': '',
    };
    const made = taken(files, 'a b"c $(x)');
    assert.equal(made, '{"DATA_ROOT": "a b\\"c $(x)/"}');
    assert.ok(
      labels({ ...files, 'config/environment.json': '{"MMAR_CKPT": "config/¦"}' }).includes(
        'config_train.json',
      ),
    );
  });
});

suite('completion of sections', () => {
  test('keys of the top, of train, of a component', () => {
    assert.ok(labels(config('{¦}')).includes('train'));
    const inside = labels(config('{"train": {"loss": {"name": "DiceLoss"}, ¦}}'));
    assert.ok(inside.includes('optimizer') && !inside.includes('loss'));
    assert.deepEqual(labels(config('{"train": {"loss": {"name": "DiceLoss", "¦"}}}')).slice(0, 2), [
      'args',
      'disabled',
    ]);
  });
  test('nothing in a comment and behind the end', () => {
    assert.deepEqual(labels(config('{"train": {} // no¦\n}')), []);
    assert.deepEqual(labels(config('{"train": {} /* no¦ */}')), []);
    assert.deepEqual(labels(config('{"train": {}} ¦')), []);
  });
  test('comments and a byte order mark do no harm', () => {
    assert.match(
      taken(config('\uFEFF{ // "x": [\n"train": {"loss": {"name": "Dice¦"}}}'), 'DiceLoss'),
      /"name": "DiceLoss"/,
    );
  });
});

suite('completion in bundles', () => {
  const json = (text: string): Files => ({ 'configs/train.json': text });
  test('_target_ by what receives it', () => {
    const text =
      '{"loss": {"_target_": "¦"}, "trainer": {"_target_": "SupervisedTrainer", "loss_function": "@loss"}}';
    const found = labels(json(text), '1.6.1');
    assert.ok(found.indexOf('DiceLoss') < found.indexOf('LoadImaged'));
  });
  test('torch by its path, MONAI by its name', () => {
    const text =
      '{"optimizer": {"_target_": "¦", "lr": 1}, "trainer": {"_target_": "SupervisedTrainer", "optimizer": "@optimizer"}}';
    assert.match(taken(json(text), 'Adam', '1.6.1'), /"_target_": "torch\.optim\.Adam"/);
    assert.match(taken(json(text), 'Novograd', '1.6.1'), /"_target_": "Novograd"/);
  });
  test('YAML: a name, an argument, an item, a reference', () => {
    assert.match(
      taken(bundle('loss:\n  _target_: Dic¦\n  sigmoid: true\n'), 'DiceLoss', '1.6.1'),
      /_target_: DiceLoss\n/,
    );
    assert.match(
      taken(bundle('loss:\n  _target_: DiceLoss\n  sig¦\n  softmax: true\n'), 'sigmoid', '1.6.1'),
      /\n {2}sigmoid: true\n/,
    );
    assert.match(
      taken(bundle('loss:\n  _target_: DiceLoss\n  ¦\nx: 1\n'), 'sigmoid', '1.6.1'),
      /\n {2}sigmoid: true\n/,
    );
    assert.match(
      taken(
        bundle('x:\n  _target_: Spacingd\n  keys: image\n  mode:\n  - bilinear\n  - ne¦\n'),
        'nearest',
        '1.6.1',
      ),
      /- nearest\n/,
    );
    const wired = 'network: 1\ntrainer:\n  _target_: SupervisedTrainer\n  network: ';
    for (const typed of ['"@ne¦"', '@ne¦', "'@ne¦'", '"@ne¦'])
      assert.match(
        taken(
          bundle(`${wired}${typed}\n`),
          typed.startsWith('@') ? '@network' : 'network',
          '1.6.1',
        ),
        /network: ["']@network["']\n/,
      );
  });
  test('YAML: arguments come along, below the dash', () => {
    assert.equal(
      taken(bundle('t:\n  - _target_: Load¦\n'), 'LoadImaged', '1.6.1'),
      't:\n  - _target_: LoadImaged\n    keys: ["image"]\n',
    );
  });
  test('YAML: inside of brackets', () => {
    assert.match(
      taken(bundle('loss: {_target_: DiceLoss, sig¦}\n'), 'sigmoid', '1.6.1'),
      /\{_target_: DiceLoss, sigmoid: true\}/,
    );
    assert.match(
      taken(
        bundle('x: {_target_: Spacingd, keys: image, mode: [bilinear, n¦]}\n'),
        'nearest',
        '1.6.1',
      ),
      /\[bilinear, nearest\]/,
    );
  });
  test('ids below an id, and those of other files', () => {
    assert.deepEqual(
      labels(json('{"train": {"dataset": 1, "inferer": 2}, "x": "@train::¦"}'), '1.6.1'),
      ['dataset', 'inferer'],
    );
    assert.deepEqual(
      labels(json('{"train": {"dataset": 1, "inferer": 2}, "x": "$@train#¦"}'), '1.6.1'),
      ['dataset', 'inferer'],
    );
    const files = {
      'configs/train.json': '{"loss": {"_target_": "DiceLoss"}}',
      'configs/over.json': '{"x": {"_target_": "SupervisedTrainer", "loss_function": "@l¦"}}',
    };
    assert.ok(labels(files, '1.6.1').includes('loss'));
  });
  test('YAML: comments and the middle of a long text', () => {
    assert.deepEqual(labels(bundle('loss: 1 # @¦\n'), '1.6.1'), []);
    assert.match(
      taken(bundle('root: 1\nx: "$f(@root,\n  base=@ro¦)"\n'), 'root', '1.6.1'),
      /base=@root\)/,
    );
  });
});
