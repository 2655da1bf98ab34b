import type { RunView, Series } from '../../webviews/protocol/run.ts';

/** Curves as a training makes them: noise that decays, scores that rise; the same ones each time. */
export function curvesOf(epochs: number, perEpoch = 10): Series[] {
  const noise = (i: number): number => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1;
  const all = Array.from({ length: epochs * perEpoch }, (_, i) => (i + 1) / perEpoch);
  const each = Array.from({ length: epochs }, (_, i) => i + 1);
  const points = (xs: number[], of: (x: number) => number): [number, number][] =>
    xs.map(x => [x, of(x)]);
  return [
    {
      name: 'loss',
      kind: 'loss',
      points: points(all, x => 0.9 * Math.exp(-x / 9) + 0.12 + 0.1 * noise(x * 10)),
    },
    { name: 'train_dice', kind: 'metric', points: points(each, x => 0.95 - 0.8 / (x + 0.5)) },
    {
      name: 'val_mean_dice',
      kind: 'metric',
      points: points(
        each.filter(x => x % 2 === 0),
        x => 0.89 - 0.9 / (x + 1) - 0.03 * noise(x),
      ),
    },
    { name: 'lr', kind: 'lr', points: points(each, x => 1e-4 * 0.97 ** x) },
  ];
}

export const running: RunView = {
  title: 'Train spleen',
  subtitle: 'config/config_train.json on local',
  state: 'RUNNING',
  reason: '',
  progress: {
    unit: 'epoch',
    epoch: 24,
    epochs: 40,
    fraction: 0.6,
    loss: 0.2312,
    metric: { name: 'val_mean_dice', value: 0.8432, best: 0.8512, bestEpoch: 22 },
    elapsed: 754,
    remaining: 498,
  },
  series: curvesOf(24),
  actions: ['cancel', 'openLog', 'openFolder'],
};

export const failed: RunView = {
  ...running,
  subtitle: 'config/config_train.json on dgx-a100',
  state: 'FAILED',
  reason: 'NonZeroExitCode',
  progress: {
    unit: 'epoch',
    epoch: 9,
    epochs: 40,
    fraction: 0.21,
    loss: 0.5634,
    metric: { name: 'val_mean_dice', value: 0.7699, best: 0.7699, bestEpoch: 8 },
    elapsed: 11_220,
  },
  series: curvesOf(8),
  failure: {
    title: 'The GPU ran out of memory.',
    detail:
      '  File "/opt/monai/networks/nets/unet.py", line 298, in forward\n    x = self.model(x)\n' +
      '\u001b[31mtorch.OutOfMemoryError\u001b[0m: CUDA out of memory. Tried to allocate 2.25 GiB',
    next: 'Use a smaller patch (spatial_size), batch_size or num_samples, or a GPU with more memory.',
    logLine: 4711,
  },
  actions: ['resume', 'infer', 'openLog', 'openFolder'],
};

export const pending: RunView = {
  ...running,
  subtitle: 'config/config_train.json on dgx-a100',
  state: 'PENDING',
  reason: 'Waits for resources: jobs with a higher priority are before it.',
  progress: { unit: 'epoch', epoch: 0, epochs: 0, fraction: 0 },
  series: [],
};

export const inferring: RunView = {
  title: 'Infer spleen',
  subtitle: 'config/config_inference.json on local',
  state: 'RUNNING',
  reason: '',
  progress: { unit: 'case', epoch: 3, epochs: 9, fraction: 3 / 9, elapsed: 48, remaining: 96 },
  series: [],
  actions: ['cancel', 'openLog', 'openFolder'],
};

export const completed: RunView = {
  ...running,
  state: 'COMPLETED',
  progress: {
    unit: 'epoch',
    epoch: 40,
    epochs: 40,
    fraction: 1,
    loss: 0.1432,
    metric: { name: 'val_mean_dice', value: 0.8644, best: 0.8701, bestEpoch: 38 },
    elapsed: 1254,
  },
  series: curvesOf(40),
  actions: ['infer', 'openLog', 'openFolder'],
};

export const trainingLog = `2026-11-24 14:15:30,120 - INFO - loading 32 cases
/opt/torch/utils/data/dataloader.py:557: UserWarning: This DataLoader will create 8 workers, more than the machine has.
2026-11-24 14:15:41,377 - INFO - epoch 1 of 40, 64 iterations
${Array.from({ length: 60 }, (_, i) => `2026-11-24 14:16:${String(i).padStart(2, '0')},000 - INFO - iteration ${i + 1}: loss ${(0.9 - i / 100).toFixed(4)}`).join('\n')}
`;

export const traceback = `Traceback (most recent call last):
  File "/opt/monai/engines/trainer.py", line 216, in _iteration
    engine.state.output[Keys.LOSS].backward()
  File "/opt/monai/networks/nets/unet.py", line 298, in forward
    x = self.model(x)
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.25 GiB
2026-11-24 14:31:02,004 - ERROR - engine run is terminating due to exception
`;
