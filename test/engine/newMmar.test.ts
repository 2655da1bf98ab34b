import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  modalities,
  networkNames,
  newMmarFiles,
  templateData,
  type MmarChoices,
} from '../../extension/core/mmar/newMmar.ts';
import { compileMmar, monaiBundle, python, scratch, writeBundle } from './engine.ts';

const run = promisify(execFile);
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };

/** Every network, every modality but one, both dimensions, one and several channels and labels. */
const examples: readonly MmarChoices[] = networkNames.map((network, i) => {
  const dimensions = i % 2 === 0 ? 3 : 2;
  return {
    name: `${network} $(touch x) 脾臓`,
    network,
    modality: modalities[(i + 3) % modalities.length]!,
    labels: i === 1 || i === 2 ? ['one', `two "2" \\ $(x)`] : ['one'],
    dimensions,
    channels: i === 1 || i === 4 ? 2 : 1,
    spacing: [2, 1.5, 2.5].slice(0, dimensions),
    patch: [32, 48, 32].slice(0, dimensions),
    data: templateData,
  };
});

function writeMmar(choices: MmarChoices): string {
  const mmar = path.join(scratch('new'), choices.name);
  for (const { path: file, text } of newMmarFiles(choices)) {
    mkdirSync(path.dirname(path.join(mmar, file)), { recursive: true });
    writeFileSync(path.join(mmar, file), text);
  }
  return mmar;
}

/** Axes, affine and values of a prediction, beside the axes and affine of its image. */
const compare = `
import json, sys
import nibabel, numpy
image, pred = (nibabel.load(f) for f in sys.argv[1:])
print(json.dumps({"same": image.shape == pred.shape, "off": float(abs(image.affine - pred.affine).max()),
  "values": numpy.unique(numpy.asarray(pred.dataobj)).tolist(), "dtype": str(pred.get_data_dtype())}))
`;

const file = (name: string): string[] => ['--config_file', `configs/${name}.json`];
/** Worker processes take longer to start than these few cases to read. */
const noWorkers = (...sections: string[]): string[] =>
  sections.flatMap(section => [`--${section}dataloader::num_workers`, '0']);

interface Trained {
  readonly data: string;
  readonly folder: string;
}

async function train(choices: MmarChoices): Promise<Trained> {
  const mmar = writeMmar(choices);
  const data = path.join(mmar, 'data');
  await run(python(), [path.join(__dirname, 'tinyData.py'), data], { env });
  const bundle = compileMmar(mmar, 'config_train.json', {
    DATA_ROOT: data,
    DATASET_JSON: path.join(data, 'dataset.json'),
  });
  assert.ok(bundle.runnable);
  const folder = path.join(scratch('new-bundle'), 'bundle');
  writeBundle(bundle, folder);
  const once = ['--epochs', '1', '--num_interval_per_valid', '1'];
  await monaiBundle(folder, ...file('train'), ...once, ...noWorkers('train::', 'validate::'));
  assert.ok(existsSync(path.join(folder, 'models', 'model.pt')), 'no best model was saved');
  return { data, folder };
}

async function score({ folder }: Trained): Promise<void> {
  await monaiBundle(folder, ...file('evaluate'), ...noWorkers(''));
  const scores = readFileSync(path.join(folder, 'eval', 'val_mean_dice_raw.csv'), 'utf8');
  assert.match(scores, /case_4/);
}

async function predict({ data, folder }: Trained, choices: MmarChoices): Promise<void> {
  await monaiBundle(folder, ...file('inference'), ...noWorkers(''));
  const image = choices.channels > 1 ? 'case_5_0' : 'case_5';
  const { stdout } = await run(python(), [
    ...['-c', compare, path.join(data, 'imagesTs', `${image}.nii.gz`)],
    path.join(folder, 'eval', `${image}_seg.nii.gz`),
  ]);
  const found = JSON.parse(stdout) as Record<string, unknown> & { values: number[] };
  assert.equal(found['same'], true);
  assert.ok(Number(found['off']) < 1e-4);
  assert.equal(found['dtype'], 'uint8');
  assert.ok(found.values.every(value => value <= choices.labels.length));
}

/** MONAI's transformers need a package that not every environment has. */
const hasEinops = (): Promise<boolean> =>
  run(python(), ['-c', 'import einops']).then(
    () => true,
    () => false,
  );

suite('new MMARs with real MONAI', function () {
  this.timeout(600_000);

  for (const [i, choices] of examples.entries()) {
    const { network, dimensions, modality } = choices;
    test(`${network}, ${dimensions}D, ${modality}`, async () => {
      if (network === 'UNETR' && !(await hasEinops())) {
        await assert.rejects(train(choices), /einops/);
        return;
      }
      const trained = await train(choices);
      if (i >= 3) return; // the rest is the same for every network
      await score(trained);
      await predict(trained, choices);
    });
  }

  test('every network exports to TorchScript', async () => {
    const usable = (await hasEinops()) ? examples : examples.filter(c => c.network !== 'UNETR');
    const networks = usable.map(choices => {
      const flat: MmarChoices = { ...choices, dimensions: 2, patch: [32, 32] };
      const text = newMmarFiles(flat).find(made => made.path === 'config/config_train.json')?.text;
      const config = JSON.parse(text ?? '') as { train: { model: object } };
      return { ...config.train.model, shape: [1, choices.channels, 32, 32] };
    });
    const code = `
import json, sys
import torch
from monai.networks import nets
for item in json.loads(sys.argv[1]):
    network = getattr(nets, item["name"])(**item["args"]).eval()
    image = torch.rand(item["shape"])
    with torch.no_grad():
        logits, scripted = network(image), torch.jit.script(network)(image)
    assert logits.shape[2:] == image.shape[2:] and logits.shape[1] == item["args"]["out_channels"]
    torch.testing.assert_close(scripted, logits, msg=lambda text: item["name"] + text)
    print(item["name"])
`;
    const args = ['-W', 'ignore', '-c', code, JSON.stringify(networks)];
    const { stdout } = await run(python(), args, { env });
    assert.equal(stdout.trim().split('\n').length, networks.length);
  });
});

suite('scripts of a new MMAR', () => {
  test('shellcheck has nothing to say', async function () {
    const there = await run('shellcheck', ['--version']).catch(() => undefined);
    if (!there) this.skip();
    const commands = path.join(writeMmar(examples[0]!), 'commands');
    await run('shellcheck', ['-x', '-P', 'SCRIPTDIR', path.join(commands, 'train.sh')]);
    for (const { path: file } of newMmarFiles(examples[0]!))
      if (file.startsWith('commands/'))
        await run('shellcheck', ['-x', '-P', 'SCRIPTDIR', path.basename(file)], { cwd: commands });
  });
});
