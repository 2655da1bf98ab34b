import assert from 'node:assert/strict';
import { dialectOf } from '../../../../extension/core/mmar/dialect.ts';
import * as good from '../config/goodConfigs.ts';

test('dialectOf: by the wiring, then by the version', () => {
  assert.equal(dialectOf(JSON.parse(good.train41)), '4.1');
  assert.equal(dialectOf(JSON.parse(good.train40)), '4.0');
  assert.equal(
    dialectOf({ train: { dataset: { args: { transform: '@pre_transforms' } } } }),
    '4.1',
  );
  assert.equal(dialectOf({ CLARA_TRAIN_VERSION: '4.1.0' }), '4.1');
  assert.equal(dialectOf({ CLARA_TRAIN_VERSION: '4.0' }), '4.0');
  for (const value of [undefined, null, 3, [], 'x']) assert.equal(dialectOf(value), '4.0');
});
