import assert from 'node:assert/strict';
import { parsePython } from '../../../../extension/core/byoc/python.ts';
import { argType } from '../../../../extension/core/config/checks/argType.ts';
import { bundleReference } from '../../../../extension/core/config/checks/bundleReferences.ts';
import { byocArgs } from '../../../../extension/core/config/checks/byocArgs.ts';
import { casePairs } from '../../../../extension/core/config/checks/casePairs.ts';
import { itemKeys } from '../../../../extension/core/config/checks/itemKeys.ts';
import { listChoice } from '../../../../extension/core/config/checks/listChoice.ts';
import { missingArg } from '../../../../extension/core/config/checks/missingArg.ts';
import { outdated } from '../../../../extension/core/config/checks/outdated.ts';
import { preprocessing } from '../../../../extension/core/config/checks/preprocessing.ts';
import { pythonExpression } from '../../../../extension/core/config/checks/pythonExpression.ts';
import { referenceCycle } from '../../../../extension/core/config/checks/referenceCycle.ts';
import { scripts } from '../../../../extension/core/config/checks/scripts.ts';
import { transformOrder } from '../../../../extension/core/config/checks/transformOrder.ts';
import { unknownArg } from '../../../../extension/core/config/checks/unknownArg.ts';
import { unknownComponent } from '../../../../extension/core/config/checks/unknownComponent.ts';
import { applyEdits } from '../../../../extension/core/config/edits.ts';
import { otherConfig } from '../../../../extension/core/config/facts.ts';
import type { Finding } from '../../../../extension/core/config/finding.ts';
import { typeAllows } from '../../../../extension/core/config/typeText.ts';
import { expectFindings, unmarked } from './expectFindings.ts';
import { running } from './running.ts';

/** A text with the first fix of its first finding. */
function fixed(marked: string, [found]: readonly Finding[]): string {
  return applyEdits(unmarked(marked), found?.fixes?.[0]?.edits ?? []);
}

const pre = (...steps: string[]): string => `{"train": {"pre_transforms": [${steps.join(', ')}]}}`;
const step = (name: string, args: string): string => `{"name": "${name}", "args": {${args}}}`;
const load = step('LoadImaged', '"keys": ["image", "label"]');

