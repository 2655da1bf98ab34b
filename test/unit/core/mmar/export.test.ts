import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import { toBundle, type MmarAbout } from '../../../../extension/core/mmar/toBundle.ts';
import { loggingConf } from '../../../../extension/core/mmar/export/logging.ts';
import * as good from '../config/goodConfigs.ts';
import { examples, parsed } from './upgradeCases.ts';

const repository = path.resolve(__dirname, '..', '..', '..', '..');
const bundles = path.resolve(repository, '..', 'shared', 'data', 'bundles');
const text = readFileSync(
  path.join(repository, 'mmar-schemas/bundle/metadata.schema.json'),
  'utf8',
);
const validate: ValidateFunction = new Ajv({ strict: false }).compile(JSON.parse(text) as object);

function assertValid(metadata: unknown): void {
  assert.ok(validate(metadata), JSON.stringify(validate.errors));
}

const nothing: MmarAbout = {
  config: 'config/config_train.json',
  variables: {},
  copies: [],
  custom: [],
};

interface Exported {
  readonly files: ReadonlyMap<string, string>;
  readonly metadata: Record<string, unknown>;
}

function exported(train: unknown, about: Partial<MmarAbout> = {}, name = 'spleen'): Exported {
  const { files } = toBundle({
    train,
    environment: parsed(good.environment),
    runtime: '',
    name,
    about: { ...nothing, ...about },
  });
  const texts = new Map(files.map(file => [file.path, file.text]));
  return { files: texts, metadata: parsed(texts.get('configs/metadata.json') ?? '') };
}

type Tensor = Record<string, unknown>;
const tensors = ({ metadata }: Exported): { image: Tensor; pred: Tensor } => {
  const { inputs, outputs } = metadata['network_data_format'] as Record<
    string,
    Record<string, Tensor>
  >;
  return { image: inputs?.['image'] ?? {}, pred: outputs?.['pred'] ?? {} };
};

const train = parsed(good.train41);
const datalist = parsed(good.datalist);
/** The training config with another network, other transforms. */
const withModel = (args: object, more: object = {}): unknown => ({
  ...train,
  ...more,
  train: { ...(train['train'] as object), model: { name: 'UNet', args } },
});

