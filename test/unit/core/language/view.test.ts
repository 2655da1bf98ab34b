import assert from 'node:assert/strict';
import { inlayHints } from '../../../../extension/core/language/inlay.ts';
import { lenses } from '../../../../extension/core/language/lenses.ts';
import {
  foldings,
  outline,
  type OutlineItem,
} from '../../../../extension/core/language/outline.ts';
import { setting, train, type Files } from './mmar.ts';

const shown = (items: readonly OutlineItem[], depth = 0): string[] =>
  items.flatMap(({ name, detail, kind, children }) => [
    `${' '.repeat(depth)}${name} ${kind}${detail === '' ? '' : ` ${detail}`}`,
    ...shown(children, depth + 1),
  ]);

const mark = (files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).map(([name, text], i) => [name, i === 0 ? `${text}¦` : text]),
  );

suite('outline and folding', () => {
  test('sections, lists, components', () => {
    const { model } = setting(
      mark(
        train(
          '"loss": {"name": "DiceLoss", "args": {"sigmoid": true}}, "pre_transforms": [{"name": "LoadImaged"}, {"ref": "X"}, {"path": "a.B"}]',
        ),
      ),
    );
    assert.deepEqual(shown(outline(model)), [
      'epochs variable 2',
      'train section',
      ' loss component DiceLoss',
      '  sigmoid arg true',
      ' pre_transforms list 3',
      '  LoadImaged component',
      '  → X section',
      '   ref arg X',
      '  a.B component',
    ]);
  });
  test('selections lie inside of their ranges, whatever the text', () => {
    for (const text of ['', '{', '{"a', '{"a": [{"name": "x"', '[[', '{"": {}}', '{"a":1,,"b"}']) {
      const { model } = setting({ 'config/config_train.json': `${text}¦` });
      const visit = ({ range, selection, children }: OutlineItem): void => {
        assert.ok(
          selection.offset >= range.offset &&
            selection.offset + selection.length <= range.offset + range.length,
          text,
        );
        children.forEach(visit);
      };
      outline(model).forEach(visit);
    }
  });
  test('YAML folds from its key on', () => {
    const text = 'a: 1\nloss:\n  _target_: DiceLoss\n  x:\n  - 1\n  - 2\n';
    const { model } = setting({ 'configs/a.yaml': `${text}¦` });
    assert.deepEqual(
      foldings(model).map(({ offset, length }) => text.slice(offset, offset + length).trimEnd()),
      ['loss:\n  _target_: DiceLoss\n  x:\n  - 1\n  - 2', 'x:\n  - 1\n  - 2'],
    );
  });
});

suite('inlay hints', () => {
  const hints = (files: Files): string[] => {
    const { model, context, text } = setting(mark(files));
    return inlayHints(model, context, { offset: 0, length: text.length }).map(
      ({ offset, label }) => `${text.slice(0, offset).split(/[ ,[]/).at(-1) ?? ''} ${label}`,
    );
  };
  test('what placeholders come to', () => {
    assert.deepEqual(
      hints(
        train(
          '"a": "{MMAR_CKPT}", "b": "{epochs}", "c": "{absent}", "d": "lambda x: {epochs}", "e": "x"',
        ),
      ),
      ['"{MMAR_CKPT}" = models/model.pt', '"{epochs}" = 2'],
    );
  });
  test('long values keep their end', () => {
    const [hint = ''] = hints({
      'config/environment.json': `{"A": "${'x'.repeat(60)}/end", "B": "{A}/f"}`,
    });
    assert.match(hint, /^"\{A\}\/f" = …x+\/end\/f$/);
  });
  test('plain ids of bundles', () => {
    const text = 'key: image\nx: "@key"\nnet:\n  _target_: UNet\ny: "@net"\n';
    assert.deepEqual(hints({ 'configs/a.yaml': text }), ['"@key" = image']);
  });
});

suite('code lenses', () => {
  test('by kind of file', () => {
    const actions = (files: Files): string[] =>
      lenses(setting(mark(files)).model).map(({ action }) => action);
    assert.deepEqual(actions(train('"loss": {}')), ['check', 'train', 'infer', 'export']);
    assert.deepEqual(actions({ 'config/environment.json': '{"DATA_ROOT": "x"}' }), ['check']);
    assert.deepEqual(actions({ 'configs/a.yaml': 'a: 1\n' }), []);
    assert.deepEqual(actions({ 'config/config_train.json': '' }), []);
  });
});
