import assert from 'node:assert/strict';
import { checkText } from '../../../../extension/core/config/check.ts';
import { closest } from '../../../../extension/core/config/closest.ts';
import { makeFacts, noFacts } from '../../../../extension/core/config/facts.ts';
import { parseConfig, rangeAt, valueOf } from '../../../../extension/core/config/parse.ts';
import { parseYaml } from '../../../../extension/core/config/parseYaml.ts';
import * as good from './goodConfigs.ts';
import { expectFindings } from './expectFindings.ts';
import { schemas } from './schemas.ts';

/** Values have no prototype; that is of no matter here. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const syntax = (text: string) => [...parseConfig(text).findings];

suite('parseConfig', () => {
  test('tolerates comments and a byte order mark', () => {
    expectFindings(syntax, '\uFEFF{ /* why */ "a": 1 // so\n}', []);
    assert.deepEqual(plain(valueOf(parseConfig('\uFEFF{"a": [1, true, null, "x"]}'))), {
      a: [1, true, null, 'x'],
    });
  });

  test('points at syntax errors and repeated keys', () => {
    expectFindings(syntax, '{"a": 1 «"b"»: 2}', ['syntax']);
    expectFindings(syntax, '{"a": 1, «"a"»: 2, "b": {"c": 1, «"c"»: 1}}', [
      'duplicate-key',
      'duplicate-key',
    ]);
    expectFindings(syntax, '{"a": [1, 2«]»', ['syntax']);
  });

  test('never throws, whatever is typed', () => {
    for (const text of [
      '',
      ' ',
      '{',
      '[',
      '{"a"',
      '{"a":',
      '}',
      '\0',
      '{"a": \\',
      '"',
      'nul',
      '[[[[',
      '{{}}',
    ])
      assert.ok(valueOf(parseConfig(text)) !== null, text);
  });

  test('survives every beginning of a config, and every config with one character less', async () => {
    for (let at = 0; at < good.train41.length; at += 97) {
      const cut = good.train41.slice(0, at);
      const less = cut + good.train41.slice(at + 1);
      for (const text of [cut, less]) {
        const found = await checkText({ kind: 'train', text, facts: noFacts, schemas });
        assert.ok(
          found.every(({ code }) => code !== 'internal'),
          JSON.stringify(found),
        );
        assert.ok(found.every(({ range }) => range.offset >= 0 && range.length >= 0));
      }
    }
  });
});

suite('rangeAt', () => {
  const text = '{"train": {"loss": {"name": "X"}, "list": [1, {"k": 2}]}}';
  const doc = parseConfig(text);
  const at = (path: (string | number)[], part?: 'key' | 'value') => {
    const { offset, length } = rangeAt(doc, path, part);
    return text.slice(offset, offset + length);
  };

  test('gives the value or the key', () => {
    assert.equal(at(['train', 'loss', 'name']), '"X"');
    assert.equal(at(['train', 'loss', 'name'], 'key'), '"name"');
    assert.equal(at(['train', 'list', 1, 'k']), '2');
  });

  test('gives the head of the nearest ancestor of what is missing', () => {
    assert.equal(at(['train', 'loss', 'args', 'softmax']), '"loss"');
    assert.equal(at(['train', 'list', 1, 'z']), '{');
    assert.equal(at(['nothing', 'here']), '{');
    assert.deepEqual(rangeAt(parseConfig(''), ['a']), { offset: 0, length: 0 });
  });
});

suite('parseYaml', () => {
  test('gives the same as JSON does', () => {
    const yaml = 'a: 1\nb:\n  - x y\n  - {c: true}\n  - null\nd: &p\n  e: 1.5\nf: *p\n';
    assert.deepEqual(plain(valueOf(parseYaml(yaml))), {
      a: 1,
      b: ['x y', { c: true }, null],
      d: { e: 1.5 },
      f: { e: 1.5 },
    });
  });

  test('never throws', () => {
    for (const text of [
      '',
      'a: *x',
      'a: &x [*x]',
      '? [1]: 2',
      '- - -',
      'a: !!binary x',
      '\t',
      'a: b: c',
      '%',
    ])
      assert.ok(Array.isArray(parseYaml(text).findings), text);
  });
});

test('closest: near words only', () => {
  const words = ['loss', 'optimizer', 'learning_rate', 'epochs'];
  assert.equal(closest('optimiser', words), 'optimizer');
  assert.equal(closest('epoch', words), 'epochs');
  assert.equal(closest('laerning_rate', words), 'learning_rate');
  assert.equal(closest('callbacks', words), undefined);
  assert.equal(closest('loss', ['loss']), undefined);
});

test('checkText: sorts by place and knows files without a kind', async () => {
  const text = '{"train": 1, "epochs": "x"}';
  const found = await checkText({ kind: 'train', text, facts: noFacts, schemas });
  assert.deepEqual(
    found.map(({ range }) => range.offset),
    found.map(({ range }) => range.offset).sort((a, b) => a - b),
  );
  assert.deepEqual(
    await checkText({ kind: undefined, text: '{"_target_": 1}', facts: noFacts, schemas }),
    [],
  );
  assert.deepEqual(await checkText({ kind: 'clusters', text: '\n', facts: noFacts, schemas }), []);
});

test('makeFacts: the same for the editor and for CI', () => {
  const facts = makeFacts({
    root: "/a b'c",
    environment: '{"DATA_ROOT": "{BASE}/d", "BASE": "x", }',
    custom: new Map([["/a b'c/custom/p/m.py", 'class A: pass']]),
    fileExists: () => undefined,
    file: "/a b'c/config/dataset.json",
  });
  assert.equal(facts.dataRoot, "/a b'c/x/d");
  assert.deepEqual([...(facts.customNames ?? [])], [['p.m', ['A']]]);
});
