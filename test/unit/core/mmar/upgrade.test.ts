import assert from 'node:assert/strict';
import { upgradeMmar, type UpgradedFile } from '../../../../extension/core/mmar/upgrade.ts';
import { upgradeReport } from '../../../../extension/core/mmar/upgrade/report.ts';
import { sureEdits } from '../../../../extension/core/mmar/upgrade/sureness.ts';
import * as good from '../config/goodConfigs.ts';
import { complaints, parsed, targets, upgraded } from './upgradeCases.ts';

const lines = (text: string): string[] => text.split('\n');

/** Lines that the upgrade took away and put in, without indentation. */
function changedLines(file: UpgradedFile): { gone: string[]; come: string[] } {
  const [before, after] = [lines(file.text), lines(file.upgraded)];
  const trim = (all: string[]): string[] => all.map(line => line.trim());
  return {
    gone: trim(before.filter(line => !after.includes(line))),
    come: trim(after.filter(line => !before.includes(line))),
  };
}

const commented = `// our spleen
{
  /* two epochs are enough to see it learn */
  "epochs": 2,
  "learning_rate": 2e-4, // not 0.0002
  "amp": true,
  "train": {
    "loss": {"name": "DiceLoss", "args": {"softmax": true}},
    "optimizer": {
      "name": "Adam", // AdamW was worse
      "args": { "lr": "{learning_rate}" }
    },
    "lr_scheduler": {"name": "StepLR", "args": {"step_size": 5, "verbose": true}},
    "model": {"name": "UNet", "args": {"dimensions": 3, "in_channels": 1, "out_channels": 2, "channels": [4, 8], "strides": [2]}},
    "pre_transforms": [
      // channel first
      {"name": "LoadImaged", "args": {"keys": ["image", "label"]}},
      {"name": "AddChanneld", "args": {"keys": ["image", "label"]}}, // no colour
      {"name": "Spacingd",   "args": {"keys": ["image", "label"], "pixdim": [1.0, 1.0, 2.50], "mode": ["bilinear", "nearest"]}}
    ],
    "dataset": {"name": "CacheDataset", "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}", "data_list_key": "training"},
    "dataloader": {"name": "DataLoader", "args": {"batch_size": 2}},
    "inferer": {"name": "SimpleInferer"},
    "handlers": [
      // from here on
      {"name": "ValidationHandler", "args": {"interval": 1}},
      {"name": "StatsHandler", "rank": 0, "args": {"output_transform": "lambda x: x['loss']"}},
      {"path": "own.Beep", "args": {"output_transform": "lambda out: out['loss'].mean()"}}
    ],
    "post_transforms": [{"name": "AsDiscreted", "args": {"keys": "pred", "threshold_values": true, "logit_thresh": 0.4}}],
    "metrics": [{"name": "Accuracy", "log_label": "acc", "is_key_metric": true}],
    "trainer": {"name": "SupervisedTrainer"}
  },
  "validate": {
    "pre_transforms": [{"ref": "LoadImaged"}, /* first! */ {"ref": "AddChanneld"}, {"ref": "Spacingd"}],
    "dataset": {"name": "CacheDataset", "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}", "data_list_key": "validation"},
    "dataloader": {"name": "DataLoader"},
    "inferer": {"name": "SimpleInferer"},
    "handlers": [],
    "post_transforms": [{"ref": "AsDiscreted"}],
    "metrics": [
      // what counts
      {"name": "MeanDice", "log_label": "dice", "is_key_metric": true},
      {"name": "Accuracy", "log_label": "acc"} // for the record
    ],
    "evaluator": {"name": "SupervisedEvaluator"}
  }
} // end
`;

