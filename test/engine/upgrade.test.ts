import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { upgradeMmar, type UpgradeTarget } from '../../extension/core/mmar/upgrade.ts';
import type { Bundle } from '../../extension/core/mmar/toBundle.ts';
import {
  compileMmar,
  monaiBundle,
  phantom,
  python,
  repository,
  scratch,
  writeBundle,
} from './engine.ts';

const run = promisify(execFile);
const fixture = path.join(repository, 'test', 'fixtures', 'mmar40');

/** Flat configs of dialect 4.0, which save by a handler that MONAI lost. */
function flatConfigs(folder: string): void {
  const train = JSON.parse(
    readFileSync(path.join(folder, 'config', 'config_train.json'), 'utf8'),
  ) as { train: Record<string, unknown[]>; validate: Record<string, unknown> };
  const pre = (train.train['pre_transforms'] ?? []).filter(
    item => !JSON.stringify(item).includes('RandCrop'),
  );
  const saver = {
    name: 'SegmentationSaver',
    args: {
      output_dir: '{MMAR_EVAL_OUTPUT_PATH}',
      batch_transform: "lambda x: x['image_meta_dict']",
      output_transform: "lambda x: x['pred']",
    },
  };
  const flat = {
    use_gpu: false,
    model: [{ ckpt_path: '{MMAR_CKPT}' }],
    pre_transforms: pre,
    dataset: { ...(train.validate['dataset'] as object), name: 'Dataset', args: {} },
    dataloader: train.validate['dataloader'],
    inferer: train.validate['inferer'],
    handlers: [saver],
    post_transforms: train.train['post_transforms'],
    metrics: train.validate['metrics'],
    evaluator: train.validate['evaluator'],
  };
  const file = path.join(folder, 'config', 'config_validation.json');
  writeFileSync(file, JSON.stringify(flat, null, 2));
}

/** A copy of the 4.0 fixture with a validation config, upgraded or not. */
function mmar(target?: UpgradeTarget): string {
  const folder = path.join(scratch('upgrade'), 'mmar');
  cpSync(fixture, folder, { recursive: true });
  flatConfigs(folder);
  if (!target) return folder;
  const config = path.join(folder, 'config');
  const files = readdirSync(config).map(name => {
    const file = path.join(config, name);
    return { path: file, text: readFileSync(file, 'utf8') };
  });
  for (const { path: file, upgraded, gaps } of upgradeMmar(files, target)) {
    assert.deepEqual(gaps, []);
    writeFileSync(file, upgraded);
  }
  return folder;
}

function compiled(folder: string): Bundle {
  const bundle = compileMmar(folder);
  assert.ok(bundle.runnable, JSON.stringify(bundle.findings));
  return bundle;
}

function written(folder: string): string {
  const bundle = compiled(folder);
  const target = path.join(scratch('bundle'), 'bundle');
  writeBundle(bundle, target, path.join(folder, 'custom'));
  return target;
}

interface Line {
  readonly kind: string;
  readonly loss?: number;
  readonly metrics?: Record<string, number>;
}

const progress = (folder: string, file: string): Line[] =>
  readFileSync(path.join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line);

suite('an upgraded MMAR with real MONAI', function () {
  this.timeout(300_000);
  const bundles: string[] = [];
  let data: string;

  suiteSetup(async () => {
    data = await phantom();
    bundles.push(written(mmar()), written(mmar('monai')));
  });

  test('an upgrade to 4.1 compiles to the same as one to monai, which is run here', () => {
    const [over, direct] = (['4.1', 'monai'] as const).map(target =>
      compiled(mmar(target))
        .files.filter(({ path: file }) => file.startsWith('configs/'))
        .map(({ path: file, text }) => {
          const { MONAI_VERSION: _mark, ...value } = JSON.parse(text) as Record<string, unknown>;
          return [file, value];
        }),
    );
    assert.ok(over && over.length >= 5);
    assert.deepEqual(over, direct);
  });

  test('every component is built', async () => {
    const script = path.join(__dirname, 'instantiate.py');
    const byoc = path.join(__dirname, 'byoc');
    const { stdout } = await run(python(), [script, byoc, data, ...bundles], {
      maxBuffer: 1 << 26,
    });
    const built = stdout
      .split('\n')
      .filter(line => line.startsWith('{"bundle"'))
      .map(line => JSON.parse(line) as { ok: string[]; failed: object });
    assert.equal(built.length, 2);
    for (const { ok, failed } of built) {
      assert.deepEqual(failed, {});
      assert.ok(ok.length > 35);
    }
  });

  test('one epoch gives the same losses and metrics, the evaluation the same scores', async () => {
    const found: { loss: number; dice: number; scores: Record<string, number> }[] = [];
    for (const folder of bundles) {
      const where = ['--DATA_ROOT', data, '--DATASET_JSON', path.join(data, 'dataset.json')];
      await monaiBundle(folder, '--config_file', 'configs/train.json', '--epochs', '1', ...where);
      await monaiBundle(folder, '--config_file', 'configs/evaluate.json', ...where);
      const lines = progress(folder, 'models/progress.jsonl');
      const loss = lines.find(({ kind }) => kind === 'epoch')?.loss;
      const dice = lines.find(({ kind }) => kind === 'validation')?.metrics?.['val_mean_dice'];
      const scores = progress(folder, 'eval/progress.jsonl').at(-1)?.metrics;
      assert.ok(loss !== undefined && dice !== undefined && scores !== undefined);
      found.push({ loss, dice, scores });
    }
    const [original, ...others] = found;
    assert.ok(original && original.loss > 0 && Number.isFinite(original.loss));
    assert.deepEqual(Object.keys(original.scores).sort(), ['val_acc', 'val_mean_dice']);
    for (const other of others) {
      assert.ok(Math.abs(other.loss - original.loss) <= 1e-5, JSON.stringify(found));
      assert.ok(Math.abs(other.dice - original.dice) <= 1e-5, JSON.stringify(found));
      for (const [name, value] of Object.entries(original.scores))
        assert.ok(Math.abs((other.scores[name] ?? NaN) - value) <= 1e-5, JSON.stringify(found));
    }
  });

  test('the saved copy of the prediction lies on the grid of the image', async () => {
    const script = `
import json, sys, nibabel
from pathlib import Path
data, *folders = map(Path, sys.argv[1:])
cases = json.loads((data / "dataset.json").read_text())["validation"]
for folder in folders:
    for case in cases:
        image = nibabel.load(data / case["image"])
        name = Path(case["image"]).name.split(".")[0]
        (found,) = folder.glob(f"eval/**/{name}_seg.nii.gz")
        seg = nibabel.load(found)
        assert seg.shape[:3] == image.shape, (seg.shape, image.shape)
        assert abs(seg.affine - image.affine).max() < 1e-4
print("same grid", len(cases) * len(folders))
`;
    const { stdout } = await run(python(), ['-c', script, data, bundles[1] ?? '']);
    assert.match(stdout, /same grid 3/);
  });
});
