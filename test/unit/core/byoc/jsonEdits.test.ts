import assert from 'node:assert/strict';
import {
  insertElement,
  replaceKey,
  replaceValue,
  setKey,
} from '../../../../extension/core/byoc/jsonEdits.ts';
import type { TextEdit } from '../../../../extension/core/config/finding.ts';
import { parseConfig } from '../../../../extension/core/config/parse.ts';
import { applyEdits } from './applyEdits.ts';

const commented = `{
  // handlers run in order
  "list": [
    { "name": "A" }, // the first
    /* before B */
    { "name": "B" } // the last
    // nothing follows
  ],
  "args": {
    "x": 1, // one
    "y": [1, 2]
  }
}
`;

const edited = (text: string, edit: (doc: ReturnType<typeof parseConfig>) => TextEdit[]): string =>
  applyEdits(text, edit(parseConfig(text)));

test('insertElement: comments stay with what they are about', () => {
  const at = (index: number): string =>
    edited(commented, doc => insertElement(doc, ['list'], index, { name: 'N' }));
  assert.ok(at(0).includes(`"list": [\n    { "name": "N" },\n    { "name": "A" }, // the first\n`));
  assert.ok(at(1).includes(`// the first\n    { "name": "N" },\n    /* before B */\n`));
  assert.ok(at(2).includes(`{ "name": "B" }, // the last\n    { "name": "N" }\n    // nothing`));
});

test('insertElement: takes the form of its neighbours', () => {
  const block = '{\n    "list": [\n        {\n            "name": "A"\n        }\n    ]\n}\n';
  assert.equal(
    edited(block, doc =>
      insertElement(doc, ['list'], 1, { path: 'm.N', args: { keys: ['a', 1] } }),
    ),
    '{\n    "list": [\n        {\n            "name": "A"\n        },\n        {\n' +
      '            "path": "m.N",\n            "args": {\n                "keys": ["a", 1]\n' +
      '            }\n        }\n    ]\n}\n',
  );
  const line = '{ "list": [{ "name": "A" }] }';
  assert.equal(
    edited(line, doc => insertElement(doc, ['list'], 0, { name: 'N' })),
    '{ "list": [{ "name": "N" }, { "name": "A" }] }',
  );
  assert.equal(
    edited(line, doc => insertElement(doc, ['list'], 1, { name: 'N' })),
    '{ "list": [{ "name": "A" }, { "name": "N" }] }',
  );
  const windows = commented.replaceAll('\n', '\r\n');
  const made = edited(windows, doc => insertElement(doc, ['list'], 2, { a: { b: 1 } }));
  assert.ok(!/[^\r]\n/.test(made));
  const tabs = '{\n\t"list": [\n\t\t1\n\t]\n}';
  assert.equal(
    edited(tabs, doc => insertElement(doc, ['list'], 1, 2)),
    '{\n\t"list": [\n\t\t1,\n\t\t2\n\t]\n}',
  );
});

test('insertElement: into an empty list, and after a trailing comma', () => {
  assert.equal(
    edited('{\n  "list": []\n}', doc => insertElement(doc, ['list'], 0, 1)),
    '{\n  "list": [\n    1\n  ]\n}',
  );
  assert.equal(
    edited('{\n  "list": [\n    // none yet\n  ]\n}', doc => insertElement(doc, ['list'], 0, 1)),
    '{\n  "list": [\n    // none yet\n    1\n  ]\n}',
  );
  assert.equal(
    edited('{\n  "list": [\n    1, // one\n  ]\n}', doc => insertElement(doc, ['list'], 1, 2)),
    '{\n  "list": [\n    1, // one\n    2\n  ]\n}',
  );
});

test('setKey: replaces, or puts the key where it belongs', () => {
  const set = (key: string, after?: string): string =>
    edited(commented, doc => setKey(doc, ['args'], key, 'v', after));
  assert.ok(set('x').includes('"x": "v", // one\n    "y"'));
  assert.ok(set('z').includes('"y": [1, 2],\n    "z": "v"\n  }'));
  assert.ok(set('z', 'x').includes('"x": 1, // one\n    "z": "v",\n    "y"'));
  assert.equal(
    edited('{"a": {}}', doc => setKey(doc, ['a'], 'b', 1)),
    '{"a": {\n  "b": 1\n}}',
  );
});

test('replaceKey and replaceValue touch nothing else', () => {
  assert.equal(
    edited(commented, doc => replaceKey(doc, ['list', 0], 'name', 'path', 'm.N')),
    commented.replace('"name": "A"', '"path": "m.N"'),
  );
  assert.equal(
    edited(commented, doc => replaceValue(doc, ['list', 1], { path: 'm.N', args: {} })),
    commented.replace('{ "name": "B" }', '{ "path": "m.N", "args": {} }'),
  );
});

test('a path that leads nowhere gives no edits; hostile texts are no danger', () => {
  const texts = ['', '{', '[', '{"list": [', '{"list": 1}', 'null', '{"list": [1,,2]}', '{"li'];
  for (const text of [...texts, '"\\ud800"', '{"list": [/* ]'.repeat(50)]) {
    const doc = parseConfig(text);
    for (const edits of [
      insertElement(doc, ['list'], 5, { a: 1 }),
      setKey(doc, ['args'], 'a', 1),
      replaceValue(doc, ['x', 3], 1),
      replaceKey(doc, [], 'list', 'b', 1),
    ])
      assert.equal(typeof applyEdits(text, edits), 'string');
  }
});

test('names that only look dangerous are plain text', () => {
  const name = 'a"b\\c\n$(x) `y` $& Ünï';
  const text = edited('{"list": [1]}', doc => insertElement(doc, ['list'], 1, { [name]: name }));
  assert.deepEqual(JSON.parse(text), { list: [1, { [name]: name }] });
});