suite('components and arguments', () => {
  test('a misspelt component has a fix; custom code and expressions are left alone', () => {
    const check = running(unknownComponent);
    const text = '{"train": {"loss": {"name": «"DiceLos"»}, "model": {"path": "mine.Net"}}}';
    assert.match(fixed(text, expectFindings(check, text, ['unknown-component'])), /"DiceLoss"/);
  });

  test('a removed component names its successor, by release', () => {
    const text =
      '{"train": {"pre_transforms": [{"name": «"AddChanneld"», "args": {"keys": "image"}}]}}';
    const today = running(unknownComponent, { release: '1.6.1' });
    const found = expectFindings(today, text, ['removed-component']);
    assert.match(fixed(text, found), /"EnsureChannelFirstd"/);
    expectFindings(running(unknownComponent), unmarked(text), []);
    expectFindings(running(outdated), text, ['deprecated']);
  });

  test('arguments: misspelt, renamed, swallowed', () => {
    const old = running(unknownArg);
    expectFindings(old, '{"train": {"loss": {"name": "DiceLoss", "args": {«"sigmiod"»: true}}}}', [
      'unknown-arg',
    ]);
    const today = running(unknownArg, { release: '1.6.1' });
    const net = '{"train": {"model": {"name": "UNet", "args": {«"dimensions"»: 3}}}}';
    assert.match(fixed(net, expectFindings(today, net, ['renamed-arg'])), /"spatial_dims": 3/);
    const post =
      '{"train": {"post_transforms": [{"name": "AsDiscreted", "args": {"keys": "pred", «"n_clases"»: 2}}]}}';
    expectFindings(today, post, ['swallowed-arg']);
  });

  test('what Clara fills in is not missed, and an old name stands for the new one', () => {
    const check = running(missingArg);
    expectFindings(
      check,
      '{"train": {"optimizer": {"name": "Adam", "args": {"lr": 1}}, "dataloader": {"name": "DataLoader"}}}',
      [],
    );
    const text =
      '{"train": {"optimizer": {"name": «"Adam"», "args": {"lr": 1}}, "dataloader": {"name": "DataLoader", "args": {"dataset": "@dataset"}}}}';
    assert.match(
      fixed(text, expectFindings(check, text, ['missing-arg'])),
      /"params": "#@model\.parameters\(\)"/,
    );
    const net =
      '"dimensions": 3, "in_channels": 1, "out_channels": 2, "channels": [8, 16], "strides": [2]';
    expectFindings(
      running(missingArg, { release: '0.8.1' }),
      `{"model": {"name": "UNet", "args": {${net}}}}`,
      [],
    );
  });

  test('values: types, and lists of values', () => {
    const check = running(argType);
    expectFindings(
      check,
      pre(step('Spacingd', '"keys": "image", "pixdim": «"one"», "mode": "bilinear"')),
      ['wrong-arg-type'],
    );
    const [found] = expectFindings(
      check,
      pre(step('Spacingd', '"keys": "image", "pixdim": 1, "mode": «"bilinaer"»')),
      ['value-not-listed'],
    );
    assert.match(found?.message ?? '', /Did you mean "bilinear"/);
    expectFindings(
      check,
      pre(step('Spacingd', '"keys": "image", "pixdim": "{x}", "mode": "@y"')),
      [],
    );
  });

  test('types as Python writes them', () => {
    assert.ok(typeAllows('int | None', 3) && typeAllows('int | None', null));
    assert.ok(!typeAllows('int | None', 'x') && !typeAllows('int', true));
    assert.ok(typeAllows('Sequence[int] | int', [1]) && !typeAllows('Sequence[int] | int', '1'));
    assert.ok(typeAllows('Callable | None', 'anything') && typeAllows('Optional[str]', 'x'));
    assert.ok(!typeAllows('Union[Sequence[float], float]', true));
  });

  test('arguments of custom classes', () => {
    const module = parsePython('class Net:\n  def __init__(self, width, depth=2):\n    pass\n');
    const check = running(byocArgs, { facts: { customModules: new Map([['mine', module]]) } });
    expectFindings(check, '{"model": {"path": «"mine.Net"», "args": {«"dpth"»: 1}}}', [
      'byoc-args',
      'byoc-args',
    ]);
    expectFindings(check, '{"model": {"path": "mine.Net", "args": {"width": 1}}}', []);
  });
});

suite('references and Python', () => {
  test('places inside of a lambda, behind escapes', () => {
    const check = running(pythonExpression);
    expectFindings(check, String.raw`{"a": "lambda x: (x, \"y\")«)»"}`, ['python-syntax']);
    expectFindings(check, `{"a": "lambda x: (x['pred'], f'{x}')"}`, []);
  });

  test('cycles of variables and objects, each reference of them', () => {
    const check = running(referenceCycle);
    expectFindings(check, '{"a": «"{b}"», "b": «"{a}"», "c": "{a}"}', [
      'reference-cycle',
      'reference-cycle',
    ]);
    expectFindings(check, '{"train": {"model": {"args": {"x": "@loss"}}, "loss": {}}}', []);
  });

  test('ids of a bundle, in other files, too', () => {
    const text = '{"a": 1, "b": "$@a + «@c»", "d": "@e::f", "g": "«@aa»"}';
    const others = new Map([['train.json', otherConfig('train.json', '{"e": {"f": 1}}')]]);
    expectFindings(running(bundleReference, { facts: { others } }), text, [
      'unresolved-reference',
      'unresolved-reference',
    ]);
    expectFindings(
      running(bundleReference),
      '{"x": "$a @ b", "m": "me@example.org", "s": "$\'@no\'"}',
      [],
    );
  });
});

