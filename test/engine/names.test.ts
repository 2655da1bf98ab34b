import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { matchPredictions } from '../../extension/core/runs/predictions.ts';
import { monaiBundle, phantom, repository, scratch } from './engine.ts';
import { completed, copyMmar, hostile, openSite, signal, submit, type Site } from './site.ts';

interface Dialect {
  readonly from: string;
  readonly dialect: string;
  readonly name: string;
  /** What evaluation writes, by the MMAR's own config or by the one that is derived. */
  readonly scores: string;
}

const dialects: readonly Dialect[] = [
  {
    from: 'samples/spleen',
    dialect: '4.1',
    name: "a b'c $(touch x)",
    scores: 'val_mean_dice_raw.csv',
  },
  { from: 'test/fixtures/mmar40', dialect: '4.0', name: hostile, scores: 'cases.csv' },
];

for (const { from, dialect, name, scores } of dialects)
  suite(`dialect ${dialect}, in a folder called ${JSON.stringify(name)}`, function () {
    this.timeout(600_000);
    this.bail(true);
    let site: Site;
    let mmar = '';
    suiteSetup(async () => {
      site = openSite(path.join(scratch('site'), name, '.mmar'));
      // data of a hostile name, too
      const environment = { DATA_ROOT: 'data', DATASET_JSON: '{DATA_ROOT}/dataset.json' };
      mmar = await copyMmar({ from, name, environment });
      symlinkSync(await phantom(), path.join(mmar, 'data'));
    });
    suiteTeardown(() => site.close());

    test('trains, predicts and evaluates; no shell looked at its name', async () => {
      const set = { epochs: 1, num_interval_per_valid: 1 };
      const run = await submit(site, { purpose: 'train', mmar, set });
      const { curves } = await completed(site, run);
      assert.deepEqual([curves.end, curves.epoch, curves.epochs], ['done', 1, 1]);
      assert.equal(curves.key, 'val_mean_dice');
      assert.ok(curves.best && curves.loss.length > 0 && curves.lr.length > 0);
      const child = await submit(site, { purpose: 'infer', mmar, parent: run.record.id });
      await completed(site, child);
      const files = (await site.machine.results(child.record.id, 'eval', signal)).map(f => f.path);
      const predictions = matchPredictions(child.record.cases ?? [], files);
      assert.deepEqual(predictions, ['eval/phantom_11_seg.nii.gz', 'eval/phantom_12_seg.nii.gz']);
      const evaluate = ['--config_file', 'configs/evaluate.json'];
      const bundle = path.join(run.folder, 'bundle');
      await monaiBundle(bundle, ...evaluate, '--MMAR_CKPT', '../models/model.pt');
      const csv = readFileSync(path.join(run.folder, 'eval', scores), 'utf8');
      assert.match(csv, /phantom_08\.nii\.gz"?,[01]\.\d+[^]*phantom_10\.nii\.gz"?,[01]\.\d+/);
      if (scores === 'cases.csv') assert.match(csv, /^case,spleen\r\n/);
      assert.deepEqual(site.warnings, []);
      const places = [path.dirname(mmar), path.dirname(path.dirname(site.root))];
      for (const place of places)
        assert.deepEqual(
          (readdirSync(place, { recursive: true }) as string[]).filter(f => /(^|\/)x$/.test(f)),
          [],
        );
      assert.ok(!existsSync(path.join(repository, 'x')) && !existsSync('x'));
    });
  });
