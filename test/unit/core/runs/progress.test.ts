import assert from 'node:assert/strict';
import {
  fractionDone,
  noCurves,
  secondsLeft,
  takeProgress,
} from '../../../../extension/core/runs/progress.ts';

const lines = (...events: object[]): string =>
  events.map(event => `${JSON.stringify(event)}\n`).join('');

const training = lines(
  { t: 100, kind: 'start', epoch: 0, iteration: 0, epochs: 4, per_epoch: 2 },
  { t: 101, kind: 'iteration', epoch: 1, iteration: 1, loss: 2 },
  { t: 102, kind: 'epoch', epoch: 1, iteration: 2, loss: 1.5, lr: 0.1, metrics: { acc: 0.5 } },
  { t: 103, kind: 'validation', epoch: 1, iteration: 2, metrics: { dice: 0.6 }, key: 'dice' },
  { t: 104, kind: 'epoch', epoch: 2, iteration: 4, loss: 1, lr: 0.05, metrics: { acc: 0.7 } },
  { t: 105, kind: 'validation', epoch: 2, iteration: 4, metrics: { dice: 0.4 }, key: 'dice' },
);

suite('progress of a run', () => {
  test('curves share an axis of epochs', () => {
    const { curves, rest } = takeProgress(noCurves, training);
    assert.equal(rest, '');
    assert.deepEqual(curves.loss, [
      [0.5, 2],
      [1, 1.5],
      [2, 1],
    ]);
    assert.deepEqual(curves.lr, [
      [1, 0.1],
      [2, 0.05],
    ]);
    assert.deepEqual(curves.metrics.get('dice'), [
      [1, 0.6],
      [2, 0.4],
    ]);
    assert.deepEqual(curves.best, { epoch: 1, value: 0.6 });
    assert.equal(fractionDone(curves), 0.5);
    assert.equal(secondsLeft(curves, 108), 8);
  });

  test('an unfinished last line waits for its rest', () => {
    const half = training.length - 20;
    const first = takeProgress(noCurves, training.slice(0, half));
    const second = takeProgress(first.curves, first.rest + training.slice(half));
    assert.deepEqual(second.curves, takeProgress(noCurves, training).curves);
  });

  test('a resume drops what came after the checkpoint that it goes on from', () => {
    const again = lines(
      { t: 200, kind: 'start', epoch: 1, iteration: 2, epochs: 4, per_epoch: 2 },
      { t: 201, kind: 'epoch', epoch: 2, iteration: 4, loss: 0.9, lr: 0.05, metrics: {} },
    );
    const { curves } = takeProgress(noCurves, training + again);
    assert.deepEqual(curves.loss, [
      [0.5, 2],
      [1, 1.5],
      [2, 0.9],
    ]);
    assert.deepEqual(curves.metrics.get('dice'), [[1, 0.6]]);
    assert.deepEqual(curves.best, { epoch: 1, value: 0.6 });
    assert.equal(secondsLeft(curves, 202), 4);
  });

  test('a loss that is not a number leaves a gap, a broken line is passed over', () => {
    const text = lines({ t: 1, kind: 'start', iteration: 0, epochs: 1, per_epoch: 2 });
    const { curves } = takeProgress(
      noCurves,
      `${text}{"t": 2, "ki\n${lines({ t: 3, kind: 'iteration', iteration: 1, loss: null })}`,
    );
    assert.deepEqual(curves.loss, []);
    assert.equal(curves.iteration, 1);
  });

  test('how it ended', () => {
    const failed = lines({ t: 9, kind: 'failed', epoch: 1, iteration: 1, error: 'ValueError: no' });
    const { curves } = takeProgress(noCurves, training + failed);
    assert.equal(curves.end, 'failed');
    assert.equal(curves.error, 'ValueError: no');
    const { curves: done } = takeProgress(noCurves, training + lines({ t: 9, kind: 'done' }));
    assert.equal(fractionDone(done), 1);
  });

  test('what was taken in before is left as it was, and a long file takes its time only once', () => {
    const before = takeProgress(noCurves, training).curves;
    const copy = structuredClone(before);
    takeProgress(
      before,
      lines({ t: 200, kind: 'epoch', epoch: 3, iteration: 6, loss: 0.8, lr: 1 }),
    );
    assert.deepEqual(before, copy);
    assert.deepEqual(noCurves.loss, []);

    const long = Array.from({ length: 100_000 }, (_, i) =>
      lines({ t: i, kind: 'iteration', epoch: 1, iteration: i + 1, loss: 1 }),
    );
    const started = performance.now();
    const start = lines({ t: 0, kind: 'start', epoch: 0, iteration: 0, epochs: 1, per_epoch: 1e5 });
    assert.equal(takeProgress(noCurves, start + long.join('')).curves.loss.length, 100_000);
    assert.ok(performance.now() - started < 5000, 'copying all points at each line took minutes');
  });
});
