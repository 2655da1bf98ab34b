import assert from 'node:assert/strict';
import { preflightFindings } from '../../../../extension/core/runs/preflight/findings.ts';
import { locateFindings } from '../../../../extension/core/runs/preflight/locate.ts';
import {
  bytesText,
  code,
  memoryText,
  preflightMarkdown,
} from '../../../../extension/core/runs/preflight/markdown.ts';
import { placeOf, type BundlePlace } from '../../../../extension/core/runs/preflight/places.ts';
import {
  minutesOf,
  preflightCommand,
  shortResources,
} from '../../../../extension/core/runs/preflight/plan.ts';
import { decodeReport } from '../../../../extension/core/runs/preflight/report.ts';

const train = `{
  "epochs": 80,
  "train": {
    "loss": [
      {"name": "DiceLoss", "disabled": true, "args": {"sigmoid": true}},
      {"name": "DiceCELoss", "args": {"softmax": true}}
    ],
    "optimizer": {"name": "Adam", "args": {"lr": "{rate}"}},
    "lr_scheduler": {"name": "StepLR", "disabled": true, "args": {"step_size": 3}},
    "model": {"name": "UNet", "args": {"dimensions": 3, "out_channels": 2}},
    "pre_transforms": [
      {"name": "LoadImaged", "args": {"keys": ["image", "lable"]}},
      {"name": "AddChanneld", "args": {"keys": "image"}},
      {"path": "own.Shift", "args": {"keys": "image", "by": 3}}
    ],
    "dataset": {"name": "CacheDataset", "data_list_key": "{list}", "args": {}},
    "handlers": [
      {"name": "SegmentationSaver", "args": {}},
      {"name": "StatsHandler", "args": {"tag_name": "loss"}}
    ],
    "metrics": [
      {"name": "Accuracy", "log_label": "acc", "is_key_metric": true, "args": {"device": "x"}}
    ],
    "trainer": {"name": "SupervisedTrainer", "args": {"max_epochs": "{epochs}"}}
  },
  "validate": {
    "pre_transforms": [{"ref": "LoadImaged"}, {"ref": "AddChanneld"}],
    "key_metric": {"name": "MeanDice", "log_label": "dice", "args": {"reduction": "none"}}
  }
}`;
const inference = `{
  "handlers": [{"name": "CheckpointLoader", "args": {}}, {"name": "StatsHandler", "args": {"x": 1}}],
  "post_transforms": [{"name": "Activationsd", "args": {"keys": "pred"}}]
}`;
const environment = '{"rate": 0.1, "list": "training", "DATASET_JSON": "data/list.json"}';
const datalist = '{"training": [{"image": "a.nii.gz"}, {"image": "b.nii.gz"}]}';
const module =
  'class Shift:\n    def __init__(self):\n        pass\n\n    def __call__(self, d):\n        return d[1]\n';

const sources = {
  train: JSON.parse(train) as never,
  validation: undefined,
  inference: JSON.parse(inference) as never,
  environment: JSON.parse(environment) as never,
};

const place = (id: string, given: Partial<BundlePlace> = {}) =>
  placeOf({ config: 'train', arg: [], target: '', ...given, id }, sources);

