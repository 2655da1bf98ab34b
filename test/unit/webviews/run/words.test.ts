import assert from 'node:assert/strict';
import { amount, duration } from '../../../../webviews/run/words.ts';

suite('numbers of the run page', () => {
  const amounts: [number, string][] = [
    [0, '0'],
    [0.23124, '0.2312'],
    [1, '1.000'],
    [1e-4, '1e-4'],
    [0.00012345, '1.23e-4'],
    [-0.5, '-0.5000'],
    [10_000, '10000'],
    [12_345.6, '12346'],
    [123_456, '1.23e+5'],
  ];
  for (const [value, words] of amounts) test(words, () => assert.equal(amount(value), words));

  const durations: [number, string][] = [
    [0, '0 s'],
    [59.6, '1 min 00 s'],
    [754, '12 min 34 s'],
    [11_220, '3 h 07 min'],
    [200_000, '2 d 7 h'],
  ];
  for (const [seconds, words] of durations)
    test(words, () => assert.equal(duration(seconds), words));
});
