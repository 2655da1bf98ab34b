import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { diagnose } from '../../extension/core/runs/diagnose.ts';
import type { KnownRun } from '../../extension/core/runs/knownRun.ts';
import { matchPredictions } from '../../extension/core/runs/predictions.ts';
import type { Curves } from '../../extension/core/runs/progress.ts';
import { diceByLabel } from '../../extension/core/volume/dice.ts';
import { readHeader, readLabels } from '../../extension/io/volumes.ts';
import { monaiBundle, python, repository } from './engine.ts';
import {
  cancel,
  completed,
  copyMmar,
  hasEnded,
  isWhole,
  kill,
  logOf,
  openSite,
  resume,
  signal,
  submit,
  until,
  type Site,
} from './site.ts';

const enough = 0.85;
const changed = ['config/config_train.json', 'custom/contrast.py'];

// One training serves all of these tests: each goes on where the one before it left the run.
suite('a training of the sample, from its start to its last resume', function () {
  this.timeout(600_000);
  this.bail(true);
  let site: Site;
  let mmar = '';
  let run: KnownRun;
  let learnt: Curves;
  suiteSetup(async () => {
    site = openSite();
    mmar = await copyMmar();
  });
  suiteTeardown(() => site.close());

  test('learns: a validation Dice of 0.85 or more, whatever becomes of the MMAR meanwhile', async () => {
    const begun = Date.now();
    run = await submit(site, { purpose: 'train', mmar });
    for (const file of changed) writeFileSync(path.join(mmar, file), 'raise SystemExit("changed")');
    const isGood = (_: KnownRun, { best }: Curves): boolean => (best?.value ?? 0) >= enough;
    learnt = (await until(site, run, isGood, 500)).curves;
    const seconds = Math.round((Date.now() - begun) / 1000);
    console.log(`      Dice ${learnt.best?.value.toFixed(3)} after ${seconds} s`);
  });

  test('what was submitted is in the run folder, and read-only', () => {
    for (const file of changed)
      assert.equal(
        readFileSync(path.join(run.folder, 'mmar', file), 'utf8'),
        readFileSync(path.join(repository, 'samples', 'spleen', file), 'utf8'),
        file,
      );
    const files = ['mmar', 'bundle'].flatMap(folder => filesBelow(path.join(run.folder, folder)));
    assert.ok(files.length > 15);
    for (const file of [...files, path.join(run.folder, 'dataset.json')])
      assert.equal(statSync(file).mode & 0o222, 0, file);
    for (const file of changed)
      writeFileSync(
        path.join(mmar, file),
        readFileSync(path.join(repository, 'samples', 'spleen', file)),
      );
  });

  test('a cancelled training keeps a whole checkpoint of where it was', async () => {
    const end = await cancel(site, run);
    assert.equal(end.run.status.state, 'CANCELLED');
    assert.equal(end.curves.end, 'stopped');
    assert.match(diagnose(end.run.status, await logOf(site, run))?.next ?? '', /Resume/);
    assert.deepEqual(halfMade(run), []);
    const state = checkpoint(run, newest(run));
    assert.equal(state.iteration, end.curves.iteration);
    assert.equal(state.best, end.curves.best?.value);
    assert.equal(state.history, Math.floor(state.iteration / end.curves.perEpoch));
    assert.equal(state.lrEpochs, state.history);
  });

  test('its best model predicts: one label map per case, on the grid of the image', async () => {
    const child = await submit(site, {
      purpose: 'infer',
      mmar,
      parent: run.record.id,
      list: 'test',
    });
    await completed(site, child);
    const files = (await site.machine.results(child.record.id, 'eval', signal)).map(f => f.path);
    const cases = child.record.cases ?? [];
    const predictions = matchPredictions(cases, files);
    assert.equal(cases.length, 2);
    assert.equal(files.filter(file => file.endsWith('.nii.gz')).length, cases.length);
    const scores = await Promise.all(
      cases.map(async ({ image, label }, i) => {
        const file = path.join(child.folder, predictions[i] ?? 'none');
        const [from, to] = [await readHeader(image, signal), await readHeader(file, signal)];
        assert.deepEqual(to.dims.slice(0, 3), from.dims.slice(0, 3));
        assert.deepEqual(to.affine, from.affine);
        const truth = await readLabels(label ?? '', signal);
        const found = diceByLabel(truth, await readLabels(file, signal), child.record.labels);
        assert.equal(found.problem, undefined);
        const [spleen, ...others] = found.scores ?? [];
        assert.deepEqual([spleen?.name, others], ['spleen', []]);
        return spleen?.dice ?? 0;
      }),
    );
    const mean = scores.reduce((sum, dice) => sum + dice, 0) / scores.length;
    console.log(`      Dice ${scores.map(dice => dice.toFixed(3)).join(', ')}`);
    assert.ok(mean >= 0.8, `mean Dice ${mean}`);
  });

  test('evaluate.json of the bundle scores the validation list, case by case', async () => {
    const weights = ['--MMAR_CKPT', '../models/model.pt'];
    const bundle = path.join(run.folder, 'bundle');
    const file = 'configs/evaluate.json';
    const log = await monaiBundle(bundle, '--config_file', file, ...weights);
    const csv = readFileSync(path.join(run.folder, 'eval', 'val_mean_dice_raw.csv'), 'utf8');
    const [, ...rows] = csv
      .trim()
      .split('\n')
      .map(line => line.split(','));
    assert.deepEqual(
      rows.map(([name]) => path.basename(name ?? '')),
      ['phantom_08.nii.gz', 'phantom_09.nii.gz', 'phantom_10.nii.gz'],
      log,
    );
    for (const [name, spleen] of rows) assert.ok(Number(spleen) > 0.7, `${name} ${spleen}`);
  });

  test('a resume goes on from there: epochs, curves and the best value', async () => {
    const before = await site.book.curves(run);
    await resume(site, run);
    const kept = checkpointsOf(run).length;
    const goneOn = (_: KnownRun, { iteration }: Curves): boolean =>
      iteration > before.iteration + 4 && newest(run) > iterationFile(before.iteration);
    const { curves } = await until(site, run, goneOn);
    assert.equal(curves.attempt?.iteration, before.iteration);
    assert.equal(curves.epochs, 80);
    assertContinuous(curves, before);
    assert.ok((curves.best?.value ?? 0) >= (before.best?.value ?? 1));
    const state = checkpoint(run, newest(run));
    assert.ok(state.best >= (before.best?.value ?? 1), 'the best value was forgotten');
    assert.equal(state.history, Math.floor(state.iteration / curves.perEpoch));
    assert.equal(state.lrEpochs, state.history);
    assert.deepEqual(state.saved, [state.best]);
    assert.ok(kept > 0 && checkpointsOf(run).length === 2);
  });

  test('killed in the middle of an epoch it is FAILED, and what it saved is whole', async () => {
    const inside = (_: KnownRun, { iteration, perEpoch }: Curves): boolean =>
      iteration % perEpoch !== 0;
    await until(site, run, inside);
    kill(site.book.get(run) ?? run);
    const { run: end } = await until(site, run, hasEnded);
    assert.equal(end.status.state, 'FAILED');
    assert.match(end.status.reason, /without a trace: it was killed/);
    const why = diagnose(end.status, await logOf(site, run));
    assert.match(why?.title ?? '', /killed/);
    assert.match(why?.next ?? '', /Resume/);
    for (const name of checkpointsOf(run))
      assert.ok(isWhole(path.join(resumeFolder(run), name)), name);
  });

  test('a newest checkpoint that is cut off is passed over for the one before', async () => {
    const [older = '', newer = ''] = checkpointsOf(run);
    const file = path.join(run.folder, 'models', 'resume', newer);
    truncateSync(file, Math.floor(statSync(file).size / 2));
    const before = await site.book.curves(run);
    const { best, iteration } = checkpoint(run, older);
    await resume(site, run);
    const isTraining = (_: KnownRun, { attempt, iteration: now }: Curves): boolean =>
      (attempt?.time ?? 0) > (before.attempt?.time ?? 0) && now > iteration + 4;
    const { curves } = await until(site, run, isTraining);
    assert.equal(curves.attempt?.iteration, iteration);
    const log = await logOf(site, run);
    assert.ok(log.includes(`resume: skipped ${newer}`), log);
    assert.ok(log.includes(`resume: ${older}, epoch`), log);
    assertContinuous(curves, { ...before, iteration });
    const end = await cancel(site, run);
    assert.equal(end.run.status.attempt, 3);
    const last = checkpoint(run, newest(run));
    assert.equal(last.iteration, end.curves.iteration);
    assert.ok(last.best >= best);
    assert.ok(
      !checkpointsOf(run).includes(newer),
      'what cannot be read must not pass for the newest',
    );
  });
});