suite('places of bundle ids in the MMAR', () => {
  const cases: [id: string, options: Partial<BundlePlace>, path: (string | number)[]][] = [
    ['network_def', {}, ['train', 'model', 'name']],
    ['network_def', { arg: ['out_channels'] }, ['train', 'model', 'args', 'out_channels']],
    ['network_def::spatial_dims', {}, ['train', 'model', 'args', 'dimensions']],
    ['loss::softmax', {}, ['train', 'loss', 1, 'args', 'softmax']],
    ['optimizer::params', {}, ['train', 'optimizer', 'name']],
    ['train::preprocessing::transforms::2', {}, ['train', 'pre_transforms', 2, 'path']],
    [
      'train::preprocessing::transforms::0::keys::1',
      {},
      ['train', 'pre_transforms', 0, 'args', 'keys', 1],
    ],
    ['train::dataset', {}, ['train', 'dataset', 'name']],
    ['train::dataset::data', {}, ['train', 'dataset', 'data_list_key']],
    ['train::handlers::0', { target: 'StatsHandler' }, ['train', 'handlers', 1, 'name']],
    ['train::key_metric::acc::device', {}, ['train', 'metrics', 0, 'args', 'device']],
    ['validate::key_metric::dice::reduction', {}, ['validate', 'key_metric', 'args', 'reduction']],
    ['train::trainer::max_epochs', {}, ['train', 'trainer', 'args', 'max_epochs']],
    ['train::inferer', {}, ['train', 'inferer']],
    ['epochs', {}, ['epochs']],
  ];
  for (const [id, options, path] of cases)
    test(`${id} ${JSON.stringify(options)}`, () => {
      assert.deepEqual(place(id, options), { config: 'train', path });
    });

  test('what validation takes over by ref leads to both', () => {
    const successor = { target: 'EnsureChannelFirstd' };
    assert.deepEqual(place('validate::preprocessing::transforms::1', successor), {
      config: 'train',
      path: ['train', 'pre_transforms', 1, 'name'],
      ref: ['validate', 'pre_transforms', 1, 'ref'],
    });
  });

  test('a variable of environment.json', () => {
    assert.deepEqual(place('rate'), { config: 'environment', path: ['rate'] });
  });

  test('flat configs: lists where the bundle has more or other components', () => {
    const config = 'inference';
    const at = (id: string, target: string) => place(id, { config, target })?.path;
    assert.deepEqual(at('handlers::1', 'StatsHandler'), ['handlers', 1, 'name']);
    assert.deepEqual(at('handlers::2', 'scripts.mmar_runtime.CaseProgress'), ['handlers']);
    assert.deepEqual(at('postprocessing::transforms::0', 'Activationsd'), [
      ...['post_transforms', 0, 'name'],
    ]);
    assert.deepEqual(at('postprocessing::transforms::1', 'Invertd'), ['post_transforms']);
    assert.equal(place('network_def', { config })?.config, 'train');
  });

  test('what only the bundle has is nowhere', () => {
    assert.equal(place('safe::objects::lr_scheduler'), undefined);
    assert.equal(place('constructor'), undefined);
  });
});

const reportText = (faults: object[], more: object = {}): string =>
  JSON.stringify({
    version: 1,
    finished: true,
    ok: faults.length === 0,
    seconds: 2,
    faults,
    ...more,
  });

function findingsOf(faults: object[]) {
  const report = decodeReport(reportText(faults));
  assert.ok(report);
  const texts = new Map([
    ['config/config_train.json', train],
    ['config/config_inference.json', inference],
    ['config/environment.json', environment],
    ['custom/own.py', module],
    ['/m/data/list.json', datalist],
  ]);
  const files = { train: 'config/config_train.json', datalist: '/m/data/list.json', texts };
  return preflightFindings(report, files).map(({ file, finding }) => {
    const { offset, length } = finding.range;
    const text = texts.get(file)?.slice(offset, offset + length) ?? '';
    return { file, text, finding };
  });
}

const transform = 'train::preprocessing::transforms::';

