import assert from 'node:assert/strict';
import { loadDocs } from '../../../../extension/core/config/catalogDocs.ts';
import { hover } from '../../../../extension/core/language/hover.ts';
import { code, escaped } from '../../../../extension/core/language/markdown.ts';
import { signature } from '../../../../extension/core/language/signature.ts';
import { setting, train, type Files } from './mmar.ts';

function text(files: Files, release?: string): string {
  const { model, offset, context } = setting(files, release);
  return hover(model, offset, context)?.markdown ?? '';
}

suite('hover', () => {
  test('a component: signature, where it comes from, link to the documentation of the release', () => {
    const shown = text(train('"loss": {"name": "Dice¦Loss"}'));
    assert.match(shown, /```python\nDiceLoss\(\n {4}include_background: bool = True,/);
    assert.match(shown, /`monai\.losses\.DiceLoss` · loss/);
    assert.match(
      shown,
      /\(https:\/\/docs\.monai\.io\/en\/0\.8\.1\/losses\.html#monai\.losses\.DiceLoss\)/,
    );
    assert.match(
      text(train('"optimizer": {"name": "Ad¦am"}')),
      /docs\.pytorch\.org\/docs\/\d+\.\d+\/generated\/torch\.optim\.Adam\.html/,
    );
  });
  test("documentation of the user's own environment, escaped", () => {
    const { model, offset, context } = setting(train('"loss": {"name": "Dice¦Loss"}'));
    const docs = loadDocs(
      JSON.stringify({
        format: 1,
        label: 'x',
        items: { 'monai.losses.dice.DiceLoss': ['Computes <img src=x> [Dice](command:x).', {}] },
      }),
    );
    const shown = hover(model, offset, { ...context, docs })?.markdown ?? '';
    assert.match(shown, /Computes \\<img src=x\\> \\\[Dice\\\]\(command:x\)\./);
  });
  test('an argument: type, default, values', () => {
    const shown = text(
      train(
        '"pre_transforms": [{"name": "Spacingd", "args": {"keys": "image", "mo¦de": "nearest"}}]',
      ),
    );
    assert.match(shown, /mode: .* = "bilinear"/);
    assert.match(shown, /Values: .*`"nearest"`/);
    assert.equal(
      text(
        train(
          '"pre_transforms": [{"name": "Spacingd", "args": {"keys": "image", "mode": "near¦est"}}]',
        ),
      ),
      shown,
    );
  });
  test('what went, and its successor', () => {
    const shown = text(train('"pre_transforms": [{"name": "AddChan¦neld", "args": {}}]'), '1.6.1');
    assert.match(shown, /is not in monai-1\.6\.1: it went in 1\.\d\.0/);
    assert.match(shown, /EnsureChannelFirstd/);
    const arg = text(train('"model": {"name": "UNet", "args": {"dimen¦sions": 3}}'), '1.6.1');
    assert.match(arg, /takes no `dimensions` since .*[\s\S]*spatial_dims/);
  });
  test('a class of custom/', () => {
    const files = {
      ...train('"loss": {"path": "own.My¦Loss"}'),
      'custom/own.py':
        'class MyLoss:\n    """Own *loss*."""\n    def __init__(self, beta: float = 0.5, *, mode="x"): ...\n',
    };
    assert.match(text(files), /MyLoss\(beta: float = 0\.5, mode="x"\)/);
    assert.match(text(files), /Own \\\*loss\\\*\./);
  });
  test('variables with their value and origin', () => {
    const shown = text(train('"x": {"name": "A", "args": {"load_path": "{MMAR_¦CKPT}"}}'));
    assert.match(shown, /^`\{MMAR_CKPT\}` = `models\/model\.pt`/);
    assert.match(shown, /environment\.json/);
    assert.match(
      text(train('"x": {"name": "A", "args": {"n": "{epo¦chs}"}}')),
      /`2`[\s\S]*top of this file/,
    );
    assert.match(text(train('"x": {"name": "A", "args": {"n": "{ab¦sent}"}}')), /Nothing defines/);
  });
  test('references and refs', () => {
    assert.match(
      text(
        train(
          '"optimizer": {"name": "Adam"}, "lr_scheduler": {"name": "StepLR", "args": {"optimizer": "@opti¦mizer", "x": "@dataset"}}',
        ),
      ),
      /torch\.optim\.Adam/,
    );
    const files = {
      'config/config_train.json':
        '{"train": {"pre_transforms": [{"name": "LoadImaged"}]}, "validate": {"pre_transforms": [{"ref": "Load¦Imaged"}]}}',
    };
    assert.match(text(files), /monai\.transforms\.LoadImaged/);
    assert.match(
      text({ 'configs/train.yaml': 'loss:\n  _target_: DiceLoss\nx: "@lo¦ss"\n' }, '1.6.1'),
      /monai\.losses\.DiceLoss/,
    );
    assert.match(
      text({ 'configs/train.yaml': 'key: image\nx: "@k¦ey"\n' }, '1.6.1'),
      /`@key` = `image`/,
    );
  });
  test('a file that is not there', () => {
    assert.equal(
      text({ 'config/environment.json': '{"MMAR_CKPT": "models/¦model.pt"}' }),
      '`/m/models/model.pt` (does not exist)',
    );
  });
  test('keys of the schema', () => {
    assert.match(text({ 'config/config_train.json': '{"ep¦ochs": 3, "train": {}}' }), /epochs/i);
  });
  test('nothing on white space, in broken text, in an empty file', () => {
    for (const broken of ['¦', '{¦', '{"train": {"loss": ¦', '{"train": ¦ {}}'])
      assert.equal(text({ 'config/config_train.json': broken }), '');
  });
  test('code and text of others end nothing', () => {
    assert.equal(code('a`b``c\nd'), '``` a`b``c d ```');
    assert.equal(escaped('[x](y) <b>'), '\\[x\\](y) \\<b\\>');
  });
});

suite('signature help', () => {
  const shown = (files: Files) => {
    const { model, offset, context } = setting(files);
    const found = signature(model, offset, context);
    const active = found?.parameters[found.active ?? -1];
    return (
      found && [
        found.label.replace(/\(.*/, ''),
        active && found.label.slice(active.from, active.to),
      ]
    );
  };
  test('while an argument is typed', () => {
    for (const typed of [
      '"reduction": "¦"',
      '"reduction": ¦',
      '"reduction¦"',
      '"reduction": "no¦',
    ]) {
      const [name, active] = shown(train(`"loss": {"name": "DiceLoss", "args": {${typed}}}`)) ?? [];
      assert.equal(name, 'DiceLoss', typed);
      assert.match(active ?? '', /^reduction: .*"mean"/, typed);
    }
  });
  test('before the first argument, and not in the name', () => {
    assert.deepEqual(shown(train('"loss": {"name": "DiceLoss", "args": {¦}}')), [
      'DiceLoss',
      undefined,
    ]);
    assert.equal(shown(train('"loss": {"name": "Dice¦Loss", "args": {}}')), undefined);
  });
  test('of a class of custom/, and of a bundle in YAML', () => {
    assert.deepEqual(
      shown({
        ...train('"loss": {"path": "own.L", "args": {"beta": ¦}}'),
        'custom/own.py': 'class L:\n  def __init__(self, alpha, beta=2): ...\n',
      }),
      ['L', 'beta=2'],
    );
    assert.equal(
      shown({ 'configs/a.yaml': 'loss:\n  _target_: DiceLoss\n  sigmoid: ¦\n' })?.[0],
      'DiceLoss',
    );
  });
});
