import { t } from '@vscode/l10n';
import type uPlot from 'uplot';
import type { Series } from '../protocol/run.ts';
import type { ChartView } from './chart.ts';
import { scaleOf, type Span } from './chartData.ts';
import { dashOf, gridColour, lookOf, textColour } from './palette.ts';

// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- Side.Right: a const enum of a .d.ts, gone once bundled
const rightSide = 1 as uPlot.Axis.Side;

/** CSS pixels, with the axis. */
export const chartHeight = 200;

export interface PlotDeps {
  readonly width: number;
  isShown(series: Series): boolean;
  span(): Span;
  isZoomed(): boolean;
  best(): ChartView['best'];
  onCursor(): void;
  onSelect(span: Span): void;
}

/** How uPlot draws these curves. What may change later is asked for at each drawing. */
export function plotOptions(series: readonly Series[], deps: PlotDeps): uPlot.Options {
  return {
    width: deps.width,
    height: chartHeight,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    scales: scales(deps),
    axes: axes(series),
    series: [{}, ...series.map((s, i) => curve(s, i, deps))],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      sync: { key: 'run', scales: ['x', null] },
      points: { size: 7 },
      bind: { dblclick: () => () => null }, // else it would lose the common span
    },
    hooks: {
      setCursor: [() => deps.onCursor()],
      setSelect: [plot => select(plot, deps)],
      draw: [plot => ringBest(plot, series, deps)],
    },
  };
}

const scales = ({ span, isZoomed }: PlotDeps): uPlot.Scales => ({
  x: { time: false, range: () => [...span()] },
  loss: { auto: true },
  lr: { auto: true },
  score: { range: (_, low, high) => (isZoomed() ? closeUp(low ?? 0, high ?? 1) : [0, 1]) },
  other: { auto: true },
});

/** A score near 1 moves by little: who looks closer wants to see that. */
function closeUp(low: number, high: number): [number, number] {
  const margin = Math.max(0.005, (high - low) / 10);
  return [Math.max(0, low - margin), Math.min(1, high + margin)];
}

function curve(series: Series, index: number, { isShown }: PlotDeps): uPlot.Series {
  const look = lookOf(index);
  return {
    label: series.name,
    scale: scaleOf(series),
    show: isShown(series),
    spanGaps: true,
    width: 1.75,
    stroke: look.colour,
    dash: dashOf[look.dash],
    points: { size: 5, fill: look.colour, stroke: look.colour, dash: [] },
  };
}

function axes(series: readonly Series[]): uPlot.Axis[] {
  const { fontFamily } = getComputedStyle(document.body);
  const font = `11px ${fontFamily}`;
  const look: uPlot.Axis = {
    font,
    labelFont: font,
    stroke: textColour,
    grid: { stroke: gridColour, width: 1 },
    ticks: { stroke: gridColour, width: 1, size: 4 },
  };
  const used = new Set(series.map(scaleOf));
  const left = (['loss', 'score'] as const).filter(scale => used.has(scale));
  const right = (['lr', 'other'] as const).filter(scale => used.has(scale));
  return [
    { ...look, label: t('Epoch'), labelSize: 16, labelGap: 0, size: 26, space: 60 },
    ...left.map(scale => ({ ...look, scale, size: 52, values: ticks })),
    ...right.map(scale => ({ ...look, scale, side: rightSide, size: 52, values: ticks, grid: {} })),
  ];
}

/** `1e-4` rather than `0.0001`, and no digits that the step does not need. */
const ticks = (_plot: uPlot, splits: number[]): string[] =>
  splits.map(value => {
    const size = Math.abs(value);
    return size > 0 && (size < 1e-3 || size >= 1e5)
      ? value.toExponential().replace(/(\.\d{2})\d+e/, '$1e')
      : String(Number(value.toPrecision(6)));
  });

function select(plot: uPlot, { onSelect }: PlotDeps): void {
  const { left, width } = plot.select;
  if (width < 8) return; // a click that slipped
  const from = plot.posToVal(left, 'x');
  const to = plot.posToVal(left + width, 'x');
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onSelect([from, to]);
}

/** A ring around the best value of the key metric: the epoch whose model is kept. */
function ringBest(plot: uPlot, series: readonly Series[], { best }: PlotDeps): void {
  const found = best();
  const index = series.findIndex(s => s.kind === 'metric' && s.name === found?.name);
  const drawn = plot.series[index + 1];
  const { min = 0, max = 0 } = plot.scales['x'] ?? {};
  if (!found || index < 0 || !drawn?.show || found.bestEpoch < min || found.bestEpoch > max) return;
  const x = plot.valToPos(found.bestEpoch, 'x', true);
  const y = plot.valToPos(found.best, drawn.scale ?? 'score', true);
  const { ctx } = plot;
  ctx.save();
  ctx.setLineDash([]);
  ctx.strokeStyle = lookOf(index).colour();
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.beginPath();
  ctx.arc(x, y, 6 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.restore();
}
