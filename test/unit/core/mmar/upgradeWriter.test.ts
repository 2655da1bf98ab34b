import assert from 'node:assert/strict';
import { parseConfig, valueOf } from '../../../../extension/core/config/parse.ts';
import {
  isList,
  isObject,
  type Json,
  type JsonObject,
} from '../../../../extension/core/mmar/bundle/json.ts';
import { Origins } from '../../../../extension/core/mmar/upgrade/origins.ts';
import { applyEdits, EditList } from '../../../../extension/core/mmar/upgrade/textEdits.ts';
import { editsFor } from '../../../../extension/core/mmar/upgrade/writer.ts';

type Change = (value: JsonObject, keep: Origins['keep']) => JsonObject;

/** The text after a change of its value; checks that the edits say that value and do not touch each other. */
function changed(text: string, change: Change): string {
  const origins = new Origins(parseConfig(text));
  const value = origins.read();
  const wanted = change(value, (old, now) => origins.keep(old, now));
  const edits = editsFor(origins, wanted);
  let end = -1;
  for (const { range } of edits) {
    assert.ok(range.offset > end, 'edits overlap or touch');
    end = range.offset + range.length;
  }
  const made = applyEdits(text, edits);
  const doc = parseConfig(made);
  assert.deepEqual(doc.findings, [], made);
  assert.deepEqual(JSON.parse(JSON.stringify(valueOf(doc))), wanted, made);
  return made;
}

const items = (value: Json | undefined): JsonObject[] =>
  isList(value) ? value.filter(isObject) : [];

const without = (value: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));

suite('edits of a changed value', () => {
  test('nothing for nothing', () => {
    const text = '{ "a" : 1.0,  // one\n"b":[ 1,2 ] }';
    assert.equal(
      changed(text, v => v),
      text,
    );
  });

  test('only the value that differs', () => {
    assert.equal(
      changed('{ "a" : 1e-4,  "b": [1,2] }', v => ({ ...v, b: [1, 3] })),
      '{ "a" : 1e-4,  "b": [1, 3] }',
    );
  });

  test('a renamed key keeps its value and its place', () => {
    assert.equal(
      changed('{\n  "dimensions": 3, // volume\n  "x": 1\n}', v => ({
        spatial_dims: v['dimensions'] ?? null,
        x: 1,
      })),
      '{\n  "spatial_dims": 3, // volume\n  "x": 1\n}',
    );
  });

  const lines = '{\n  "a": 1, // one\n  // about two\n  "b": 2,\n  "c": 3 // three\n}\n';

  test('a new key at the beginning, between and at the end of lines', () => {
    assert.equal(
      changed(lines, v => ({ n: 0, ...v })),
      lines.replace('{\n', '{\n  "n": 0,\n'),
    );
    assert.equal(
      changed(lines, ({ a, ...v }) => ({ a: a ?? null, n: [1, 2], ...v })),
      lines.replace('// one\n', '// one\n  "n": [1, 2],\n'),
    );
    assert.equal(
      changed(lines, v => ({ ...v, n: { x: true } })),
      lines.replace('"c": 3 // three\n', '"c": 3, // three\n  "n": {\n    "x": true\n  }\n'),
    );
  });

  test('a removed key goes with its line and what is said behind it', () => {
    assert.equal(
      changed(lines, v => without(v, 'a')),
      '{\n  // about two\n  "b": 2,\n  "c": 3 // three\n}\n',
    );
    assert.equal(
      changed(lines, v => without(v, 'c')),
      '{\n  "a": 1, // one\n  // about two\n  "b": 2\n}\n',
    );
    assert.equal(
      changed(lines, v => without(without(v, 'b'), 'c')),
      '{\n  "a": 1 // one\n  // about two\n}\n',
    );
  });

  test('on one line', () => {
    assert.equal(
      changed('{ "a": 1, "b": 2 }', v => ({ n: 0, ...v })),
      '{ "n": 0, "a": 1, "b": 2 }',
    );
    assert.equal(
      changed('{ "a": 1, "b": 2 }', v => ({ ...v, n: {} })),
      '{ "a": 1, "b": 2, "n": {} }',
    );
    assert.equal(
      changed('{"a": {"x": 1}, "b": 2}', v => ({ ...without(v, 'b'), n: { y: [true] } })),
      '{"a": {"x": 1}, "n": {"y": [true]}}',
    );
    assert.equal(
      changed('{ "a": 1, "b": 2, "c": 3 }', v => without(without(v, 'b'), 'c')),
      '{ "a": 1 }',
    );
  });

  test('a key that takes the place of another stays below the comment of that place', () => {
    assert.equal(
      changed('{\n  "a": 1,\n  // what counts\n  "old": [1],\n  "c": 3\n}', v => ({
        a: 1,
        now: 2,
        more: 3,
        c: v['c'] ?? null,
      })),
      '{\n  "a": 1,\n  // what counts\n  "now": 2,\n  "more": 3,\n  "c": 3\n}',
    );
  });

  test('a value that moves keeps its formatting and the comments in and above it', () => {
    const text = `{
  "metrics": [
    // the one that counts
    { "name": "Dice", /* per class */ "key": true },
    {
      "name": "Accuracy", // all voxels
      "args": { "x":1 }
    } // second
  ]
}`;
    const made = changed(text, (v, keep) => {
      const [first = {}, second = {}] = items(v['metrics']);
      return { key_metric: keep(first, without(first, 'key')), additional: [second] };
    });
    assert.equal(
      made,
      `{
  // the one that counts
  "key_metric": { "name": "Dice" },
  "additional": [
    // second
    {
      "name": "Accuracy", // all voxels
      "args": { "x":1 }
    }
  ]
}`,
    );
  });

  test('elements of a list that change places take their comments along', () => {
    const text =
      '{"l": [\n  // one\n  { "n": 1 },\n  { "n": 2 }, // two\n  // three\n  { "n": 3 }\n]}';
    const made = changed(text, (v, keep) => {
      const [a = {}, b = {}, c = {}] = items(v['l']);
      return { l: keep(v['l'] ?? null, [c, a, b]) };
    });
    assert.equal(
      made,
      '{"l": [\n  // three\n  { "n": 3 },\n  // one\n  { "n": 1 },\n  { "n": 2 } // two\n]}',
    );
  });

  test('all of a list may go', () => {
    const text = '{\n  "handlers": [\n    { "a": 1 }\n  ],\n  "x": 1\n}';
    assert.equal(
      changed(text, v => ({ ...v, handlers: [] })),
      '{\n  "handlers": [],\n  "x": 1\n}',
    );
  });

  test('tabs, Windows line ends, a byte order mark and odd keys', () => {
    const text = '\uFEFF{\r\n\t"a\\"b": {\r\n\t\t"ü\u{1F600}": 1\r\n\t}\r\n}\r\n';
    assert.equal(
      changed(text, v => ({ ...v, __proto__x: { deep: [{ x: 1 }] } })),
      text.replace(
        '\r\n\t}\r\n}',
        '\r\n\t},\r\n\t"__proto__x": {\r\n\t\t"deep": [\r\n\t\t\t{\r\n\t\t\t\t"x": 1\r\n\t\t\t}\r\n\t\t]\r\n\t}\r\n}',
      ),
    );
  });
});

