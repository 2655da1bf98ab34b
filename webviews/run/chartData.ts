import uPlot from 'uplot';
import type { Series } from '../protocol/run.ts';

/** Part of the x axis, in epochs. */
export type Span = readonly [from: number, to: number];

/** One table for uPlot: all x that any curve has; a curve is undefined where it has no value of its own. */
export function align(series: readonly Series[]): uPlot.AlignedData {
  const tables = series.map(({ points }): uPlot.AlignedData => [
    points.map(([x]) => x),
    points.map(([, y]) => y),
  ]);
  return tables.length === 0 ? [[]] : uPlot.join(tables);
}

/** Changes whenever the curves do; costs nothing however long they are. */
export const fingerprint = (series: readonly Series[]): string =>
  JSON.stringify(series.map(({ points }) => [points.length, points[0], points.at(-1)]));

/** Axis that a curve is measured by: learning rates, scores of 0 to 1, and what fits neither (distances in mm). */
export function scaleOf({ kind, points }: Series): 'loss' | 'lr' | 'score' | 'other' {
  if (kind !== 'metric') return kind;
  return points.every(([, y]) => y >= 0 && y <= 1) ? 'score' : 'other';
}

/** From the start of the run to its newest point. */
export function wholeSpan(series: readonly Series[]): Span {
  const end = Math.max(0, ...series.map(({ points }) => points.at(-1)?.[0] ?? 0));
  return [0, end > 0 ? end : 1];
}

/** Half or double of a span around a place in it, within the whole. */
export function zoomed(span: Span, whole: Span, factor: number, around: number): Span | undefined {
  const [from, to] = span.map(edge => around + (edge - around) * factor) as [number, number];
  const all = whole[1] - whole[0];
  if (to - from >= all) return undefined;
  if (to - from < all / 1000) return span;
  return [Math.max(whole[0], from), Math.min(whole[1], to)];
}
