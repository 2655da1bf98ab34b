import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TrainReport } from '../../extension/cli/trainReport.ts';
import { hostile } from '../unit/cli/mmars.ts';
import { mmar, startMmar } from '../unit/cli/program.ts';
import { phantom, python, repository, scratch } from './engine.ts';

/** `mmar train` as people and CI call it: the built program, real MONAI, the sample on this machine's CPU. */
suite('mmar train with real MONAI', function () {
  this.timeout(300_000);
  let cwd: string;
  let base: string[];
  setup(async () => {
    cwd = scratch('cli');
    const data = await phantom();
    cpSync(path.join(repository, 'samples', 'spleen'), path.join(cwd, hostile), {
      recursive: true,
    });
    const where = [`DATA_ROOT=${data}`, `DATASET_JSON=${data}/dataset.json`];
    base = ['train', hostile, '--python', python(), '--json', '--set', ...where];
  });
  teardown(() => rmSync(cwd, { recursive: true, force: true }));

  const checkpoints = (run: string): string[] => {
    const folder = path.join(run, 'models', 'resume');
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  test('trains, tells how it goes and reports', async () => {
    const argv = [...base, 'epochs=2', 'num_interval_per_valid=1'];
    const { status, out, err } = await mmar(argv, { cwd });
    assert.equal(status, 0, err);
    const report = JSON.parse(out) as TrainReport;
    const { state, epochs, epochsPlanned, best, diagnosis, problems } = report;
    assert.deepEqual(
      { state, epochs, epochsPlanned, diagnosis, problems },
      { state: 'COMPLETED', epochs: 2, epochsPlanned: 2, diagnosis: null, problems: [] },
    );
    assert.equal(best?.metric, 'val_mean_dice');
    assert.ok(best.value > 0 && best.value <= 1 && [1, 2].includes(best.epoch));
    assert.equal(report.model, path.join(report.folder ?? '', 'models/model.pt'));
    assert.ok(existsSync(report.model), report.model);
    assert.ok((report.seconds ?? 0) > 0);
    assert.match(
      err,
      /\nepoch 2\/2 {2}loss \d\.\d{4}.*\nCOMPLETED: 2 of 2 epochs, .*best val_mean/s,
    );
    assert.deepEqual(readdirSync(cwd).toSorted(), ['.mmar', hostile].toSorted());
    assert.deepEqual(
      readdirSync(path.join(cwd, hostile)).toSorted(),
      readdirSync(path.join(repository, 'samples', 'spleen')).toSorted(),
    );
  });

  test('Ctrl-C saves a checkpoint and ends the run', async () => {
    const { child, until, ended } = await startMmar([...base, 'epochs=500'], { cwd });
    await until(/epoch [1-9]\d*\/500/);
    child.kill('SIGINT');
    const { status, out, err } = await ended;
    assert.equal(status, 1, err);
    const { state, folder, diagnosis, epochs } = JSON.parse(out) as TrainReport;
    assert.equal(state, 'CANCELLED');
    assert.equal(diagnosis?.title, 'The run was cancelled.');
    assert.ok(epochs >= 1 && epochs < 500);
    assert.match(err, /Asking the run to save a checkpoint and end/);
    assert.ok(checkpoints(folder ?? '').length > 0);
  });

  test('a second Ctrl-C leaves; the run ends by itself', async () => {
    const { child, until, ended } = await startMmar([...base, 'epochs=500'], { cwd });
    await until(/epoch [1-9]\d*\/500/);
    child.kill('SIGINT');
    await until(/Asking the run/);
    child.kill('SIGINT');
    const { status, out, err } = await ended;
    assert.equal(status, 130, err);
    const { folder } = JSON.parse(out) as TrainReport;
    const end = path.join(folder ?? '', 'exit.json');
    for (let i = 0; i < 300 && !existsSync(end); i++) await new Promise(r => setTimeout(r, 100));
    assert.equal((JSON.parse(readFileSync(end, 'utf8')) as { signal: string }).signal, 'TERM');
    assert.ok(checkpoints(folder ?? '').length > 0);
  });

  test('a component that fails while it trains: the diagnosis names its fault', async () => {
    const file = path.join(cwd, hostile, 'custom', 'contrast.py');
    const source = readFileSync(file, 'utf8');
    const broken = source.replace(
      /(def __call__\(.*\n)/,
      '$1        raise ValueError("no contrast today")\n',
    );
    assert.notEqual(broken, source);
    writeFileSync(file, broken);
    const { status, out, err } = await mmar([...base, 'epochs=2'], { cwd });
    assert.equal(status, 1, err);
    const { state, diagnosis } = JSON.parse(out) as TrainReport;
    assert.equal(state, 'FAILED');
    assert.equal(diagnosis?.title, 'ValueError: no contrast today');
    assert.match(err, /\nValueError: no contrast today\n/);
  });
});