suite('findings of a preflight', () => {
  test('the key of a wrong name, the value of a wrong value', () => {
    const [key, value] = findingsOf([
      { id: `${transform}2`, arg: ['by'], kind: 'unknown-arg', message: 'a' },
      { id: `${transform}0`, arg: ['keys', 1], kind: 'call', type: 'KeyError', message: 'b' },
    ]);
    assert.equal(key?.text, '"by"');
    assert.equal(value?.text, '"lable"');
    assert.equal(value?.finding.message, 'KeyError: b');
    assert.equal(value?.finding.code, 'preflight-call');
  });

  test('a fault that validation repeats by ref is told once, numbers aside', () => {
    const found = findingsOf([
      { id: `${transform}0`, kind: 'call', type: 'KeyError', message: 'no 3' },
      {
        id: 'validate::preprocessing::transforms::0',
        kind: 'call',
        type: 'KeyError',
        message: 'no 4',
      },
    ]);
    assert.deepEqual(
      found.map(f => f.text),
      ['"LoadImaged"'],
    );
  });

  test('a fault of validation alone is at the ref', () => {
    const [found] = findingsOf([
      { id: 'validate::preprocessing::transforms::1', kind: 'channels', message: 'order' },
    ]);
    const at = train.indexOf('"ref": "AddChanneld"') + '"ref": '.length;
    assert.equal(found?.finding.range.offset, at);
    assert.equal(found.finding.related?.length, 1);
  });

  const frames = [
    { file: 'monai/transforms/compose.py', line: 3, function: '__call__' },
    { file: 'custom/own.py', line: 6, function: '__call__' },
  ];

  test('BYOC code that raises: its line, with the component beside it', () => {
    const [found] = findingsOf([
      { id: `${transform}2`, kind: 'call', type: 'KeyError', message: 'x', frames },
    ]);
    assert.equal(found?.file, 'custom/own.py');
    assert.equal(found.text, 'return d[1]');
    assert.equal(found.finding.related?.[0]?.file, 'config/config_train.json');
  });

  test('a constructor that refuses its arguments: the config', () => {
    const init = [{ file: 'custom/own.py', line: 3, function: '__init__' }];
    const fault = {
      id: `${transform}2`,
      arg: ['by'],
      kind: 'construct',
      message: 'x',
      frames: init,
    };
    const [refused, broken] = [
      findingsOf([{ ...fault, type: 'ValueError' }])[0],
      findingsOf([{ ...fault, type: 'AttributeError' }])[0],
    ];
    assert.equal(refused?.text, '3');
    assert.equal(broken?.file, 'custom/own.py');
  });

  test('a module outside of custom/ is no file of the MMAR', () => {
    const outside = [{ file: 'custom/../../x.py', line: 1, function: 'f' }];
    const [found] = findingsOf([{ id: 'loss', kind: 'call', message: 'x', frames: outside }]);
    assert.equal(found?.file, 'config/config_train.json');
  });

  test('a volume that cannot be read: its entry of the datalist', () => {
    const [found] = findingsOf([
      { id: `${transform}0`, kind: 'file', message: 'x', case: { section: 'train', index: 1 } },
    ]);
    assert.equal(found?.file, '/m/data/list.json');
    assert.equal(found.text, '{"image": "b.nii.gz"}');
  });

  test('a placeholder: its use, and where its value is', () => {
    const [found] = findingsOf([{ id: 'optimizer', arg: ['lr'], kind: 'construct', message: 'x' }]);
    assert.equal(found?.text, '"{rate}"');
    assert.equal(found.finding.related?.[0]?.file, 'config/environment.json');
  });

  test('what the bundle alone refers to leads to the component that is disabled', () => {
    const id = 'safe::objects::lr_scheduler';
    const [found] = findingsOf([{ id, about: 'lr_scheduler', kind: 'disabled', message: 'x' }]);
    assert.equal(found?.text, 'true');
    assert.equal(found.finding.range.offset > train.indexOf('StepLR'), true);
  });

  test('what follows from another says so; what has no place is at the top', () => {
    const [follows, top] = findingsOf([
      {
        id: `${transform}2`,
        kind: 'call',
        severity: 'warning',
        message: 'x',
        follows: `${transform}0`,
      },
      { id: '', kind: 'internal', message: 'y' },
    ]);
    assert.equal(follows?.finding.severity, 'warning');
    assert.match(
      follows.finding.message,
      /may follow from the fault of train\.pre_transforms\[0\]/,
    );
    assert.deepEqual(top?.finding.range, { offset: 0, length: 1 });
  });

  test('a config that is gone meanwhile, and one that is broken', () => {
    const report = decodeReport(reportText([{ id: 'loss', kind: 'call', message: 'x' }]));
    assert.ok(report);
    for (const text of ['', '{"train": {"loss": ', '[]'])
      assert.equal(
        preflightFindings(report, { train: 'c.json', texts: new Map([['c.json', text]]) }).length,
        1,
      );
    assert.equal(preflightFindings(report, { train: 'c.json', texts: new Map() }).length, 1);
  });

  test('lines and columns in the files of this machine', async () => {
    const report = decodeReport(reportText([{ id: 'network_def', kind: 'call', message: 'x' }]));
    assert.ok(report);
    const asked: string[] = [];
    const [found] = await locateFindings(report, {
      mmar: '/m',
      config: 'config/config_train.json',
      read: async path => {
        asked.push(path);
        return path === '/m/config/config_train.json' ? train : undefined;
      },
    });
    assert.deepEqual(
      [found?.path, found?.line, found?.column],
      ['/m/config/config_train.json', 10, 23],
    );
    assert.ok(asked.every(path => path.startsWith('/m/')));
  });
});

