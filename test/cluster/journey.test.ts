import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isLive } from '../../extension/core/runs/job.ts';
import type { KnownRun } from '../../extension/core/runs/knownRun.ts';
import { matchPredictions } from '../../extension/core/runs/predictions.ts';
import type { Curves } from '../../extension/core/runs/progress.ts';
import { diceByLabel } from '../../extension/core/volume/dice.ts';
import type { Machine } from '../../extension/io/machine.ts';
import { prepareRun, type RunRequest } from '../../extension/io/prepare.ts';
import { readLabels } from '../../extension/io/volumes.ts';
import { foldersOf, startSite, whyNoSite, type Site } from './site.ts';
import { cluster, clustersText, openWindow, repository, type Window } from './window.ts';

const run = promisify(execFile);
const monaiPython = process.env['MMAR_PYTHON'] ?? '';
const obstacle = whyNoSite() ?? (monaiPython ? undefined : 'MMAR_PYTHON is not set');
const { signal } = new AbortController();
setMaxListeners(100, signal); // one signal for many calls at once
const resources = { gpus: '1', cpus: '2', memory: '4G', time: '30' };

/** Dice of two volumes as another program counts it. */
const otherDice = `
import sys, nibabel, numpy
a, b = (numpy.asarray(nibabel.load(name).dataobj) == 1 for name in sys.argv[1:])
print(2 * (a & b).sum() / (a.sum() + b.sum()))
`;

