import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { componentEdits, twinEdits, twinPlace } from '../../../../extension/core/byoc/insertion.ts';
import {
  canonicalName,
  collision,
  moduleNameOf,
  nameProblem,
} from '../../../../extension/core/byoc/names.ts';
import { filesFor, placesFor } from '../../../../extension/core/byoc/places.ts';
import { parsePython } from '../../../../extension/core/byoc/python.ts';
import {
  scaffoldFiles,
  scaffoldOf,
  scaffolds,
  type ScaffoldKind,
} from '../../../../extension/core/byoc/scaffold.ts';
import { checkText } from '../../../../extension/core/config/check.ts';
import {
  nodeAt,
  parseConfig,
  plainValue,
  type ConfigDoc,
} from '../../../../extension/core/config/parse.ts';
import type { JsonPath } from '../../../../extension/core/config/finding.ts';
import type { ConfigKind } from '../../../../extension/core/mmar/kind.ts';
import * as good from '../config/goodConfigs.ts';
import { knowledge } from '../config/running.ts';
import { schemas } from '../config/schemas.ts';
import { applyEdits } from './applyEdits.ts';

const sample = (name: string): string =>
  readFileSync(path.join(__dirname, '../../../../samples/spleen/config', name), 'utf8');

interface Config {
  readonly name: string;
  readonly kind: ConfigKind;
  readonly text: string;
}

const train = sample('config_train.json');
const configs: readonly Config[] = [
  { name: 'the sample', kind: 'train', text: train },
  { name: 'CRLF', kind: 'train', text: train.replaceAll('\n', '\r\n') },
  { name: 'one object per line', kind: 'train', text: good.train41 },
  { name: 'dialect 4.0', kind: 'train', text: good.train40 },
  { name: 'minified', kind: 'train', text: JSON.stringify(JSON.parse(train)) },
  {
    name: 'commented',
    kind: 'train',
    text: train.replace(/^( *)("name": .*)$/gm, '$1// about it\n$1$2 // so it is'),
  },
  { name: 'validation', kind: 'validation', text: sample('config_validation.json') },
  { name: 'inference', kind: 'inference', text: sample('config_inference.json') },
  { name: 'AIAA', kind: 'aiaa', text: sample('config_aiaa.json') },
];

const plain = (text: string): unknown => {
  const { root } = parseConfig(text);
  return root && (JSON.parse(JSON.stringify(plainValue(root))) as unknown);
};

const plainAt = (doc: ConfigDoc, at: JsonPath): unknown => {
  const node = nodeAt(doc, at);
  return node && plainValue(node);
};

/** The value of a config without what is at `path`; `undefined` takes nothing away. */
function without(text: string, path: JsonPath | undefined): unknown {
  // a metric of dialect 4.1 is handed to the engine, too
  const bare = JSON.stringify(plain(text)).replaceAll(
    /,"additional_metrics":"[^"]*"|"additional_metrics":"[^"]*",/g,
    '',
  );
  const value = JSON.parse(bare) as Record<string, unknown>;
  if (!path) return value;
  let holder: Record<string | number, unknown> = value;
  for (const step of path.slice(0, -1)) holder = holder[step] as typeof holder;
  const last = path.at(-1)!;
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else Reflect.deleteProperty(holder, last);
  return value;
}

const factsWith = (module: string, name: string) => ({
  environment: JSON.parse(good.environment) as Record<string, unknown>,
  fileExists: () => undefined,
  customNames: new Map([
    [module, [name]],
    ['contrast', ['RandBodyShiftd']],
    ['noise', ['AddNoised']],
  ]),
});