suite('transforms', () => {
  test('keys that nothing made, that were dropped, and that are optional', () => {
    const check = running(itemKeys);
    expectFindings(check, pre(load, step('ToTensord', '"keys": ["image", «"lable"»]')), [
      'unmade-key',
    ]);
    expectFindings(
      check,
      pre(load, step('DeleteItemsd', '"keys": "label"'), step('ToTensord', '"keys": «"label"»')),
      ['unmade-key'],
    );
    expectFindings(
      check,
      pre(load, step('ToTensord', '"keys": "mask", "allow_missing_keys": true')),
      [],
    );
    expectFindings(
      check,
      pre(load, '{"path": "mine.Add"}', step('ToTensord', '"keys": "mine"')),
      [],
    );
  });

  test('order, with a fix that moves', () => {
    const text = pre(
      load,
      '{"name": «"Spacingd"», "args": {"keys": "image", "pixdim": 1}}',
      step('EnsureChannelFirstd', '"keys": "image"'),
    );
    const found = expectFindings(running(transformOrder), text, ['transform-order']);
    const names = [...fixed(text, found).matchAll(/"name": "(\w+)"/g)].map(match => match[1]);
    assert.deepEqual(names, ['LoadImaged', 'EnsureChannelFirstd', 'Spacingd']);
    JSON.parse(fixed(text, found));
  });

  test('preprocessing as in the training', () => {
    const scale = (min: string) =>
      step('ScaleIntensityRanged', `"keys": "image", "a_min": ${min}, "a_max": 1`);
    const others = new Map([
      ['config/config_train.json', otherConfig('config_train.json', pre(load, scale('-57')))],
    ]);
    const check = running(preprocessing, { kind: 'inference', facts: { others } });
    const text = `{"pre_transforms": [${load}, ${scale('«-100»')}]}`;
    const found = expectFindings(check, text, ['preprocessing-differs']);
    assert.equal(found[0]?.related?.[0]?.file, 'config/config_train.json');
    assert.match(fixed(text, found), /"a_min": -57/);
    expectFindings(check, `{«"pre_transforms"»: [${load}]}`, ['preprocessing-differs']);
    expectFindings(check, `{"pre_transforms": [${load}, {"path": "mine.Scale"}]}`, []);
  });
});

suite('lists, cases and scripts', () => {
  test('a validation on the training', () => {
    const text =
      '{"train": {"dataset": {"data_list_key": "training"}}, "validate": {"dataset": {"data_list_key": «"training"»}}}';
    expectFindings(running(listChoice), text, ['validation-reads-training']);
  });

  test('pairs by name', () => {
    const check = running(casePairs);
    const text =
      '{"training": [{"image": "a_1.nii", "label": «"a_2_seg.nii"»}, {"image": "a_2.nii", "label": "b.nii"}]}';
    expectFindings(check, text, ['wrong-pair']);
    expectFindings(
      check,
      '{"training": [{"image": "i/x.nii", "label": "l/x.nii"}, {"image": "i/y.nii", "label": "l/y.nii"}]}',
      [],
    );
  });

  test('scripts: the traps of the examples, not their comments', () => {
    const facts = { root: '/m', fileExists: (path: string) => path === '/m/config/there.json' };
    const check = running(scripts, { facts });
    const text =
      '«GPU2USE=$1»\nadditional_options="$*"\npython3 -m medl.apps.train -c «config/gone.json» \\\n  --set print_conf=True\n# --master_port=1\n';
    const found = expectFindings(check, text, ['script-arguments', 'script-missing-config']);
    assert.match(fixed(text, found), /GPU2USE=\$1\nshift\n/);
    expectFindings(
      check,
      'GPU2USE=$1\nshift\nadditional_options="$*"\npython3 -m medl.apps.train -c config/there.json "$@"\n',
      [],
    );
  });
});
