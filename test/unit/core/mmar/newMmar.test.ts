import assert from 'node:assert/strict';
import type { Catalog } from '../../../../extension/core/config/catalog.ts';
import { argOf, fateOf } from '../../../../extension/core/config/spec.ts';
import { checkText } from '../../../../extension/core/config/check.ts';
import { makeFacts, otherConfig } from '../../../../extension/core/config/facts.ts';
import { configKind } from '../../../../extension/core/mmar/kind.ts';
import { describeMmar, findMmars } from '../../../../extension/core/mmar/layout.ts';
import {
  choicesProblem,
  labelsFrom,
  labelsProblem,
  mmarNameProblem,
  numbersFrom,
  patchProblem,
  spacingProblem,
} from '../../../../extension/core/mmar/newMmar/answers.ts';
import {
  defaultsFor,
  modalities,
  networkNames,
  newMmarFiles,
  templateData,
  type MmarChoices,
} from '../../../../extension/core/mmar/newMmar.ts';
import { toBundle, type Bundle } from '../../../../extension/core/mmar/toBundle.ts';
import { knowledge } from '../config/running.ts';
import { schemas } from '../config/schemas.ts';

const hostile = 'a "b" \'c\' $(touch x) `y`\n| # * 日本 \\ </script>';

function* combinations(): Generator<MmarChoices> {
  for (const network of networkNames)
    for (const modality of modalities)
      for (const dimensions of [2, 3] as const)
        for (const [channels, labels] of [
          [1, ['spleen']],
          [4, ['liver', hostile, 'tumour']],
        ] as const)
          yield {
            name: labels.length > 1 ? 'Ünï $(x) `q`' : 'spleen',
            ...{ network, modality, dimensions, labels, channels, data: templateData },
            ...defaultsFor(dimensions),
          };
}

const titleOf = (c: MmarChoices): string =>
  [c.network, c.modality, `${c.dimensions}D`, c.labels.length, c.channels].join(' ');

type Named = { name?: string; ref?: string; args?: Record<string, unknown> };
type Section = Record<string, unknown> & { pre_transforms: Named[]; inferer: Named };

function filesOf(choices: MmarChoices): Map<string, string> {
  return new Map(newMmarFiles(choices).map(({ path, text }) => [path, text]));
}

const parsed = (files: ReadonlyMap<string, string>, path: string): unknown =>
  JSON.parse(files.get(path) ?? '');

const bundleOf = (files: ReadonlyMap<string, string>, name: string): Bundle =>
  toBundle({
    train: parsed(files, 'config/config_train.json'),
    validation: parsed(files, 'config/config_validation.json'),
    inference: parsed(files, 'config/config_inference.json'),
    environment: parsed(files, 'config/environment.json'),
    runtime: '',
    name,
  });

type Use = readonly [name: string, args: readonly string[]];

/** `{name, args}` of an MMAR. */
function componentsIn(value: unknown): Use[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, args } = value as Named;
  const own: Use[] =
    typeof name === 'string' && !/^(INPUT|OUTPUT)__/.test(name)
      ? [[name, Object.keys(args ?? {})]]
      : [];
  return [...own, ...Object.values(value).flatMap(componentsIn)];
}

/** `{_target_, ...}` of a bundle. */
function targetsIn(value: unknown): Use[] {
  if (typeof value !== 'object' || value === null) return [];
  const target = (value as Record<string, unknown>)['_target_'];
  const own: Use[] =
    typeof target === 'string' && !target.startsWith('scripts.')
      ? [[target, Object.keys(value).filter(key => !/^_\w+_$/.test(key))]]
      : [];
  return [...own, ...Object.values(value).flatMap(targetsIn)];
}

function misfits(uses: readonly Use[], catalog: Catalog): string[] {
  return uses.flatMap(([name, args]) => {
    const spec = catalog.get(name);
    if (!spec) return [`${name} is not there`];
    const lost = (arg: string): boolean => ['refused', 'ignored'].includes(fateOf(spec, arg));
    const odd = args.filter(lost).map(arg => `${name} takes no ${arg}`);
    const old = args.filter(arg => argOf(spec, arg)?.deprecation);
    return [...odd, ...old.map(arg => `${name}: ${arg} is outdated`)];
  });
}