for (const scaffold of scaffolds) {
  const name = scaffold.suggestion;
  const module = moduleNameOf(name);
  suite(`scaffold of kind ${scaffold.kind}`, () => {
    test('module and test are whole, and name what they are', () => {
      const files = scaffoldFiles(scaffold, name, module);
      assert.equal(files.module.path, `custom/${module}.py`);
      assert.equal(files.test.path, `tests/test_${module}.py`);
      for (const { text } of [files.module, files.test]) {
        assert.doesNotMatch(text, /\{\{\w+\}\}/);
        assert.deepEqual(parsePython(text).errors, []);
        assert.ok(parsePython(text).doc !== undefined, 'there is no docstring');
        for (const line of text.split('\n')) assert.ok(line.length <= 88, line);
      }
      const made = parsePython(files.module.text).classes.find(c => c.name === name);
      assert.ok(made?.doc, 'the class has no docstring');
      for (const method of made.methods)
        for (const param of method.params)
          assert.ok(param.annotation, `${method.name}(${param.name}) has no type`);
      assert.equal(files.module.text.slice(files.todo, files.todo + 6), '# TODO');
      assert.ok(files.test.text.includes('def test_'));
    });

    test('goes into every config that takes it, and nothing else there changes', async () => {
      let count = 0;
      for (const config of configs.filter(({ kind }) => filesFor(scaffold.kind).includes(kind))) {
        const doc = parseConfig(config.text);
        const places = placesFor(scaffold.kind, doc);
        assert.ok(places.length > 0, config.name);
        for (const place of places) {
          const edits = componentEdits({ scaffold, name, module }, place, doc, config.kind);
          const text = applyEdits(config.text, edits);
          const where = `${config.name}: ${place.title}`;
          const after = parseConfig(text);
          assert.deepEqual(after.findings, [], where);
          const at = place.how === 'insert' ? [...place.at, place.index ?? 0] : place.at;
          assert.ok(JSON.stringify(plainAt(after, at)).includes(module), where);
          const old = place.how === 'insert' ? undefined : at;
          assert.deepEqual(without(text, at), without(config.text, old), where);
          const comments = (source: string): number => source.split('// about it').length;
          if (place.how === 'insert') assert.equal(comments(text), comments(config.text), where);
          if (config.name === 'CRLF') assert.ok(!/[^\r]\n/.test(text), where);
          const facts = factsWith(module, name);
          const findings = await checkText({ kind: config.kind, text, facts, schemas, knowledge });
          const before = await checkText({
            kind: config.kind,
            text: config.text,
            facts,
            schemas,
            knowledge,
          });
          // what is replaced takes its own findings with it
          const known = new Set(before.map(f => `${f.code}: ${f.message}`));
          const added = findings.map(f => `${f.code}: ${f.message}`).filter(f => !known.has(f));
          assert.deepEqual(added, [], where);
          count++;
        }
      }
      assert.ok(count >= 1);
    }).timeout(60_000);

    test('its arguments are those that the class takes', () => {
      const source = scaffoldFiles(scaffold, name, module).module.text;
      const init = parsePython(source).classes.find(c => c.name === name)?.init ?? [];
      const takes = new Set(init.map(param => param.name));
      for (const dialect of ['4.0', '4.1'] as const) {
        const config = { epochs: 1, learning_rate: 1, labels: ['a'] };
        const args = scaffold.args({ config, dialect, slot: 'x', before: {} });
        // in dialect 4.0 Clara hands these over by itself
        const given = new Set([...Object.keys(args), 'params', 'optimizer', 'data']);
        for (const key of Object.keys(args)) assert.ok(takes.has(key), key);
        for (const param of init) if (param.required) assert.ok(given.has(param.name), param.name);
      }
    });
  });
}

const component = (kind: ScaffoldKind, name: string) => ({
  scaffold: scaffoldOf(kind),
  name,
  module: moduleNameOf(name),
});
const put = (kind: ScaffoldKind, text: string, pick = 0): unknown => {
  const doc = parseConfig(text);
  const place = placesFor(kind, doc)[pick];
  assert.ok(place);
  return plain(applyEdits(text, componentEdits(component(kind, 'Own'), place, doc, 'train')));
};

suite('where a component goes', () => {
  test('a transform: before the conversion at the end by default', () => {
    const [first] = placesFor('transform', parseConfig(train));
    assert.deepEqual(first?.at, ['train', 'pre_transforms']);
    assert.equal(first.index, 8);
    const made = put('transform', train) as { train: { pre_transforms: object[] } };
    assert.deepEqual(made.train.pre_transforms[8], {
      name: 'Own',
      path: 'own.Own',
      args: { keys: 'image', factor: 1 },
    });
  });

  test('a network takes over dimensions and channels', () => {
    const made = put('network', train) as { train: { model: unknown } };
    const args = { spatial_dims: 3, in_channels: 1, out_channels: 2, features: 16 };
    assert.deepEqual(made.train.model, { path: 'own.Own', args });
  });

  test('a trainer takes over all arguments', () => {
    type Trainer = { train: { trainer: { args: Record<string, unknown> } } };
    const before = plain(train) as Trainer;
    const { trainer } = (put('trainer', train) as Trainer).train;
    const args = { ...before.train.trainer.args, max_norm: 1 };
    assert.deepEqual(trainer, { path: 'own.Own', args });
  });

  test('a dataset keeps its datalist', () => {
    const made = put('dataset', train) as { train: { dataset: unknown } };
    assert.deepEqual(made.train.dataset, {
      path: 'own.Own',
      data_list_file_path: '{DATASET_JSON}',
      data_file_base_dir: '{DATA_ROOT}',
      data_list_key: 'training',
      args: { transform: '@pre_transforms', times: 1 },
    });
  });

  test('a metric is handed to the engine as well', () => {
    const bare = train
      .replace('"additional_metrics": [],', '')
      .replace('"additional_metrics": "@additional_metrics",', '');
    type Validate = {
      validate: { additional_metrics: unknown; evaluator: { args: Record<string, unknown> } };
    };
    const made = put('metric', bare) as Validate;
    assert.equal(made.validate.evaluator.args['additional_metrics'], '@additional_metrics');
    assert.deepEqual(made.validate.additional_metrics, [
      {
        path: 'own.Own',
        log_label: 'val_own',
        args: {
          include_background: false,
          output_transform: "#monai.handlers.from_engine(['pred', 'label'])",
        },
      },
    ]);
  });

  test('of several alternatives the enabled one is replaced first', () => {
    const text = train.replace(
      /"loss": (\{[\s\S]*?\n {4}\}),/,
      (_, one: string) => `"loss": [{"name": "FocalLoss", "disabled": true}, ${one}],`,
    );
    assert.deepEqual(placesFor('loss', parseConfig(text))[0]?.at, ['train', 'loss', 1]);
  });

  test('no places in a broken or foreign config, and no exception', () => {
    for (const text of ['', '{', '[]', 'null', '{"train": 3}', '{"train": {"model": "x"}}'])
      for (const { kind } of scaffolds)
        assert.ok(Array.isArray(placesFor(kind, parseConfig(text))));
  });
});

