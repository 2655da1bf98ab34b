import assert from 'node:assert/strict';
import {
  chooseRelease,
  compareReleases,
  nearestRelease,
  type ReleaseSources,
} from '../../../../extension/core/config/release.ts';

const shipped = ['1.6.1', '0.5.3', '1.3.2', '0.8.1', '1.5.2'];
const choose = (sources: Partial<ReleaseSources>) => {
  const choice = chooseRelease({ shipped, ...sources });
  return choice && [choice.release, choice.because, choice.wanted];
};

suite('the release that a file is checked against', () => {
  test('of an MMAR: what its dialect runs on', () => {
    const wired = { train: { dataloader: { args: { dataset: '@dataset' } } } };
    assert.deepEqual(choose({ config: {} }), ['0.5.3', 'dialect', '0.5.3']);
    assert.deepEqual(choose({ config: wired }), ['0.8.1', 'dialect', '0.8.1']);
    assert.deepEqual(choose({ config: { CLARA_TRAIN_VERSION: '4.1.0' } }), [
      ...['0.8.1', 'dialect', '0.8.1'],
    ]);
    assert.deepEqual(choose({ config: { CLARA_TRAIN_VERSION: '4.0' } })?.[0], '0.5.3');
    assert.deepEqual(choose({ config: undefined })?.[0], '0.5.3');
    assert.deepEqual(choose({ config: 'nonsense' })?.[0], '0.5.3');
  });

  test('4.1 may say so in environment.json', () => {
    const environment = { CLARA_TRAIN_VERSION: '4.1.0' };
    assert.equal(choose({ config: {}, environment })?.[0], '0.8.1');
    assert.equal(choose({ config: {}, environment: { CLARA_TRAIN_VERSION: 41 } })?.[0], '0.5.3');
    assert.equal(choose({ config: {}, environment: 'nonsense' })?.[0], '0.5.3');
  });

  test('an upgrade to the MONAI of today leaves a mark in environment.json', () => {
    const environment = { MONAI_VERSION: '1.6.1' };
    assert.deepEqual(choose({ config: {}, environment }), ['1.6.1', 'environment', '1.6.1']);
    assert.equal(choose({ config: {}, dialect: '4.1', environment })?.[0], '1.6.1');
    assert.equal(choose({ config: {}, environment: { MONAI_VERSION: 1.6 } })?.[0], '0.5.3');
  });

  test('a file without wiring follows the MMAR that it lies in', () => {
    assert.equal(choose({ config: {}, dialect: '4.1' })?.[0], '0.8.1');
    assert.equal(
      choose({ config: { CLARA_TRAIN_VERSION: '4.1.0' }, dialect: '4.0' })?.[0],
      '0.5.3',
    );
  });

  test('of a bundle: the nearest to its monai_version, else the newest', () => {
    const of = (monai_version: unknown) => choose({ metadata: { monai_version } });
    assert.deepEqual(of('1.3.0'), ['1.3.2', 'metadata', '1.3.0']);
    assert.deepEqual(of('1.4.0')?.[0], '1.5.2');
    assert.deepEqual(of(undefined), ['1.6.1', 'metadata', '1.6.1']);
    assert.deepEqual(of(1.3)?.[0], '1.6.1');
    assert.deepEqual(of('latest')?.[0], '1.6.1');
    assert.deepEqual(choose({ metadata: null })?.[0], '1.6.1');
  });

  test('the engine goes before the file, the setting before all', () => {
    assert.deepEqual(choose({ config: {}, engine: 'monai' }), ['1.6.1', 'engine', '1.6.1']);
    assert.deepEqual(choose({ config: {}, engine: 'clara' })?.[1], 'dialect');
    assert.deepEqual(choose({ config: {}, engine: 'monai', setting: '1.3' }), [
      ...['1.3.2', 'setting', '1.3'],
    ]);
    for (const setting of ['auto', '', 'newest'])
      assert.deepEqual(choose({ config: {}, setting })?.[1], 'dialect', setting);
  });

  test('nothing shipped, nothing chosen', () => {
    assert.equal(chooseRelease({ shipped: [] }), undefined);
  });
});

suite('releases', () => {
  test('are compared as numbers', () => {
    const sorted = ['1.10.0', '1.9.1', '0.9.1', '1.9', '1.9.0', 'v1.2', '1.0.0rc1+7.g12'];
    assert.deepEqual(sorted.toSorted(compareReleases), [
      ...['0.9.1', '1.0.0rc1+7.g12', 'v1.2', '1.9', '1.9.0', '1.9.1', '1.10.0'],
    ]);
    assert.equal(compareReleases('nonsense', '0.0.0'), 0);
  });

  for (const [wanted, nearest] of Object.entries({
    '0.1.0': '0.5.3',
    '0.6.0': '0.5.3',
    '0.7.0': '0.8.1',
    '0.8.0': '0.8.1',
    '0.9.1': '0.8.1',
    '1.0.0': '0.8.1',
    '1.1.0': '1.3.2',
    '1.2.0': '1.3.2',
    '1.3.0': '1.3.2',
    '1.4.0': '1.5.2',
    '1.5.0': '1.5.2',
    '1.6.0': '1.6.1',
    '1.7.0': '1.6.1',
    '2.0.0': '1.6.1',
  }))
    test(`nearest to ${wanted} is ${nearest}`, () => {
      assert.equal(nearestRelease(wanted, shipped), nearest);
    });

  test('of two patches the nearer one', () => {
    assert.equal(nearestRelease('1.5.1', ['1.5.0', '1.5.9']), '1.5.0');
  });
});