// each test needs the one before
suite(`the whole way over SSH and Slurm${obstacle ? ` (SKIPPED: ${obstacle})` : ''}`, function () {
  this.timeout(300_000);
  let site: Site;
  let samples: string;
  let window: Window;
  let training: KnownRun;
  let inference: KnownRun;
  const memory = new Map<string, unknown>();

  const open = (): Window => {
    const text = clustersText(site, { ...resources, python: '~/monai env/bin/python' });
    return openWindow({ text, folder: samples, memory, localPython: monaiPython });
  };

  suiteSetup(async function () {
    if (obstacle) return this.skip();
    site = await startSite({ bind: await foldersOf(monaiPython) });
    const environment = path.resolve(monaiPython, '..', '..');
    await site.inside(['ln', '-s', environment, `${site.home}/monai env`]);
    samples = site.scratch('samples');
    const { join } = path;
    cpSync(join(repository, 'samples', 'spleen'), join(samples, 'spleen'), { recursive: true });
    mkdirSync(join(samples, 'data'));
    const data = join(samples, 'data', 'phantom');
    const made = join(repository, 'samples', 'data', 'phantom');
    if (existsSync(made)) cpSync(made, data, { recursive: true });
    else await run(monaiPython, [join(repository, 'samples', 'makePhantom.py'), data]);
    window = open();
  });
  suiteTeardown(async () => {
    window?.close();
    await site?.stop();
  });

  async function submit(request: Omit<RunRequest, 'mmar' | 'config'>): Promise<{
    run: KnownRun;
    sent: number;
  }> {
    const target = await window.hosts.targetOf(cluster);
    const config = 'config/config_train.json';
    const mmar = path.join(samples, 'spleen');
    const { plan, problems } = await prepareRun({ ...request, mmar, config }, target, signal);
    assert.deepEqual(problems, []);
    assert.ok(plan);
    let sent = 0;
    const onProgress = (bytes: number): void => void (sent = bytes);
    const reported = await (await machine()).submit(plan, { signal, onProgress });
    return { run: window.book.add(cluster, reported), sent };
  }
  const machine = (): Promise<Machine> => window.hosts.machineOf(cluster);
  const now = (of: KnownRun): KnownRun =>
    window.book.get(of) ?? assert.fail('the run is not known');

  /** Waits as a view does: for what the book tells. */
  async function seen(of: KnownRun, wanted: (run: KnownRun) => boolean): Promise<KnownRun> {
    for (const start = Date.now(); ; await delay(100)) {
      if (wanted(now(of))) return now(of);
      if (Date.now() - start < 280_000 && isLive(now(of).status.state)) continue;
      const { text } = await (await machine()).read(of.record.id, 'job.log', 0, signal);
      assert.fail(`${JSON.stringify(now(of).status)}\n${window.warnings.join('\n')}\n${text}`);
    }
  }
  const over = (state: string) => (known: KnownRun) => known.status.state === state;

  test('a training is sent there with its volumes, and begins', async () => {
    const set = { epochs: 6, num_interval_per_valid: 2 };
    const { run: submitted, sent } = await submit({ purpose: 'train', set });
    training = submitted;
    assert.ok(sent > 4_000_000, `${sent} bytes`);
    assert.equal(training.folder, `${site.home}/mmar runs 脾/runs/${training.record.id}`);
    assert.match(training.status.jobId, /^\d+$/);
    await seen(training, over('RUNNING'));
  });

  test('its log is read while it grows, and its curves are there', async () => {
    let text = '';
    let next = 0;
    const steps: number[] = [];
    const readOn = async (): Promise<void> => {
      const read = await (await machine()).read(training.record.id, 'job.log', next, signal);
      if (read.next > next) steps.push(read.next);
      [text, next] = [text + read.text, read.next];
    };
    const done = new AbortController();
    const reading = (async () => {
      while (!done.signal.aborted) await readOn().then(() => delay(200));
    })();
    const curves = await untilValidated(training);
    done.abort();
    await reading;
    assert.ok(steps.length >= 2 && text.startsWith('-- attempt 1 on '), text);
    assert.equal(
      readFileSync(path.join(training.folder, 'job.log'), 'utf8').slice(0, text.length),
      text,
    );
    assert.equal(curves.epochs, 6);
    assert.ok(curves.loss.length >= 2 && curves.loss.every(([, y]) => Number.isFinite(y)));
    assert.ok(curves.best && curves.best.value >= 0 && curves.best.value <= 1);
  });

  /** The curves once a validation was measured. */
  async function untilValidated(of: KnownRun): Promise<Curves> {
    for (;;) {
      const curves = await window.book.curves(of);
      if (curves.key !== undefined && curves.metrics.get(curves.key)?.length) return curves;
      await seen(of, () => true);
      await delay(100);
    }
  }

  test('it saves when it is cancelled, and another window resumes it from there', async () => {
    window.book.update(training, await (await machine()).cancel(training.record.id, signal));
    await seen(training, over('CANCELLED'));
    const stopped = await window.book.curves(training);
    assert.equal(stopped.end, 'stopped');
    assert.ok(stopped.epoch < 6 && stopped.iteration > 0, JSON.stringify(stopped.epoch));
    window.close();

    const before = window;
    window = open();
    for (const key of ['warnings', 'endings', 'calls'] as const) window[key].push(...before[key]);
    await window.book.load();
    const { resumeCommand } = now(training).record;
    assert.ok(resumeCommand);
    const { python } = await window.hosts.targetOf(cluster);
    window.book.update(training, await (await machine()).resume(training.record, python, signal));
    assert.equal(now(training).status.attempt, 2);
    await seen(training, over('COMPLETED'));
    const curves = await window.book.curves(training);
    assert.deepEqual([curves.end, curves.epoch, now(training).fraction], ['done', 6, 1]);
    const { text } = await (await machine()).read(training.record.id, 'job.log', 0, signal);
    assert.match(text, new RegExp(`attempt 2[^]*resume: iteration_0*${stopped.iteration}\\.pt`));
  });

  test('an inference uses its model, and its predictions come here', async () => {
    const { run: submitted, sent } = await submit({
      purpose: 'infer',
      list: 'test',
      parent: training.record.id,
    });
    inference = submitted;
    assert.ok(sent > 0, 'the test cases were not there yet');
    await seen(inference, over('COMPLETED'));
    const cases = inference.record.cases ?? [];
    const there = await machine();
    const files = (await there.results(inference.record.id, 'eval', signal)).map(f => f.path);
    const predictions = matchPredictions(cases, files).filter(p => p !== undefined);
    assert.ok(cases.length > 0 && predictions.length === cases.length, files.join('\n'));
    const into = site.scratch('results');
    await there.fetch(inference.record.id, predictions, into, signal);
    for (const [i, { label }] of cases.entries()) {
      assert.ok(label);
      const prediction = path.join(into, predictions[i] ?? '');
      const maps = [await readLabels(label, signal), await readLabels(prediction, signal)] as const;
      const { scores, problem } = diceByLabel(...maps, inference.record.labels ?? {});
      assert.equal(problem, undefined);
      const spleen = scores?.find(score => score.name === 'spleen');
      const { stdout } = await run(monaiPython, ['-c', otherDice, label, prediction]);
      assert.ok(
        Math.abs((spleen?.dice ?? NaN) - Number(stdout)) < 1e-12,
        `${spleen?.dice} ${stdout}`,
      );
    }
  });

  test('a second submission sends nothing that is there', async () => {
    const again = await submit({
      purpose: 'train',
      set: { epochs: 6, num_interval_per_valid: 2 },
    });
    assert.equal(again.sent, 0);
    window.book.update(again.run, await (await machine()).cancel(again.run.record.id, signal));
    await seen(again.run, over('CANCELLED'));
    await (await machine()).remove(again.run.record.id, signal);
    window.book.forget(again.run);
  });

  test('each end was told once, nothing went wrong on the way', () => {
    // the last one may have ended in the call that cancelled it, which needs no notice
    assert.deepEqual(window.endings.slice(0, 3), [
      'train CANCELLED',
      'train COMPLETED',
      'infer COMPLETED',
    ]);
    assert.deepEqual(window.warnings, []);
    const failed = window.calls.filter(line => !/ (ok|given up)$/.test(line));
    assert.deepEqual(failed, []);
  });
});
