import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { checkText, type CheckedKind } from '../../extension/core/config/check.ts';
import { noFacts, type Facts } from '../../extension/core/config/facts.ts';
import type { Finding } from '../../extension/core/config/finding.ts';
import { parseConfig, valueOf } from '../../extension/core/config/parse.ts';
import { configKind, isValues } from '../../extension/core/mmar/kind.ts';
import { brokenConfigs } from './core/config/brokenConfigs.ts';
import { compare, unmarked } from './core/config/expectFindings.ts';
import * as good from './core/config/goodConfigs.ts';
import { schemas } from './core/config/schemas.ts';

const environment = JSON.parse(good.environment) as Record<string, unknown>;
const facts: Facts = { ...noFacts, environment };

function check(kind: CheckedKind | undefined, text: string, given = facts): Promise<Finding[]> {
  return checkText({ kind, text, facts: given, schemas });
}

const goodFiles: [string, CheckedKind, string][] = [
  ['a training config of the 4.1 dialect', 'train', good.train41],
  ['a training config of the 4.0 dialect', 'train', good.train40],
  ['a validation config', 'validation', good.validation41],
  ['an inference config', 'inference', good.inference40],
  ['an environment.json', 'environment', good.environment],
  ['a config_aiaa.json', 'aiaa', good.aiaa],
  ['a datalist', 'datalist', good.datalist],
  ['a clusters.yaml', 'clusters', good.clusters],
];

suite('schemas', () => {
  for (const [name, kind, text] of goodFiles)
    test(`accept ${name}`, async () => {
      assert.deepEqual(await check(kind, text), []);
      if (kind !== 'clusters') assert.equal(configKind('x.json', JSON.parse(text)), kind);
    });

  for (const { name, kind, marked, codes, says } of brokenConfigs)
    test(`find ${name}`, async () => {
      const found = await check(kind, unmarked(marked));
      compare(found, marked, codes);
      if (says !== undefined) assert.match(found[0]?.message ?? '', says);
    });

  test('there are enough broken variants, and every one is broken differently', () => {
    assert.ok(brokenConfigs.length >= 30);
    assert.equal(new Set(brokenConfigs.map(({ marked }) => marked)).size, brokenConfigs.length);
  });

  test('are plain draft-07 that any validator takes, without a network', () => {
    for (const [kind, schema] of Object.entries(schemas)) {
      const validate = new Ajv({ strict: false }).compile(schema);
      const text = goodFiles.find(([, of]) => of === kind)?.[2] ?? '{}';
      if (kind !== 'clusters')
        assert.ok(validate(JSON.parse(text)), `${kind}: ${JSON.stringify(validate.errors)}`);
      assert.doesNotMatch(JSON.stringify(schema), /"\$ref":"(?!#\/definitions\/)/);
    }
  });

  test('say the same of the parts that they share', () => {
    const train = schemas.train.definitions ?? {};
    for (const other of [schemas.validation, schemas.inference])
      for (const [name, definition] of Object.entries(other.definitions ?? {}))
        if (name in train) assert.deepEqual(definition, train[name], name);
  });

  test('describe every key', () => {
    const undescribed: string[] = [];
    const visit = (value: unknown, place: string): void => {
      if (!isValues(value)) return;
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'properties' && isValues(inner))
          for (const [name, property] of Object.entries(inner))
            if (isValues(property) && !('description' in property) && !('$ref' in property))
              undescribed.push(`${place}.${name}`);
        visit(inner, `${place}.${key}`);
      }
    };
    for (const [kind, schema] of Object.entries(schemas)) visit(schema, kind);
    assert.deepEqual(
      undescribed.filter(place => !/triton_model_config/.test(place)),
      [],
    );
  });
});

/** The public example MMARs, where they lie beside the repository. */
const corpora = path.join(__dirname, '../../../shared/data/mmars');

suite('the public examples', () => {
  suiteSetup(function () {
    if (!existsSync(corpora)) this.skip();
  });

  /** Faults that are really in the files, and that must be found (CLARA.md B.6). */
  const known: Record<string, string[]> = {
    'fl_admin/config_train.json': ['{MMAR_CKPT}'],
    'fl_admin/config_validation.json': ['{MMAR_TORCHSCRIPT}', '{MMAR_CKPT}', '{MMAR_CKPT}'],
    'automl/config_automl.json': ['{trainconf}'],
    'automl/config_automl_BYO_handler.json': ['{trainconf}'],
    'automl/config_automl_BYO_RandomController.json': ['{trainconf}'],
  };

  test('have no errors but the known ones', async () => {
    let count = 0;
    for (const mmar of readdirSync(corpora)) {
      const inner = path.join(corpora, mmar, 'config');
      const folder = existsSync(inner) ? inner : path.join(corpora, mmar);
      const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
      const variables = existsSync(path.join(folder, 'environment.json'))
        ? (JSON.parse(read('environment.json')) as Record<string, unknown>)
        : undefined;
      for (const name of readdirSync(folder)) {
        const text = read(name);
        const kind = configKind(name, valueOf(parseConfig(text)));
        assert.notEqual(kind, undefined, `${mmar}/${name}`);
        const given = {
          environment: variables,
          fileExists: () => false,
          customNames: new Map(),
          root: '/m',
        };
        const errors = (await check(kind, text, given)).filter(
          ({ severity }) => severity === 'error',
        );
        const places = errors.map(({ range }) =>
          text.slice(range.offset, range.offset + range.length),
        );
        assert.deepEqual(places, known[`${mmar}/${name}`] ?? [], `${mmar}/${name}`);
        assert.ok(errors.every(({ code }) => code === 'unresolved-placeholder'));
        count++;
      }
    }
    assert.ok(count >= 35, String(count));
  });
});