suite('a deterministic transform in the other configs', () => {
  const doc = parseConfig(train);
  const place = placesFor('transform', doc).find(
    ({ index, at }) => index === 5 && at.join('.') === 'train.pre_transforms',
  );
  assert.ok(place);
  const own = component('transform', 'Own');

  test('validate of the same file names it', () => {
    const twin = twinPlace(place, doc, doc);
    assert.ok(twin);
    const edits = [
      ...componentEdits(own, place, doc, 'train'),
      ...twinEdits(own, twin, doc, 'train'),
    ];
    const made = plain(applyEdits(train, edits)) as { validate: { pre_transforms: object[] } };
    assert.deepEqual(made.validate.pre_transforms.slice(4, 7), [
      { ref: 'ScaleIntensityRanged' },
      { ref: 'Own' },
      { ref: 'CropForegroundd' },
    ]);
  });

  for (const [name, kind] of [
    ['config_validation.json', 'validation'],
    ['config_inference.json', 'inference'],
    ['config_aiaa.json', 'aiaa'],
  ] as const)
    test(`${name} has it at the same place`, () => {
      const text = sample(name);
      const other = parseConfig(text);
      const twin = twinPlace(place, doc, other);
      assert.ok(twin);
      const made = plain(applyEdits(text, twinEdits(own, twin, other, kind))) as {
        pre_transforms: object[];
      };
      const entry = { [kind === 'aiaa' ? 'name' : 'path']: 'own.Own' };
      assert.deepEqual(made.pre_transforms[5], { ...entry, args: { keys: 'image', factor: 1 } });
    });

  test('what is only in validation has no twin in training', () => {
    const there = placesFor('transform', doc).find(({ at }) => at[0] === 'validate');
    assert.ok(there);
    assert.equal(twinPlace(there, doc, doc), undefined);
  });
});

suite('names', () => {
  test('modules are named for their classes', () => {
    const names = ['MyNet', 'RandMyNoised', 'UNet3D', 'HTTPReader', '_Own', 'myLoss', 'MaßFürX'];
    assert.deepEqual(names.map(moduleNameOf), [
      'my_net',
      'rand_my_noised',
      'u_net3d',
      'http_reader',
      '_own',
      'my_loss',
      'maß_für_x',
    ]);
  });

  test('what is no name, or would break something, is refused in words', () => {
    const bad = ['', '  ', '2D', 'a b', 'a-b', "a'b", 'a.b', '$(x)', 'a\nb', '../x', 'a/b', '\0'];
    const words = ['class', 'None', 'match', 'Match', 'Torch', 'Random', 'Json', 'x'.repeat(99)];
    for (const name of [...bad, ...words]) assert.ok(nameProblem(name), JSON.stringify(name));
    for (const name of ['Own', '_own', 'Ünï', 'Noise2', '脾臓'])
      assert.equal(nameProblem(name), undefined, name);
    assert.equal(canonicalName(' ﬁne '), 'fine');
  });

  test('a class or module that is there already is named', () => {
    const custom = new Map([
      ['m/custom/own.py', 'class Other: pass\n'],
      ['m/custom/part/__init__.py', 'class Deep:\n'],
      ['m/custom/Upper.py', ''],
    ]);
    assert.match(collision('Own', 'm', custom) ?? '', /custom\/own\.py exists/);
    assert.match(collision('Upper', 'm', custom) ?? '', /custom\/Upper\.py exists/);
    assert.match(collision('Part', 'm', custom) ?? '', /exists/);
    assert.match(collision('Other', 'm', custom) ?? '', /has a class Other/);
    assert.match(collision('Deep', 'm', custom) ?? '', /has a class Deep/);
    assert.equal(collision('New', 'm', custom), undefined);
  });

  test('names of any alphabet come out as they are', () => {
    const files = scaffoldFiles(scaffoldOf('loss'), '脾臓', moduleNameOf('脾臓'));
    assert.ok(files.module.text.includes('class 脾臓(_Loss):'));
    assert.deepEqual(parsePython(files.module.text).errors, []);
  });
});