/** As the editor and CI check a folder: every file, with the catalogue, knowing the other files. */
async function findingsIn(files: ReadonlyMap<string, string>): Promise<string[]> {
  const all: string[] = [];
  const models = new Map(
    [...files.keys()]
      .filter(file => /^config\/.*\.json$/.test(file))
      .map(file => [`/m/${file}`, otherConfig(file, files.get(file) ?? '')]),
  );
  for (const [file, text] of files) {
    const kind = file.endsWith('.sh') ? 'script' : configKind(file, plainOf(text));
    if (kind === undefined) continue;
    const facts = makeFacts({
      root: '/m',
      environment: files.get('config/environment.json'),
      datalist: files.get('data/dataset.json'),
      custom: new Map(),
      file: `/m/${file}`,
      others: new Map([...models].filter(([other]) => other !== `/m/${file}`)),
      // the template names cases that nobody has, and nothing is trained yet
      fileExists: asked =>
        asked === '/m/data' || files.has(asked.replace('/m/', '')) ? true : undefined,
    });
    const found = await checkText({ kind, text, file, facts, schemas, knowledge });
    all.push(...found.map(({ code, message }) => `${file}: ${code}: ${message}`));
  }
  return all;
}

function plainOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

suite('a new MMAR', () => {
  const all = [...combinations()];

  test('of every combination is without findings', async () => {
    assert.ok(all.length >= 100);
    for (const choices of all) {
      assert.equal(choicesProblem({ ...choices, labels: ['a', 'b'] }), undefined);
      assert.deepEqual(await findingsIn(filesOf(choices)), [], titleOf(choices));
    }
  }).timeout(240_000);

  test('of every combination compiles without a finding of its own', () => {
    for (const choices of all) {
      const files = filesOf(choices);
      const bundle = bundleOf(files, choices.name);
      assert.ok(bundle.runnable);
      // that the checkpoint is run instead of TorchScript is said of every MMAR
      const told = bundle.findings.filter(({ path }) => path.at(-1) !== 'ts_path');
      assert.deepEqual(told, [], titleOf(choices));
    }
  }).timeout(60_000);

  test('takes only what MONAI 0.8.1 of Clara 4.1 takes, and compiled only what 1.6.1 takes', () => {
    const [clara, monai] = ['0.8.1', '1.6.1'].map(release => knowledge.catalog(release));
    assert.ok(clara && monai);
    for (const choices of all) {
      const files = filesOf(choices);
      for (const path of [...files.keys()].filter(file => file.includes('config_')))
        assert.deepEqual(misfits(componentsIn(parsed(files, path)), clara), [], path);
      const { files: made } = bundleOf(files, choices.name);
      for (const { path, text } of made.filter(file => file.path.startsWith('configs/')))
        assert.deepEqual(misfits(targetsIn(JSON.parse(text)), monai), [], path);
    }
  }).timeout(120_000);

  test('has the same preprocessing, patch and channels everywhere', () => {
    for (const choices of all) {
      const files = filesOf(choices);
      const train = parsed(files, 'config/config_train.json') as {
        train: Section & { model: Named };
        validate: Section;
      };
      const validation = parsed(files, 'config/config_validation.json') as Section;
      const inference = parsed(files, 'config/config_inference.json') as Section;
      const aiaa = parsed(files, 'config/config_aiaa.json') as Section & {
        inference: Record<string, Named>;
      };
      const chain = train.train.pre_transforms;
      const steps = train.validate.pre_transforms.map(({ ref }) =>
        chain.find(step => step.name === ref),
      );
      assert.deepEqual(validation.pre_transforms, steps);
      // the network sees an image prepared alike whether there is a label or not
      const settings = (list: readonly (Named | undefined)[]): unknown =>
        list
          .map(step => ({ ...step, name: step?.name?.replace(/^monai\.transforms\./, '') }))
          .filter(step => step.name !== 'EnsureTyped')
          .map(({ name, args = {} }) => {
            const { keys: _, mode, ...rest } = args;
            return { name, ...rest, mode: Array.isArray(mode) ? (mode[0] as unknown) : mode };
          });
      assert.deepEqual(settings(inference.pre_transforms), settings(steps));
      assert.deepEqual(settings(aiaa.pre_transforms), settings(steps));

      const patch = [...choices.patch];
      const classes = choices.labels.length + 1;
      for (const { inferer } of [train.validate, validation, inference])
        assert.deepEqual(inferer.args?.['roi_size'], patch);
      const crop = chain.find(({ name }) => name === 'RandCropByPosNegLabeld');
      assert.deepEqual(crop?.args?.['spatial_size'], patch);
      for (const engine of ['AIAA', 'TRITON'])
        assert.deepEqual(aiaa.inference[engine]?.args?.['roi'], patch);
      const { args = {} } = train.train.model;
      assert.equal(args['in_channels'], choices.channels);
      assert.equal(args['out_channels'], classes);
      assert.equal(args['spatial_dims'], choices.dimensions);
      const text = JSON.stringify(aiaa.inference['TRITON']);
      assert.ok(text.includes(JSON.stringify([choices.channels, ...patch])));
      assert.ok(text.includes(JSON.stringify([classes, ...patch])));
      assert.ok(
        files
          .get('commands/export.sh')
          ?.includes(`"[${[1, choices.channels, ...patch].join(', ')}]"`),
      );
      const pixdim = chain.find(({ name }) => name === 'Spacingd')?.args?.['pixdim'];
      assert.deepEqual(pixdim, [...choices.spacing]);
      const datalist = parsed(files, 'data/dataset.json') as { labels: Record<string, string> };
      assert.deepEqual(Object.values(datalist.labels), ['background', ...choices.labels]);
      assert.deepEqual(aiaa['labels'], choices.labels);
    }
  });

  test('is found and described as an MMAR without problems', () => {
    for (const choices of all.filter(({ network }) => network === 'UNet')) {
      const files = filesOf(choices);
      const paths = [...files.keys()].map(path => `new/${path}`);
      assert.deepEqual(findMmars(paths), ['new']);
      const read = (path: string): string | undefined => files.get(path.slice('new/'.length));
      const mmar = describeMmar({ root: 'new', files: paths, read });
      assert.deepEqual(mmar.problems, []);
      assert.equal(mmar.dialect, '4.1');
      assert.deepEqual(
        mmar.datalists.map(({ lists }) => lists.map(({ count }) => count)),
        [[3, 1, 1]],
      );
    }
  });

  test('scripts know nothing of names, and have no trap of the published ones', () => {
    const odd = all.find(({ labels }) => labels.length > 1);
    assert.ok(odd);
    const scripts = newMmarFiles(odd).filter(({ path }) => path.startsWith('commands/'));
    assert.deepEqual(
      scripts.map(({ path }) => path.slice('commands/'.length)).sort(),
      [
        ...['export.sh', 'finetune.sh', 'infer.sh', 'set_env.sh', 'train.sh'],
        ...['train_multi_gpu.sh', 'validate.sh', 'validate_ts.sh'],
      ].sort(),
    );
    for (const { path, text } of scripts) {
      assert.ok(!text.includes('touch x') && !text.includes('Ünï'), path);
      assert.doesNotMatch(text, /master_port=\d|nproc_per_node=\d|CUDA_VISIBLE|clear|\$\*|GPU2USE/);
      assert.doesNotMatch(text, /\\\n\n|[^\\]\n {2}-/, 'a line that goes on has its backslash');
    }
  });

  test('takes an existing datalist with its own names of lists', () => {
    const [first] = all;
    assert.ok(first);
    const lists = { training: 'fold 0', validation: 'fold 1', test: 'testing' };
    const data = { root: '/data/x y', datalist: '/data/x y/lists.json', lists };
    const files = filesOf({ ...first, data });
    assert.ok(!files.has('data/dataset.json'));
    const environment = parsed(files, 'config/environment.json') as Record<string, string>;
    assert.equal(environment['DATASET_JSON'], data.datalist);
    assert.ok(files.get('config/config_train.json')?.includes('"data_list_key": "fold 0"'));
    assert.ok(files.get('config/config_inference.json')?.includes('"data_list_key": "testing"'));
  });
});

