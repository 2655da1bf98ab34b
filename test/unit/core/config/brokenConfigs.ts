import { misspeltConfigs } from './misspeltConfigs.ts';
import { broken, line, type BrokenConfig } from './breaking.ts';

/** One fault each. */
export const brokenConfigs: readonly BrokenConfig[] = [
  ...misspeltConfigs,
  // Wrong types and values.
  broken(
    'train41',
    'a text for a number',
    'wrong-value',
    [['"epochs": 3', '"epochs": «"many"»']],
    /whole number|an integer/,
  ),
  broken(
    'train41',
    'a broken number of epochs',
    'wrong-type',
    [['"epochs": 3', '"epochs": «2.5»']],
    /whole number, found a number/,
  ),
  broken('train41', 'no epochs at all', 'wrong-value', [['"epochs": 3', '"epochs": «0»']]),
  broken(
    'train41',
    'a number for true or false',
    'wrong-type',
    [['"amp": true', '"amp": «1»']],
    /true or false/,
  ),
  broken(
    'train41',
    'args as a list',
    'wrong-type',
    [['"args": { "softmax": true }', '"args": «["softmax"]»']],
    /an object .* found a list/,
  ),
  broken('train41', 'a text for a component', 'wrong-type', [
    ['"inferer": { "name": "SimpleInferer" }', '"inferer": «"SimpleInferer"»'],
  ]),
  broken(
    'train41',
    'an object for a list of handlers',
    'wrong-type',
    [
      [
        '"handlers": [{ "name": "CheckpointSaver", "rank": 0, "args": { "save_dir": "{MMAR_CKPT_DIR}", "save_dict": { "model": "@model", "train_conf": "@conf" } } }]',
        '"handlers": «{ "name": "CheckpointSaver" }»',
      ],
    ],
    /a list/,
  ),
  broken('train41', 'a rank in quotes', 'wrong-type', [
    ['"rank": 0, "args": { "output', '"rank": «"0"», "args": { "output'],
  ]),
  broken(
    'train41',
    'a path that is no import path',
    'wrong-value',
    [['"path": "noise.AddNoised"', '"path": «"custom/noise.py"»']],
    /module.Class/,
  ),
  broken(
    'environment',
    'an unknown task',
    'wrong-value',
    [['"segmentation"', '«"segmentaton"»']],
    /"segmentation"/,
  ),
  broken('environment', 'a list for a folder', 'wrong-type', [
    ['"DATA_ROOT": "data"', '"DATA_ROOT": «["data"]»'],
  ]),
  broken('aiaa', 'an unknown type', 'wrong-value', [
    ['"type": "segmentation"', '"type": «"segment"»'],
  ]),
  broken('aiaa', 'a label that is no text', 'wrong-type', [['["spleen"]', '[«1»]']]),
  broken('datalist', 'a case that is no object', 'wrong-type', [
    ['{ "image": "c.nii.gz", "label": "c_seg.nii.gz" }', '«"c.nii.gz"»'],
  ]),
  broken(
    'clusters',
    'a wrong scheduler',
    'wrong-value',
    [['scheduler: slurm', 'scheduler: «pbs»']],
    /slurm/,
  ),
  broken('clusters', 'a number of GPUs that is none', 'wrong-type', [['gpus: 1', 'gpus: «one»']]),
  broken(
    'clusters',
    'a memory without sense',
    'wrong-value',
    [['memory: 16G', 'memory: «16 gigs»']],
    /16G/,
  ),
  broken(
    'clusters',
    'a time without sense',
    'wrong-value',
    [['time: 02:00:00', 'time: «2 hours»']],
    /HH:MM:SS/,
  ),
  // What is missing.
  broken(
    'train41',
    'a training config without validate',
    'missing-key',
    [
      ['{', '«{»'],
      [/,\n {2}"validate": \{[\s\S]*\n {2}\}/, ''],
    ],
    /"validate"/,
  ),
  broken(
    'train41',
    'a train without loss',
    'missing-key unresolved-reference',
    [
      ['"train"', '«"train"»'],
      [line('loss'), ''],
      ['"@loss"', '"«@loss»"'],
    ],
    /"loss"/,
  ),
  broken(
    'train40',
    'a train without a dataset',
    'missing-key',
    [
      ['"train"', '«"train"»'],
      [line('dataset'), ''],
    ],
    /"dataset"/,
  ),
  broken(
    'train40',
    'a validate without metrics',
    'missing-key',
    [
      ['"validate"', '«"validate"»'],
      [/\n *"metrics": .*val_dice.*/, ''],
    ],
    /"key_metric".*"metrics"/,
  ),
  broken(
    'train40',
    'a component without a name',
    'missing-key',
    [['"inferer": { "name": "SimpleInferer" }', '«"inferer"»: {}']],
    /"name".*"path"/,
  ),
  broken(
    'train40',
    'a dataset without a list',
    'missing-key',
    [
      ['"dataset"', '«"dataset"»'],
      ['"data_list_key": "training"', '"disabled": false'],
    ],
    /"data_list_key"/,
  ),
  broken(
    'validation',
    'a validation config without an evaluator',
    'missing-key',
    [
      ['{', '«{»'],
      [/,\n *"evaluator": .*/, ''],
    ],
    /"evaluator"/,
  ),
  broken(
    'inference',
    'an inference config without a model',
    'missing-key',
    [
      ['{', '«{»'],
      [line('model'), ''],
    ],
    /"model"/,
  ),
  broken(
    'environment',
    'an environment without DATA_ROOT',
    'missing-key',
    [
      ['{', '«{»'],
      [line('DATA_ROOT'), ''],
    ],
    /"DATA_ROOT"/,
  ),
  broken(
    'aiaa',
    'a config_aiaa.json without a writer',
    'missing-key',
    [
      ['{', '«{»'],
      [/,\n *"writer": .*/, ''],
    ],
    /"writer"/,
  ),
  broken(
    'datalist',
    'a case without an image',
    'missing-key',
    [['{ "image": "c.nii.gz", ', '«{» ']],
    /"image"/,
  ),
  broken('datalist', 'a training case without a label', 'missing-label', [
    ['{ "image": "a.nii.gz", "label": "a_seg.nii.gz" }', '«{» "image": "a.nii.gz" }'],
  ]),
  broken(
    'clusters',
    'a profile without a root',
    'missing-key',
    [
      ['big one:', '«big one»:'],
      [/\n *root: \/scratch\/me(?=\n)/, ''],
    ],
    /"root"/,
  ),
  // Wrong forms.
  broken(
    'train41',
    'metrics in the 4.1 dialect',
    'wrong-form',
    [
      [/"key_metric": (\{ "name": "MeanDice".*\}),\n.*/, '«"metrics"»: [{ "name": "MeanDice" }],'],
      ['"key_val_metric": "@key_metric", "additional_metrics": "@additional_metrics", ', ''],
    ],
    /4\.1 dialect/,
  ),
  broken(
    'train40',
    'a key_metric in the 4.0 dialect',
    'wrong-form',
    [[/"metrics": .*val_dice.*/, '«"key_metric"»: { "name": "MeanDice" },']],
    /4\.0 dialect/,
  ),
  broken(
    'train41',
    'metrics and key_metric at once',
    'wrong-form',
    [
      [
        '"key_metric": { "name": "Accuracy"',
        '"metrics": [{ "name": "Accuracy" }],\n    «"key_metric"»: { "name": "Accuracy"',
      ],
    ],
    /one of them/,
  ),
  broken(
    'train40',
    'metrics as an object',
    'wrong-type',
    [[/"metrics": .*val_dice.*/, '"metrics": «{ "name": "MeanDice" }»,']],
    /a list/,
  ),
  broken(
    'train41',
    'a key_metric as a list',
    'wrong-type',
    [
      [
        '"key_metric": { "name": "MeanDice", "log_label": "val_mean_dice" }',
        '"key_metric": «[{ "name": "MeanDice" }]»',
      ],
    ],
    /an object/,
  ),
  broken('train41', 'a load_dict of the 4.0 dialect', 'wrong-form', [
    ['"load_dict": { "model": "@model" }', '«"load_dict"»: ["model"]'],
  ]),
  broken('train41', 'a ref in train', 'unknown-key', [
    [
      '{ "name": "ToTensord", "args": { "keys": ["image", "label"] } }',
      '{ "name": "ToTensord", «"ref"»: "LoadImaged" }',
    ],
  ]),
  broken('inference', 'a model by path and by name at once', 'wrong-form', [
    [
      '{ "ts_path": "{MMAR_TORCHSCRIPT}" }',
      '{ "ts_path": "{MMAR_TORCHSCRIPT}", «"name"»: "UNet" }',
    ],
  ]),
  // Placeholders, references, alternatives.
  broken(
    'train41',
    'an unresolved placeholder',
    'unresolved-placeholder',
    [['"{MMAR_CKPT}"', '"«{MMAR_CKP}»"']],
    /Did you mean \{MMAR_CKPT\}/,
  ),
  broken('inference', 'an unresolved placeholder inside a text', 'unresolved-placeholder', [
    ['{MMAR_EVAL_OUTPUT_PATH}/segs', '«{EVAL}»/segs'],
  ]),
  broken(
    'train41',
    'an unresolved reference',
    'unresolved-reference',
    [['"@dataset"', '"«@datset»"']],
    /"@dataset"/,
  ),
  broken(
    'train41',
    'an unresolved reference in an expression',
    'unresolved-reference',
    [['#@model', '#«@modle»']],
    /"@model"/,
  ),
  broken(
    'train41',
    'an unresolved ref',
    'unresolved-ref',
    [['"ref": "LoadImaged"', '"ref": «"LoadImages"»']],
    /"LoadImaged"/,
  ),
  broken('train41', 'an ambiguous ref', 'ambiguous-ref', [
    ['"path": "noise.AddNoised"', '"name": "ToTensord"'],
    ['"ref": "ToTensord"', '"ref": «"ToTensord"»'],
  ]),
  broken('validation', 'two enabled models', 'disabled-alternatives', [
    ['"dont_load_ckpt_model": true', '"dont_load_ckpt_model": false'],
    ['"model": [', '«"model"»: ['],
  ]),
  broken(
    'validation',
    'no enabled model',
    'disabled-alternatives',
    [
      ['"dont_load_ts_model": false', '"dont_load_ts_model": true'],
      ['"model": [', '«"model"»: ['],
    ],
    /Every/,
  ),
  // Syntax.
  broken('train41', 'a comma too many', 'syntax', [['"batch_size": 2 }', '"batch_size": 2, «}»']]),
  broken('train41', 'a repeated key', 'duplicate-key', [
    ['"amp": true,', '"amp": true,\n  «"amp"»: false,'],
  ]),
  broken('environment', 'a missing quote', 'syntax', [
    ['"DATA_ROOT": "data",\n', '"DATA_ROOT": «"data,»\n'],
  ]),
  broken('clusters', 'a character that YAML keeps for itself', 'syntax', [
    ['partition: gpu', 'partition: «@»gpu'],
  ]),
];