const resumeFolder = (run: KnownRun): string => path.join(run.folder, 'models', 'resume');
const iterationFile = (n: number): string => `iteration_${String(n).padStart(8, '0')}.pt`;

/** Names, oldest first. */
const checkpointsOf = (run: KnownRun): string[] =>
  readdirSync(resumeFolder(run))
    .filter(name => name.endsWith('.pt'))
    .sort();
const newest = (run: KnownRun): string => checkpointsOf(run).at(-1) ?? '';

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));

const halfMade = (run: KnownRun): string[] =>
  filesBelow(run.folder).filter(file => file.endsWith('.part'));

interface Checkpoint {
  readonly iteration: number;
  readonly best: number;
  readonly history: number;
  readonly lrEpochs: number;
  readonly saved: number[];
}

const dump = `
import json, sys, torch
state = torch.load(sys.argv[1], weights_only=True)
print(json.dumps({
    "iteration": state["trainer"]["iteration"], "best": state["best"][1][0], "history": len(state["history"]),
    "lrEpochs": state["lr_scheduler"]["last_epoch"], "saved": [score for score, _ in state["saver"]],
}))`;

/** What a checkpoint says, read by torch itself. */
function checkpoint(run: KnownRun, name: string): Checkpoint {
  const file = path.join(resumeFolder(run), name);
  const text = execFileSync(python(), ['-c', dump, file], { encoding: 'utf8' });
  return JSON.parse(text) as Checkpoint;
}

/** Points ascend, none of before the resume is lost, and none stands where training has not come to. */
function assertContinuous(curves: Curves, before: Curves): void {
  const at = before.iteration / before.perEpoch;
  const all = [curves.loss, curves.lr, ...curves.metrics.values()];
  for (const points of all)
    for (const [i, [x]] of points.entries()) assert.ok(i === 0 || x > (points[i - 1]?.[0] ?? 0));
  for (const [name, points] of before.metrics)
    for (const point of points.filter(([x]) => x <= at))
      assert.ok(curves.metrics.get(name)?.some(([x, y]) => x === point[0] && y === point[1]));
  const now = curves.iteration / curves.perEpoch;
  assert.ok((curves.loss.at(-1)?.[0] ?? Infinity) <= now);
}