suite('metadata.json', () => {
  test('of every public bundle follows our schema', function () {
    if (!existsSync(bundles)) return this.skip();
    const found = readdirSync(bundles);
    assert.equal(found.length, 8);
    for (const bundle of found)
      assertValid(
        JSON.parse(readFileSync(path.join(bundles, bundle, 'configs/metadata.json'), 'utf8')),
      );
  });

  test('of every export follows it', () => {
    const trained = examples().filter(({ name }) => /\/(config_train|trn_)[^/]*\.json$/.test(name));
    assert.ok(trained.length >= 2);
    for (const example of trained)
      for (const list of [undefined, datalist])
        assertValid(exported(parsed(example.text), { datalist: list }).metadata);
  });

  test('the schema finds what is wrong', () => {
    const { metadata } = exported(train);
    const format = metadata['network_data_format'] as Record<string, Record<string, object>>;
    const image = (changed: object): object => ({
      ...metadata,
      network_data_format: {
        ...format,
        inputs: { image: { ...format['inputs']?.['image'], ...changed } },
      },
    });
    const wrong = [
      { ...metadata, version: 'one' },
      { ...metadata, authors: undefined },
      { ...metadata, required_packages_version: undefined, optional_packages_version: undefined },
      { ...metadata, network_data_format: { inputs: {}, outputs: {} } },
      image({ num_channels: 0 }),
      image({ spatial_shape: ['96 96'] }),
      image({ spatial_shape: [-1] }),
      image({ dtype: 'torch.float32' }),
      image({ value_range: '0..1' }),
      image({ channel_def: { first: 'image' } }),
      image({ is_patch_data: 'no' }),
    ];
    assertValid(image({ spatial_shape: ['*', '2**p*n', 96] }));
    for (const value of wrong)
      assert.equal(validate(JSON.parse(JSON.stringify(value))), false, JSON.stringify(value));
  });

  test('channels, window, range and labels come from configs and datalist', () => {
    const { image, pred } = tensors(
      exported(
        withModel({ spatial_dims: 3, in_channels: '{inputs}', out_channels: 2 }, { inputs: 2 }),
        { datalist: { ...datalist, modality: { 0: 'CT', 1: 'PET' } } },
      ),
    );
    assert.deepEqual(image, {
      type: 'image',
      format: 'hounsfield',
      modality: 'CT',
      num_channels: 2,
      value_range: [],
      channel_def: { 0: 'CT', 1: 'PET' },
      spatial_shape: [32, 32, 32],
      dtype: 'float32',
      is_patch_data: true,
    });
    assert.deepEqual(pred, {
      type: 'image',
      format: 'labels',
      num_channels: 2,
      value_range: [0, 1],
      channel_def: { 0: 'background', 1: 'spleen' },
      spatial_shape: [32, 32, 32],
      dtype: 'float32',
      is_patch_data: true,
    });
  });

  test('one channel per organ, without the background', () => {
    const sigmoid = JSON.parse(
      good.train41.replace('"softmax": true } }],', '"sigmoid": true } }],'),
    ) as Record<string, object>;
    const { pred } = tensors(
      exported(
        {
          ...sigmoid,
          train: { ...sigmoid['train'], model: { name: 'UNet', args: { out_channels: 1 } } },
        },
        { datalist },
      ),
    );
    assert.deepEqual(
      [pred['format'], pred['num_channels'], pred['channel_def']],
      ['classes', 1, { 0: 'spleen' }],
    );
  });

  test('a network that takes any size says by what it must be divided', () => {
    const validated = train['validate'] as object;
    const whole = {
      ...(withModel({ spatial_dims: 2, strides: [2, 2, [2, 1]], in_channels: 1 }) as object),
      validate: { ...validated, inferer: { name: 'SimpleInferer' } },
    };
    const { image } = tensors(exported(whole));
    assert.deepEqual([image['spatial_shape'], image['is_patch_data']], [['8*n', '8*n'], false]);
  });

  test('what nobody says is assumed, and said to be', () => {
    const own = { ...train, train: { ...(train['train'] as object), model: { path: 'own.Net' } } };
    const made = exported(own);
    assert.deepEqual(
      [tensors(made).image['num_channels'], tensors(made).pred['num_channels']],
      [1, 2],
    );
    assert.match(
      made.files.get('docs/mapping.md') ?? '',
      /assumes one input channel.*\n.*two output/,
    );
  });

  test('texts of users are no expressions of MONAI', () => {
    const made = exported(train, { readme: '# x\n\n$(rm -rf /) is @home\n' }, '$name %x @y');
    for (const value of [made.metadata['name'], made.metadata['description']])
      assert.match(String(value), /^\$'/);
    assertValid(made.metadata);
  });
});

suite('documents of an export', () => {
  const about: Partial<MmarAbout> = {
    config: 'config/trn_x.json',
    readme: '# Spleen\r\n\r\nFinds the spleen.\n\n## Data\n\n```\n# no heading\n```\n',
    license: 'My License\n\nCopyright (c) 2024 Somebody\n',
    custom: ['noise.py', "a b'c`.py"],
    copies: [{ path: 'models/model.pt', file: '/x/model.pt' }],
    aiaa: parsed(good.aiaa),
  };
  const { files, metadata } = exported(train, about);

  test('README: commands, and what the MMAR says one level down', () => {
    const readme = files.get('docs/README.md') ?? '';
    assert.match(readme, /^# spleen\n/);
    assert.match(readme, /monai\.bundle run --config_file configs\/train\.json/);
    assert.match(readme, /torchrun .*multi_gpu_train\.json/);
    assert.match(readme, /\n### Spleen\r?\n[\s\S]*\n#### Data\n[\s\S]*\n# no heading\n/);
  });

  test('license and description go into LICENSE and metadata.json', () => {
    assert.equal(files.get('LICENSE'), about.license);
    assert.equal(metadata['copyright'], 'Copyright (c) 2024 Somebody');
    assert.equal(metadata['description'], 'Finds the spleen.');
  });

  test('mapping: sections, files, and nothing to attend to', () => {
    const mapping = files.get('docs/mapping.md') ?? '';
    assert.match(mapping, /## Needs attention\n\nNothing\./);
    assert.match(mapping, /\| `train\.model` \| `network_def` \| `UNet` \|/);
    assert.match(mapping, /\| `config\/trn_x\.json` \| `configs\/train\.json` \|/);
    assert.match(mapping, /\| ``custom\/a b'c`\.py`` \| ``scripts\/a b'c`\.py`` \|/);
    assert.match(
      mapping,
      /`config\/config_validation\.json` \| `configs\/evaluate\.json` \(derived/,
    );
  });

  test('mapping: what has no counterpart, what is missing', () => {
    const odd = { ...train, train: { ...(train['train'] as object), callbacks: [] } };
    const mapping = exported(odd).files.get('docs/mapping.md') ?? '';
    assert.match(mapping, /- `train\.callbacks`: "callbacks" has no counterpart/);
    assert.match(mapping, /no docs\/license\.txt/);
    assert.match(mapping, /There are no weights/);
  });

  test('a run has no use for them', () => {
    const { files: run, copies } = toBundle({ train, runtime: '', name: 'x' });
    assert.deepEqual(
      run.map(file => file.path).filter(file => /docs|LICENSE|logging/.test(file)),
      [],
    );
    assert.deepEqual(copies, []);
  });
});

suite('logging.conf', () => {
  const sample = readFileSync(path.join(repository, 'samples/spleen/resources/log.config'), 'utf8');

  test('is the log.config of the MMAR', () => {
    assert.deepEqual(loggingConf(sample), { text: sample, replaced: false });
  });

  test('is the usual one where MONAI would refuse that', () => {
    const refused = [
      sample.replace('class=StreamHandler', 'class=os.system'),
      sample.replace('class=StreamHandler', 'class=medl.Handler'),
      sample.replace('args=(sys.stdout,)', 'args=(open("x"),)'),
      sample.replace('args=(sys.stdout,)', 'args=(sys.stdout,\n  exit())'),
      sample.replace('args=(sys.stdout,)', 'args=()\nkwargs={"stream": exit()}'),
      'no logging at all',
    ];
    for (const text of refused) {
      const made = loggingConf(text);
      assert.equal(made.replaced, true, text);
      assert.match(made.text, /class=StreamHandler\n[\s\S]*args=\(sys\.stdout,\)/);
    }
    assert.equal(loggingConf(undefined).replaced, false);
  });
});
