import type { Point } from './progress.ts';

/** More than a chart has columns, and little enough to be sent every second over a slow line. */
const mostPoints = 4000;

/**
 * A curve of at most `most` points that looks like the whole one: of each group of neighbours the lowest and the highest
 * stay, and the first and last of all. Groups double in size as a curve grows and do not move otherwise, so a live
 * curve does not flicker.
 */
export function thin(points: readonly Point[], most = mostPoints): readonly Point[] {
  if (points.length <= most) return points;
  let size = 2;
  while (2 * Math.ceil(points.length / size) + 2 > most) size *= 2;
  const kept = new Set([0, points.length - 1]);
  for (let start = 0; start < points.length; start += size)
    for (const index of extremes(points, start, Math.min(points.length, start + size)))
      kept.add(index);
  return points.filter((_, index) => kept.has(index));
}

function extremes(points: readonly Point[], start: number, end: number): [number, number] {
  const y = (index: number): number => points[index]?.[1] ?? 0;
  let low = start;
  let high = start;
  for (let i = start; i < end; i++) {
    if (y(i) < y(low)) low = i;
    if (y(i) > y(high)) high = i;
  }
  return [low, high];
}
