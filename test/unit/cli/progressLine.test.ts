import assert from 'node:assert/strict';
import { makeLogPrinter, makeProgressPrinter } from '../../../extension/cli/followPrinters.ts';
import type { Seen } from '../../../extension/cli/follow.ts';
import { duration, epochLine, iterationLine, round } from '../../../extension/cli/progressLine.ts';
import type { JobStatus } from '../../../extension/core/runs/job.ts';
import { noCurves, takeProgress, type Curves } from '../../../extension/core/runs/progress.ts';

const lines = [
  { t: 100, kind: 'start', epoch: 0, iteration: 0, epochs: 3, per_epoch: 4 },
  { t: 101, kind: 'iteration', epoch: 1, iteration: 2, loss: 1.5 },
  { t: 104, kind: 'epoch', epoch: 1, iteration: 4, loss: 0.5, lr: 0.1, metrics: {} },
  { t: 104, kind: 'validation', epoch: 1, iteration: 4, key: 'dice', metrics: { dice: 0.25 } },
  { t: 106, kind: 'iteration', epoch: 2, iteration: 6, loss: 0.00004 },
  { t: 108, kind: 'epoch', epoch: 2, iteration: 8, loss: 0.25, metrics: {} },
  { t: 108, kind: 'validation', epoch: 2, iteration: 8, key: 'dice', metrics: { dice: 0.125 } },
];
const until = (count: number): Curves =>
  takeProgress(
    noCurves,
    lines
      .slice(0, count)
      .map(l => `${JSON.stringify(l)}\n`)
      .join(''),
  ).curves;

suite('progress as lines', () => {
  test('an epoch that is done, its loss and metric, and what is left', () => {
    assert.equal(epochLine(until(1), 100), 'epoch 0/3');
    assert.equal(epochLine(until(3), 104), 'epoch 1/3  loss 0.5000  8 s left');
    assert.equal(epochLine(until(4), 104), 'epoch 1/3  loss 0.5000  dice 0.2500 (best)  8 s left');
    assert.equal(epochLine(until(7), 108), 'epoch 2/3  loss 0.2500  dice 0.1250  4 s left');
  });

  test('an epoch that goes on shows no metric of the one before', () => {
    assert.equal(iterationLine(until(5), 106), 'epoch 2/3, iteration 2/4  loss 4.00e-5  6 s left');
  });

  test('one line for each epoch and validation, none for what was shown', () => {
    const shown: string[] = [];
    const print = makeProgressPrinter(line => void shown.push(line));
    const status: JobStatus = {
      state: 'RUNNING',
      jobId: '1',
      reason: '',
      attempt: 1,
      logSize: 0,
      progressSize: 0,
    };
    const look = (count: number): void => {
      const seen: Seen = { status, curves: count === 0 ? noCurves : until(count), log: '' };
      print(seen);
    };
    for (const count of [0, 1, 1, 2, 3, 4, 4, 5, 7]) look(count);
    assert.deepEqual(
      shown.map(line => /^epoch \d\/\d|dice/g[Symbol.match](line)?.join(' ')),
      ['epoch 0/3', 'epoch 1/3', 'epoch 1/3 dice', 'epoch 2/3 dice'],
    );
  });

  test('the log by whole lines, progress bars as they end', () => {
    const shown: string[] = [];
    const print = makeLogPrinter(line => void shown.push(line));
    const base = { jobId: '1', reason: '', attempt: 1, logSize: 0, progressSize: 0 };
    const running: JobStatus = { ...base, state: 'RUNNING' };
    print({ status: running, curves: noCurves, log: 'a\nb' });
    print({ status: running, curves: noCurves, log: 'c\n 0%\r50%\r100%\r\n\nlast' });
    print({ status: { ...base, state: 'COMPLETED', ended: 1 }, curves: noCurves, log: '' });
    assert.deepEqual(shown, ['a', 'bc', '100%', '', 'last']);
  });

  test('numbers for people', () => {
    assert.deepEqual([0, 0.5, 12, 3e-6].map(round), ['0.0000', '0.5000', '12.0000', '3.00e-6']);
    assert.deepEqual([0.4, 99, 100, 5999, 7500].map(duration), [
      '0 s',
      '99 s',
      '2 min',
      '1 h 40 min',
      '2 h 05 min',
    ]);
  });
});
