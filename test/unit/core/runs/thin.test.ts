import assert from 'node:assert/strict';
import type { Point } from '../../../../extension/core/runs/progress.ts';
import { thin } from '../../../../extension/core/runs/thin.ts';

const wave = (count: number): Point[] =>
  Array.from({ length: count }, (_, i): Point => [
    i / 100,
    Math.sin(i / 50) + ((i * 7919) % 13) / 20,
  ]);

suite('thin curves', () => {
  test('a short curve stays as it is', () => {
    const points = wave(4000);
    assert.equal(thin(points), points);
  });

  test('a long one keeps its ends, its extremes and its order', () => {
    const points = wave(172_801);
    points[99_999] = [999.99, 7]; // a spike that every second point would miss
    const kept = thin(points);
    assert.ok(kept.length <= 4000 && kept.length > 1000, `${kept.length}`);
    assert.deepEqual(kept[0], points[0]);
    assert.deepEqual(kept.at(-1), points.at(-1));
    assert.ok(kept.some(([, y]) => y === 7));
    assert.ok(kept.every(([x], i) => i === 0 || (kept[i - 1]?.[0] ?? 0) < x));
  });

  test('what was kept stays kept while the curve grows', () => {
    const before = thin(wave(5000), 2000).slice(0, -2);
    const after = new Set(thin(wave(5400), 2000).map(([x]) => x));
    assert.deepEqual(
      before.filter(([x]) => !after.has(x)),
      [],
    );
  });
});