suite('answers', () => {
  test('labels', () => {
    assert.deepEqual(labelsFrom(' left  kidney,spleen ,, '), ['left kidney', 'spleen']);
    for (const text of ['', ' , ', 'a,a', 'a, Background', 'x,'.repeat(300)])
      assert.ok(labelsProblem(text), text);
    for (const text of ['a', 'a, b', hostile, '脾臓']) assert.equal(labelsProblem(text), undefined);
  });

  test('numbers', () => {
    assert.deepEqual(numbersFrom('1.5 x 1.5 × 2'), [1.5, 1.5, 2]);
    assert.deepEqual(numbersFrom('96, 96; 64'), [96, 96, 64]);
    for (const text of ['', '1 1', '1 1 1 1', '0 1 1', '-1 1 1', 'a b c', '1e9 1 1', 'NaN 1 1'])
      assert.ok(spacingProblem(text, 3), text);
    assert.equal(spacingProblem('0.7 x 0.7', 2), undefined);
    for (const text of ['96 96', '96 96 100', '16 96 96', '9999 96 96', '96.5 96 96', '$(x)'])
      assert.ok(patchProblem(text, 3), text);
    assert.equal(patchProblem('96 x 96 x 48', 3), undefined);
  });

  test('names of folders', () => {
    for (const name of ['', ' ', '.', '..', 'a/b', 'a\\b', 'a\nb', 'a\0', 'a:b', 'x'.repeat(101)])
      assert.ok(mmarNameProblem(name, []), JSON.stringify(name));
    assert.ok(mmarNameProblem('Spleen', ['spleen']));
    for (const name of ['spleen', "a b'c $(touch x)", '脾臓', '.hidden'])
      assert.equal(mmarNameProblem(name, ['other']), undefined);
  });
});
