import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { configKind } from '../../../../extension/core/mmar/kind.ts';
import {
  compiled,
  complaints,
  differences,
  examples,
  parsed,
  publicMmars,
  targets,
  upgraded,
} from './upgradeCases.ts';

/** What NVIDIA changed from its 4.0 to its 4.1 example beyond the form: ours | theirs. */
const trained = [
  // their choice: nothing in the form asks for it
  'train.dataloader.args.num_workers: 4 | 0',
  'train.handlers: CheckpointSaver | -',
  'validate.dataloader.args.num_workers: 4 | 1',
  'validate.key_metric.args.include_background: false | true',
  // MONAI 0.8 ignores it beside a number in to_onehot, and says it is outdated
  'train.post_transforms.AsDiscreted.args.n_classes: undefined | 2',
];
const savesConf =
  'validate.handlers.CheckpointSaver.args.save_dict.train_conf: undefined | "@conf"';
const channel = (list: string): string[] => [
  `${list}: AddChanneld | -`,
  `${list}: - | EnsureChannelFirstd`,
];
const oldNet = [
  'num_interval_per_valid: 20 | 1',
  ...channel('train.pre_transforms'),
  ...channel('validate.pre_transforms'),
  savesConf,
];

const documented: Readonly<Record<string, readonly string[]>> = {
  'environment.json': [],
  // their serving preprocessing differs from their training
  'config_aiaa.json': [
    'pre_transforms.monai.transforms.ScaleIntensityRanged.args.a_min: -57 | -100',
    'pre_transforms.monai.transforms.ScaleIntensityRanged.args.a_max: 164 | 300',
  ],
  'config_train_Unet.json': trained,
  'config_train_Unet_NoAMP.json': [
    ...trained,
    savesConf,
    'cudnn_benchmark: false | true',
    'disable_dlprof_debug: true | undefined',
    'train.pre_transforms: dlprofInit.DlprofDummy | -',
  ],
  'config_train_segresnet.json': [
    ...trained,
    ...oldNet,
    'cudnn_benchmark: undefined | false',
    'dont_load_ckpt_model: undefined | true',
    'tf32: undefined | false',
    'train.handlers: - | CheckpointLoader',
  ],
  'trn_BYOC_Arch_loss.json': [...trained, ...oldNet],
  'trn_BYOC_transform.json': [...trained, savesConf],
  'config_inference.json': [
    'pre_transforms: - | Spacingd',
    // theirs kept the form of 4.0
    'post_transforms.AsDiscreted.args.to_onehot: 2 | true',
    'post_transforms.AsDiscreted.args.n_classes: undefined | 2',
    // the files keep the names that SegmentationSaver gave them
    'post_transforms.SaveImaged.args.output_postfix: "seg" | undefined',
    'post_transforms.SaveImaged.args.squeeze_end_dims: undefined | true', // the default
  ],
  'config_validation.json': [
    'dataloader.args.num_workers: 4 | undefined',
    'key_metric.args.include_background: false | true',
    'post_transforms.AsDiscreted.args.n_classes: undefined | 2',
    // theirs scores on the grid of the image and saves nothing; ours scores what 4.0 scored, and saves a copy
    'pre_transforms: CropForegroundd | -',
    'pre_transforms.Spacingd.args.keys: ["image","label"] | ["image"]',
    'pre_transforms.Spacingd.args.mode: ["bilinear","nearest"] | ["bilinear"]',
    'post_transforms: CopyItemsd | -',
    'post_transforms: Activationsd AsDiscreted Invertd SaveImaged | Activationsd Invertd AsDiscreted SaveImaged',
    'post_transforms.Invertd.args.keys: "saved" | ["pred"]',
    'post_transforms.Invertd.args.meta_keys: "saved_meta_dict" | ["pred_meta_dict"]',
    'post_transforms.Invertd.args.nearest_interp: true | false',
    'post_transforms.SaveImaged.disabled: undefined | true',
    'post_transforms.SaveImaged.args.keys: "saved" | "pred"',
    'post_transforms.SaveImaged.args.meta_keys: "saved_meta_dict" | undefined',
    'post_transforms.SaveImaged.args.output_postfix: "seg" | undefined',
    'post_transforms.SaveImaged.args.resample: false | undefined',
  ],
};

suite('round trip against the public pair', function () {
  const [from, to] = ['getting_started_4.0', 'getting_started'].map(name =>
    path.join(publicMmars, name, 'config'),
  );
  if (!from || !to || !existsSync(from)) return;

  for (const file of readdirSync(from))
    test(file, () => {
      const made = upgraded(file, readFileSync(path.join(from, file), 'utf8'), '4.1');
      const theirs = parsed(readFileSync(path.join(to, file), 'utf8'));
      const found = differences(parsed(made.upgraded), theirs);
      const known = documented[file] ?? [];
      console.log(`      ${found.length} documented differences (ours | theirs)`);
      for (const line of found) console.log(`        ${line}`);
      assert.deepEqual(found.toSorted(), known.toSorted());
    });

  test('no file is left out', () => {
    assert.deepEqual(readdirSync(from).sort(), Object.keys(documented).sort());
  });
});

suite('every example', () => {
  for (const example of examples())
    for (const target of targets) {
      const made = upgraded(example.name, example.text, target);

      test(`${example.name} to ${target}: no new complaint, and nothing left to upgrade`, async () => {
        const before = await complaints(example, example.text);
        const after = await complaints(example, made.upgraded, target);
        assert.deepEqual(
          after.filter(text => !before.includes(text)),
          [],
        );
        assert.deepEqual(upgraded(example.name, made.upgraded, target).edits, []);
      });

      test(`${example.name}: over 4.1 to ${target} is the same as at once`, () => {
        const over = upgraded(example.name, example.text, '4.1').upgraded;
        assert.equal(upgraded(example.name, over, target).upgraded, made.upgraded);
      });

      if (configKind(example.name, parsed(example.text)) === 'train')
        test(`${example.name}: compiles to the same bundle after the upgrade to ${target}`, () => {
          const [before, after] = [example.text, made.upgraded].map(text => {
            const { files } = compiled(text, example.environment);
            return parsed(files.find(({ path: p }) => p === 'configs/train.json')?.text ?? '');
          });
          const found = differences(after, before);
          assert.deepEqual(
            found.filter(line => !wanted(line, made.notes.map(({ why }) => why).join('\n'))),
            [],
          );
        });
    }
});

/** What an upgrade changes on purpose, each with its note. */
function wanted(line: string, notes: string): boolean {
  const [at = ''] = line.split(': ');
  if (at === 'CLARA_TRAIN_VERSION') return true;
  // Spacingd ran before the channel was there: the order is put right
  if (at === 'validate.preprocessing.transforms') return /ran after Spacingd/.test(notes);
  // transforms that own code makes; the compiler hands them on as they are
  if (!at.includes('.iteration_update.transforms.')) return false;
  return at.endsWith('.batched')
    ? /"batched"/.test(notes)
    : /EnsureTyped/.test(line) && /EnsureTyped/.test(notes);
}
