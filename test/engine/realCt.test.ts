import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readHeader, readLabels } from '../../extension/io/volumes.ts';
import { scratch, sharedData } from './engine.ts';
import { completed, copyMmar, openSite, signal, submit, type Site } from './site.ts';

const folder = path.join(sharedData, 'spleen');
const names = { image: 'spleen_8_image.nii.gz', label: 'spleen_8_label.nii.gz' };

suite('a real CT', function () {
  this.timeout(600_000);
  let site: Site;
  suiteSetup(function () {
    site = openSite();
    if (existsSync(path.join(folder, names.image))) return;
    console.log(`      SKIPPED: there is no ${path.join(folder, names.image)}`);
    this.skip();
  });
  suiteTeardown(() => site.close());

  test('the sample MMAR trains on it and predicts on its grid', async () => {
    const datalist = path.join(scratch('datalist'), 'dataset.json');
    const cases = { training: [names], validation: [names], test: [names.image] };
    writeFileSync(datalist, JSON.stringify({ labels: { 1: 'spleen' }, ...cases }));
    const mmar = await copyMmar({
      environment: { DATA_ROOT: folder, DATASET_JSON: datalist },
    });
    // 32 slices of 5 mm: at 3 mm they are 53, more than the patch of 40
    const set = { epochs: 2, num_interval_per_valid: 2 };
    const run = await submit(site, { purpose: 'train', mmar, set });
    const { curves } = await completed(site, run);
    assert.equal(curves.iteration, 2);
    assert.ok(curves.loss.every(([, loss]) => loss > 0 && loss < 10));
    assert.ok(curves.best !== undefined);
    const child = await submit(site, { purpose: 'infer', mmar, parent: run.record.id });
    await completed(site, child);
    const prediction = path.join(child.folder, 'eval', 'spleen_8_image_seg.nii.gz');
    const image = await readHeader(path.join(folder, names.image), signal);
    const header = await readHeader(prediction, signal);
    assert.deepEqual(header.dims.slice(0, 3), image.dims.slice(0, 3));
    assert.deepEqual(header.affine, image.affine);
    const { values } = await readLabels(prediction, signal);
    assert.ok(values.every(value => value <= 1));
  });
});