test('EditList: what overlaps or touches is one edit', () => {
  const edits = new EditList();
  edits.remove(4, 6);
  edits.insert(6, 'b');
  edits.insert(2, 'x');
  edits.remove(5, 8);
  edits.insert(4, 'a');
  assert.deepEqual(edits.edits(), [
    { range: { offset: 2, length: 0 }, text: 'x' },
    { range: { offset: 4, length: 4 }, text: 'ab' },
  ]);
  assert.equal(applyEdits('0123456789', edits.edits()), '01x23ab89');
});

/** A generator with a fixed seed, so that a failure comes again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** JSON with comments and every kind of blank between. */
function randomText(random: (below: number) => number, depth: number): string {
  const gaps = ['', ' ', '\n  ', ' // note\n', '\n    /* note */ ', '\r\n\t'];
  const gap = (): string => gaps[random(gaps.length)] ?? '';
  const kind = depth === 0 ? 2 : random(3);
  if (kind === 2) return ['1', '2.50', '"a, // b"', 'true', 'null'][random(5)] ?? '0';
  const count = random(4);
  const entries = Array.from({ length: count }, (_, i) => {
    const value = randomText(random, depth - 1);
    return gap() + (kind === 0 ? `"k${i}"${gap()}:${gap()}${value}` : value) + gap();
  });
  const [open, close] = kind === 0 ? ['{', '}'] : ['[', ']'];
  return `${open}${entries.join(',')}${count === 0 ? gap() : ''}${close}`;
}

function randomChange(random: (below: number) => number, value: Json, keep: Origins['keep']): Json {
  if (isList(value)) {
    const items = value.flatMap((item): Json[] => {
      if (random(5) === 0) return [];
      const now = randomChange(random, item, keep);
      return random(6) === 0 ? [{ added: random(9) }, now] : [now];
    });
    if (random(3) === 0) items.reverse();
    return keep(value, items);
  }
  if (!isObject(value)) return random(4) === 0 ? random(9) : value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
    if (random(5) === 0) return [];
    const now = randomChange(random, inner, keep);
    return [
      ...(random(6) === 0 ? [[`n${key}`, { deep: [1, { x: now }] }] as [string, Json]] : []),
      [random(6) === 0 ? `r${key}` : key, now],
    ];
  });
  return keep(value, Object.fromEntries(random(8) === 0 ? entries.reverse() : entries));
}

test('any change of any text comes out as wanted', () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const random = randomFrom(seed);
    const text = `{"root":${randomText(random, 4)}}`;
    changed(text, (v, keep) => {
      const root = randomChange(random, v['root'] ?? null, keep);
      return { root };
    });
  }
});
