import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { python } from './engine.ts';

/** What each fault does on MONAI: it fails, or it goes on and does the wrong thing, which the code asserts. */
const fails: Readonly<Record<string, string>> = {
  'unknown-component': `build('DiceLos')`,
  'removed-component': `build('AddChanneld', keys='image')`,
  'unknown-component outside of MONAI': `build('Adam', params=[image], lr=0.1)`,
  'unknown-arg': `build('DiceLoss', sigmiod=True)`,
  'unknown-arg of a transform': `build('Spacingd', keys='image', pixdim=1, mod='bilinear')`,
  'renamed-arg': `build('UNet', dimensions=3, in_channels=1, out_channels=2, channels=[4, 8], strides=[2])`,
  'missing-arg': `build('UNet', spatial_dims=3, in_channels=1, out_channels=2)`,
  'missing-arg of a transform': `build('Spacingd', keys='image')`,
  'missing-arg of a scheduler': `build('torch.optim.lr_scheduler.StepLR', step_size=1)`,
  'wrong-arg-type: a text for a number': `build('RandFlipd', keys='image', prob='yes')({'image': image})`,
  'wrong-arg-type: true for one-hot': `build('AsDiscreted', keys='pred', to_onehot=True)({'pred': image})`,
  'wrong-arg-type: a text for sizes': `build('Resized', keys='image', spatial_size='big')({'image': image})`,
  'value-not-listed': `build('Spacingd', keys='image', pixdim=2.0, mode='bilinaer')({'image': image})`,
  'value-not-listed of a loss': `build('DiceLoss', reduction='meen')(image[None], image[None])`,
  'unresolved-reference': `parsed({'it': '@nowhere'})`,
  'reference-cycle': `parsed({'it': '@a', 'a': '@b', 'b': '@a'})`,
  'python-syntax': `parsed({'it': '$(1 + 2'})`,
  'python-syntax of a lambda': `parsed({'it': '$lambda x: (x'})`,
  'unmade-key': `build('ToTensord', keys='lable')({'image': image})`,
  'pred-before-network': `build('Activationsd', keys='pred', softmax=True)({'image': image})`,
  'label-in-inference': `build('RandFlipd', keys=['image', 'label'], prob=1)({'image': image})`,
  'a dropped key': `build('ToTensord', keys='image')(build('DeleteItemsd', keys='image')({'image': image}))`,
  'array-transform': `build('Activations', softmax=True)({'image': image})`,
  'wrong-place: a loss for a network': `build('SlidingWindowInferer', roi_size=8)(image[None], build('DiceLoss'))`,
  'wrong-place: a network for a loss': `build('UNet', spatial_dims=3, in_channels=1, out_channels=2, channels=[4, 8], strides=[2])(image[None], image[None], 1, 2)`,
  // the output is one voxel larger than the label
  'patch-size': `
x = torch.zeros(1, 1, 15, 15, 15)
net = build('UNet', spatial_dims=3, in_channels=1, out_channels=1, channels=[4, 8, 16], strides=[2, 2])
build('DiceLoss', sigmoid=True)(net(x), x)`,
  'network-levels: too few': `build('UNet', spatial_dims=3, in_channels=1, out_channels=2, channels=[4, 8, 16], strides=[2])`,
  'channel-count: in_channels': `build('UNet', spatial_dims=3, in_channels=4, out_channels=2, channels=[4, 8], strides=[2])(image[None])`,
  'channel-count: fewer one-hot channels': `build('DiceLoss', to_onehot_y=True, softmax=True)(torch.zeros(1, 2, 8, 8, 8), torch.full((1, 1, 8, 8, 8), 4.0))`,
  'a crop larger than the image': `build('RandCropByPosNegLabeld', keys='image', label_key='image', spatial_size=[32, 32, 32])({'image': image})`,
};

const silent: Readonly<Record<string, string>> = {
  'swallowed-arg: no threshold is applied': `
out = build('AsDiscreted', keys='pred', threshold_values=True, logit_thresh=0.5)({'pred': image + 0.7})['pred']
assert float(out.max()) not in (0.0, 1.0)`,
  'swallowed-arg: no one-hot is made': `
assert build('AsDiscreted', keys='pred', n_classes=2)({'pred': image})['pred'].shape[0] == 1`,
  'network-levels: too many are passed over': `
build('UNet', spatial_dims=3, in_channels=1, out_channels=2, channels=[4, 8], strides=[2, 2, 2])`,
  'transform-order: the first axis is taken for channels': `
out = build('Spacingd', keys='image', pixdim=[2, 2, 2])({'image': monai.data.MetaTensor(torch.zeros(16, 16, 16))})['image']
assert out.shape[0] == 16 and out.shape[1] < 16`,
  'label-interpolation: values between the classes': `
label = torch.zeros(1, 8, 8, 8); label[:, 4:] = 2
out = build('Resized', keys='label', spatial_size=[11, 11, 11], mode='trilinear', align_corners=True)({'label': label})['label']
assert any(float(v) not in (0.0, 2.0) for v in out.unique())`,
  'disabled-reference: None stands in its place': `
assert parsed({'it': ['@a'], 'a': {'_target_': 'DiceLoss', '_disabled_': True}}) == [None]`,
  'argmax after one-hot undoes it': `
hot = build('AsDiscreted', keys='pred', to_onehot=2)({'pred': image})
assert build('AsDiscreted', keys='pred', argmax=True)(hot)['pred'].shape[0] == 1`,
};

suite('faults with real MONAI', function () {
  this.timeout(300_000);
  let outcomes: Readonly<Record<string, string>> = {};
  suiteSetup(() => {
    const { status, stdout, stderr } = spawnSync(python(), [path.join(__dirname, 'faults.py')], {
      input: JSON.stringify({ ...fails, ...silent }),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    assert.equal(status, 0, stderr.slice(-2000));
    outcomes = JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as typeof outcomes;
  });

  for (const name of Object.keys(fails))
    test(`${name}: fails`, () => {
      assert.ok(outcomes[name] !== undefined && outcomes[name] !== 'ok', outcomes[name]);
      // a slip in the test itself would be one of these
      const isSlip = outcomes[name] === 'SyntaxError' && !name.startsWith('python');
      assert.ok(!isSlip && outcomes[name] !== 'NameError', outcomes[name]);
    });

  for (const name of Object.keys(silent))
    test(`${name}: goes on without a word`, () => {
      assert.equal(outcomes[name], 'ok');
    });
});
