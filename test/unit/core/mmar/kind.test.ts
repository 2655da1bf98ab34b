import assert from 'node:assert/strict';
import { configKind } from '../../../../extension/core/mmar/kind.ts';

const sections = { model: {}, pre_transforms: [], evaluator: {} };

const cases: [name: string, value: unknown, kind: string | undefined][] = [
  ['anything.json', { train: {}, validate: {} }, 'train'],
  ['trn_BYOC_transform.json', { trian: {} }, 'train'],
  ['config/config_train_Unet.json', undefined, 'train'],
  ['a.json', { ...sections, key_metric: {} }, 'validation'],
  ['a.json', sections, 'inference'],
  ['config_validation.json', { ...sections, metrcs: [] }, 'validation'],
  ['config_inference.json', { ...sections, metrics: [] }, 'inference'],
  ['environment.json', {}, 'environment'],
  ['env.json', { DATASET_JSON: 'x' }, 'environment'],
  ['x.json', { inference: {}, version: 1 }, 'aiaa'],
  ['deepgrow.json', { inference: {}, type: 'pipeline' }, 'pipeline'],
  ['config_automl.json', { executor: {}, controller: {}, handlers: [] }, 'automl'],
  ['config_fed_client.json', { format_version: 1, client: {} }, 'fed'],
  ['folds.json', { fold0: [{ image: 'a' }] }, 'datalist'],
  ['dataset_0.json', {}, 'datalist'],
  ['train.json', { train: { trainer: { _target_: 'SupervisedTrainer' } } }, 'bundle'],
  ['config_train.json', { max_epochs: 1, ckpt_dir: 'models' }, undefined],
  ['package.json', { name: 'x', scripts: { test: 'y' } }, undefined],
  ['tsconfig.json', { include: ['a'] }, undefined],
];

for (const [name, value, kind] of cases)
  test(`configKind: ${name} ${JSON.stringify(value)} is ${kind ?? 'nothing of an MMAR'}`, () => {
    assert.equal(configKind(name, value), kind);
  });