suite('the report of a preflight', () => {
  test('what is no report', () => {
    for (const text of ['', '{', '[]', 'null', '{"version": 2}'])
      assert.equal(decodeReport(text), undefined, text);
  });

  test('one that broke off is never green', () => {
    const report = decodeReport('{"version": 1, "ok": true, "stages": [{"name": "step"}]}');
    assert.equal(report?.finished, false);
    const text = preflightMarkdown({ ...names, report, findings: [] });
    assert.match(text, /broke off in the stage "one training step"/);
  });

  const names = { mmar: 'a`b | <b>', config: 'config/config_train.json', cluster: 'local' };
  const memory = {
    ...{ input: [4, 1, 40, 40, 40], weights: 2 ** 20, gradients: 2 ** 20, optimizer: 2 ** 21 },
    ...{ activations: 2 ** 30, at_least: 2 ** 30 + 2 ** 22, half: false },
  };

  test('stages, shapes and memory as Markdown; names from outside stay names', () => {
    const steps = [{ name: 'LoadImaged', seconds: 0.012, shapes: { image: [1, 72, 72, 72] } }];
    const report = decodeReport(
      reportText([], {
        memory,
        device: { name: 'CPU', total: 2 ** 35 },
        stages: [{ name: 'transforms', seconds: 1.5, state: 'passed' }],
        transforms: [{ config: 'train', section: 'train', list: 'preprocessing', steps }],
      }),
    );
    assert.ok(report?.ok);
    const text = preflightMarkdown({ ...names, report, findings: [] });
    assert.match(text, /No faults, in 2 s\./);
    assert.match(text, /`` a`b │ <b> ``/);
    assert.match(text, /\| `LoadImaged` \| 12 \| 1 x 72 x 72 x 72 \|/);
    assert.match(text, /\| transforming a training case \| passed \| 1\.5 \|/);
    assert.match(text, /takes at least 1\.0 GiB/);
  });

  test('memory is a lower bound, and shown as such', () => {
    const report = decodeReport(
      reportText([], { memory: { ...memory, measured: 2 ** 31, half: true } }),
    );
    assert.ok(report?.memory);
    const text = memoryText(report.memory);
    assert.match(text, /4 x 1 x 40 x 40 x 40 takes at least 1\.0 GiB .*The real peak is higher\./);
    assert.match(text, /half of the activations/);
    assert.match(text, /One real step on the GPU took 2\.0 GiB/);
  });

  test('sizes', () => {
    assert.deepEqual([1024, 150 * 2 ** 20, 1.5 * 2 ** 30].map(bytesText), [
      ...['1.0 KiB', '150 MiB', '1.5 GiB'],
    ]);
  });

  test('code spans hold anything', () => {
    assert.equal(code('a\n`` b'), '``` a `` b ```');
    assert.equal(code(''), '');
  });
});

suite('a preflight as a run', () => {
  test('tries the configs that the MMAR has', () => {
    assert.deepEqual(preflightCommand(['config/config_train.json']).slice(-1), [
      'configs/train.json',
    ]);
    assert.deepEqual(preflightCommand(['config/config_inference.json']).slice(-2), [
      ...['configs/train.json', 'configs/inference.json'],
    ]);
  });

  test('Slurm writes time limits in many ways', () => {
    const minutes = ['7', '7:30', '1:00:00', '2-0', '1-1:30', '0-0:0:30', 'soon'].map(minutesOf);
    assert.deepEqual(minutes, [7, 7.5, 60, 2880, 1530, 0.5, undefined]);
  });

  test('is a short job on one GPU at most', () => {
    assert.deepEqual(shortResources({ partition: 'gpu', gpus: 4, time: '04:00:00' }), {
      ...{ partition: 'gpu', gpus: 1, time: '10' },
    });
    assert.deepEqual(shortResources({ time: '0:05:00' }), { time: '0:05:00' });
    assert.deepEqual(shortResources({}), { time: '10' });
    assert.equal(shortResources({ gpus: 0 }).gpus, 0);
  });
});