suite('upgrade of a training config', () => {
  for (const target of targets) {
    test(`to ${target}: every comment is kept, other lines are untouched`, () => {
      const { upgraded: text } = upgraded('config_train.json', commented, target);
      const comments = (of: string): string[] =>
        [...of.matchAll(/\/\/.*|\/\*.*?\*\//g)].map(match => match[0]).sort();
      assert.deepEqual(comments(text), comments(commented));
      const kept = lines(commented).filter(line =>
        /inferer|"learning_rate"|loss"|Spacingd", /.test(line),
      );
      for (const line of kept) assert.ok(lines(text).includes(line), line);
    });

    test(`to ${target}: our own checks find nothing`, async () => {
      const environment = parsed(good.environment);
      const example = { name: 'config_train.json', text: commented, environment };
      const made = upgraded('config_train.json', commented, target);
      assert.deepEqual(await complaints(example, made.upgraded, target), [], made.upgraded);
    });
  }

  test('to 4.1: what changes, line by line', () => {
    const { gone, come } = changedLines(upgraded('config_train.json', good.train40, '4.1'));
    assert.ok(gone.every(line => line !== '"epochs": 3,'));
    assert.deepEqual(
      come.filter(line => /optimizer|"metrics"|key_metric|transforms"/.test(line)),
      [
        '"optimizer": { "name": "Adam", "args": { "params": "#@model.parameters()", "lr": "{learning_rate}" } },',
        '"lr_scheduler": { "name": "StepLR", "args": { "optimizer": "@optimizer", "step_size": 5 } },',
        '"dataset": { "name": "PersistentDataset", "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}", "data_list_key": "training", "args": { "transform": "@pre_transforms" } },',
        `"key_metric": { "name": "MeanDice", "log_label": "train_dice", "args": { "output_transform": "#monai.handlers.from_engine(['pred', 'label'])" } },`,
        '"trainer": { "name": "SupervisedTrainer", "args": { "max_epochs": "{epochs}", "train_data_loader": "@dataloader", "network": "@model", "loss_function": "@loss", "optimizer": "@optimizer", "inferer": "@inferer", "postprocessing": "@post_transforms", "key_train_metric": "@key_metric", "train_handlers": "@handlers", "amp": "{amp}" } }',
        '"dataset": { "name": "PersistentDataset", "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}", "data_list_key": "validation", "args": { "transform": "@pre_transforms" } },',
        '"key_metric": { "name": "MeanDice", "log_label": "val_dice" },',
        '"evaluator": { "name": "SupervisedEvaluator", "args": { "val_data_loader": "@dataloader", "network": "@model", "inferer": "@inferer", "postprocessing": "@post_transforms", "key_val_metric": "@key_metric", "val_handlers": "@handlers", "amp": "{amp}" } }',
      ],
    );
  });

  test('to 4.1: dimensions and removed classes stay, the comment above a metric goes along', () => {
    const { upgraded: text } = upgraded('config_train.json', commented, '4.1');
    assert.match(text, /"dimensions": 3/);
    assert.match(text, /"AddChanneld"/);
    assert.match(text, /"verbose": true/);
    assert.match(
      text,
      /\/\/ what counts\n {4}"key_metric": {"name": "MeanDice", "log_label": "dice"}/,
    );
    assert.match(text, /\/\/ for the record\n {6}{"name": "Accuracy", "log_label": "acc"}/);
    assert.match(text, /{"threshold": 0.4, "keys": "pred"}|{"keys": "pred", "threshold": 0.4}/);
  });

  test('to monai: components of today, and refs follow their names', () => {
    const file = upgraded('config_train.json', commented, 'monai');
    assert.match(
      file.upgraded,
      /{"name": "EnsureChannelFirstd", "args": {"keys": \["image", "label"\], "channel_dim": "no_channel"}}, \/\/ no colour/,
    );
    assert.match(file.upgraded, /{"ref": "EnsureChannelFirstd"}/);
    assert.match(file.upgraded, /"spatial_dims": 3/);
    assert.doesNotMatch(file.upgraded, /AddChanneld|dimensions"|verbose/);
    assert.deepEqual(file.byoc, ['own.Beep']);
  });

  test('a function that it does not understand is kept and named', () => {
    const file = upgraded('config_train.json', commented, '4.1');
    const [note] = file.notes.filter(({ why }) => /out\['loss'\]\.mean\(\)/.test(why));
    assert.equal(note?.confidence, 'check');
    assert.match(file.upgraded, /"lambda out: out\['loss'\]\.mean\(\)"/);
  });

  test('a name that a ref would find twice stays as the label', () => {
    const text = commented.replace(
      '{"name": "Spacingd",',
      '{"name": "EnsureChannelFirstd", "args": {"keys": "x"}},\n      {"name": "Spacingd",',
    );
    const { upgraded: made } = upgraded('config_train.json', text, 'monai');
    assert.match(
      made,
      /{"name": "AddChanneld", "path": "monai\.transforms\.EnsureChannelFirstd", "args"|{"name": "AddChanneld", "args": .*"path": "monai\.transforms\.EnsureChannelFirstd"}/,
    );
    assert.match(made, /{"ref": "AddChanneld"}/);
  });

  test('a file that says 4.1 but has the form of 4.0 is upgraded, too', () => {
    const text = good.train40.replace('{\n', '{\n  "CLARA_TRAIN_VERSION": "4.1.0",\n');
    const { upgraded: made } = upgraded('config_train.json', text, '4.1');
    assert.match(made, /"key_metric"/);
    assert.equal(made.match(/CLARA_TRAIN_VERSION/g)?.length, 1);
  });

  test('nothing is changed in a file of 4.1', () => {
    assert.deepEqual(upgraded('config_train.json', good.train41, '4.1').edits, []);
  });
});

suite('upgrade of flat configs', () => {
  test('predictions are restored and saved by transforms under the same names', () => {
    const file = upgraded(
      'config_inference.json',
      good.inference40.replace(
        '"{MMAR_EVAL_OUTPUT_PATH}/segs"',
        `"{MMAR_EVAL_OUTPUT_PATH}/segs", "output_ext": ".nii", "output_transform": "lambda x: x['pred']"`,
      ),
      '4.1',
    );
    const value = parsed(file.upgraded);
    assert.deepEqual(value['handlers'], []);
    assert.deepEqual(value['post_transforms'], [
      { name: 'Activationsd', args: { keys: 'pred' } },
      {
        name: 'Invertd',
        args: {
          keys: 'pred',
          transform: '@pre_transforms',
          orig_keys: 'image',
          meta_keys: 'pred_meta_dict',
          nearest_interp: false,
          to_tensor: true,
          device: 'cuda',
        },
      },
      {
        name: 'SaveImaged',
        args: {
          keys: 'pred',
          meta_keys: 'pred_meta_dict',
          output_postfix: 'seg',
          output_dir: '{MMAR_EVAL_OUTPUT_PATH}/segs',
          output_ext: '.nii',
          resample: false,
        },
      },
    ]);
  });

  test('a saver of something else is left to the user', () => {
    const file = upgraded('config_inference.json', good.inference40, '4.1');
    assert.match(file.gaps[0]?.message ?? '', /SaveImaged/);
    assert.match(file.upgraded, /SegmentationSaver/);
  });

  test('an evaluation without a GPU gets no CUDA device', () => {
    const text = good.inference40.replace('"use_gpu": true', '"use_gpu": false');
    const value = parsed(upgraded('config_inference.json', text, '4.1').upgraded);
    const { args } = value['evaluator'] as { args: Record<string, unknown> };
    assert.equal(args['device'], 'cpu');
  });
});

suite('what cannot be upgraded', () => {
  test('is named and left as it is', () => {
    const automl = '{"controller": {"name": "ReinforcementController"}}';
    const broken = '{"train": {"loss": }}';
    const files = upgradeMmar(
      [
        { path: 'config_automl.json', text: automl },
        { path: 'config_train.json', text: broken },
        { path: 'config_aiaa.json', text: good.aiaa },
        { path: 'environment.json', text: good.environment },
      ],
      'monai',
    );
    assert.deepEqual(
      files.map(({ gaps }) => gaps.length),
      [1, 1, 3, 0],
    );
    for (const { edits, text, upgraded: made } of files.slice(0, 3))
      assert.deepEqual([edits, made], [[], text]);
    assert.match(files[1]?.gaps[0]?.message ?? '', /A value is expected here/);
  });

  test('never throws, whatever a config holds', () => {
    const odd = [
      '',
      '[]',
      '3',
      '{"train": 1, "validate": []}',
      '{"train": {"handlers": {"name": 1}, "metrics": [1, {}], "optimizer": [[]], "dataset": null}}',
      '{"train": {"pre_transforms": [null, {"ref": 3}, {"name": ["a"]}], "trainer": "x"}, "validate": {}}',
      '{"evaluator": {"args": [1]}, "metrics": {"a": 1}, "post_transforms": 5, "handlers": [{"name": "SegmentationSaver", "args": 7}]}',
    ];
    for (const text of odd)
      for (const target of targets)
        for (const name of ['config_train.json', 'config_validation.json', 'config_aiaa.json'])
          assert.doesNotThrow(() => upgraded(name, text, target), text);
  });
});

test('environment.json says for which MONAI the components are written', () => {
  const file = upgraded('environment.json', good.environment, 'monai');
  assert.match(file.upgraded, /"MY_FOLDER": "x",\n {2}"MONAI_VERSION": "1\.6\.1"\n}/);
  assert.deepEqual(upgraded('environment.json', good.environment, '4.1').edits, []);
});

suite('report of an upgrade', () => {
  test('says line, place and reason of each change, and what is left', () => {
    const files = upgradeMmar(
      [
        { path: 'config/config_train.json', text: commented },
        { path: 'config/config_aiaa.json', text: good.aiaa },
      ],
      'monai',
    );
    const text = upgradeReport('spleen `a|b`', files, 'monai');
    assert.match(text, /^# Upgrade of `` spleen `a\|b` `` to today's MONAI/);
    assert.match(
      text,
      /\| 18 \| `train\.pre_transforms\.1` \| AddChanneld is gone from MONAI; EnsureChannelFirstd takes its place\. \|/,
    );
    assert.match(text, /## `config\/config_aiaa\.json`\n\n### Left as it is/);
    assert.match(text, /- `own\.Beep`/);
  });

  test('says that there is nothing to do', () => {
    const files = upgradeMmar([{ path: 'config_train.json', text: good.train41 }], '4.1');
    assert.match(upgradeReport('x', files, '4.1'), /Nothing is to be changed/);
  });
});

test('an edit is as sure as the note about what it changes', () => {
  const file = upgraded(
    'config_inference.json',
    good.inference40.replace('/segs"', `/segs", "output_transform": "lambda x: x['pred']"`),
    '4.1',
  );
  const sure = sureEdits(file);
  assert.deepEqual(
    sure.map(({ range, text }) => ({ range, text })),
    file.edits,
  );
  const confidence = (part: string): string | undefined =>
    sure.find(({ range, text }) =>
      (file.text.slice(range.offset, range.offset + range.length) + text).includes(part),
    )?.confidence;
  assert.equal(confidence('SegmentationSaver'), 'check');
  assert.equal(confidence('"@dataset"'), 'certain');
  assert.equal(confidence('CLARA_TRAIN_VERSION'), 'certain');
});
