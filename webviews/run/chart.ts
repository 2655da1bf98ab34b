import { t } from '@vscode/l10n';
import uPlot from 'uplot';
import type { RunProgress, Series } from '../protocol/run.ts';
import { element } from '../shared/element.ts';
import { align, fingerprint, scaleOf, zoomed, type Span } from './chartData.ts';
import { chartHeight, plotOptions } from './chartOptions.ts';
import { atEpoch, Legend } from './legend.ts';
import { amount } from './words.ts';

export interface ChartDeps {
  readonly title: string;
  isShown(series: Series): boolean;
  remember(name: string, isShown: boolean): void;
  /** Shows a part of the run, in all charts; undefined: the whole run. */
  zoom(span: Span | undefined): void;
}

export interface ChartView {
  readonly series: readonly Series[];
  readonly span: Span;
  readonly whole: Span;
  readonly best:
    Pick<NonNullable<RunProgress['metric']>, 'name' | 'best' | 'bestEpoch'> | undefined;
}

/** One chart with its legend. It is built anew only when there are other curves, not when they grow. */
export class Chart {
  readonly root: HTMLElement;
  private readonly box = element('div', { class: 'plot', role: 'group', tabindex: '0' });
  private readonly said = element('p', { class: 'visually-hidden', role: 'status' });
  private readonly legend = new Legend(index => this.toggle(index));
  private plot: uPlot | undefined;
  private view: ChartView = { series: [], span: [0, 1], whole: [0, 1], best: undefined };
  private shape = '';
  private drawn = '';

  constructor(private readonly deps: ChartDeps) {
    this.root = element(
      'section',
      { class: 'chart' },
      element('div', { class: 'chart-head' }, element('h2', {}, deps.title), this.legend.root),
      this.box,
      this.said,
    );
    this.box.addEventListener('keydown', event => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (this.press(event.key)) event.preventDefault();
    });
    new ResizeObserver(() => this.fit()).observe(this.box);
  }

  show(view: ChartView): void {
    this.view = view;
    this.root.hidden = view.series.length === 0;
    if (this.root.hidden) return;
    const shape = JSON.stringify(view.series.map(s => [s.name, scaleOf(s)]));
    const drawn = fingerprint(view.series) + JSON.stringify([view.span, view.best]);
    if (shape !== this.shape) this.build();
    else if (drawn !== this.drawn) this.feed();
    this.shape = shape;
    this.drawn = drawn;
    this.box.setAttribute('aria-label', this.summary());
    this.tell();
  }

  /** After the theme changed. */
  redraw(): void {
    this.plot?.redraw(false, true);
  }

  private build(): void {
    this.plot?.destroy();
    const { series } = this.view;
    const options = plotOptions(series, {
      width: Math.max(100, this.box.clientWidth),
      isShown: s => this.deps.isShown(s),
      span: () => this.view.span,
      isZoomed: () => this.view.span !== this.view.whole,
      best: () => this.view.best,
      onCursor: () => this.tell(),
      onSelect: span => this.deps.zoom(span),
    });
    this.legend.rebuild(series);
    series.forEach((s, i) => this.legend.setShown(i, this.deps.isShown(s)));
    this.plot = new uPlot(options, align(series), this.box);
  }

  /** New values of the same curves. */
  private feed(): void {
    const { plot } = this;
    if (!plot) return;
    plot.setData(align(this.view.series));
    const { left = -1, top = 0 } = plot.cursor;
    if (left >= 0) plot.setCursor({ left, top }); // its places in the old table mean nothing in the new one
  }

  private fit(): void {
    const width = this.box.clientWidth;
    if (this.plot && width > 0 && width !== this.plot.width)
      this.plot.setSize({ width, height: chartHeight });
  }

  private toggle(index: number): void {
    const series = this.view.series[index];
    if (!series) return;
    const isShown = !this.deps.isShown(series);
    this.deps.remember(series.name, isShown);
    this.legend.setShown(index, isShown);
    this.plot?.setSeries(index + 1, { show: isShown });
  }

  /** Values into the legend: those under the cursor, else the newest. */
  private tell(): void {
    const { plot } = this;
    const { idx, idxs } = plot?.cursor ?? {};
    const under = this.view.series.map((s, i) => {
      const at = idx == null ? undefined : idxs?.[i + 1];
      return at == null ? s.points.at(-1)?.[1] : (plot?.data[i + 1]?.[at] ?? undefined);
    });
    this.legend.setValues(under, idx == null ? undefined : plot?.data[0][idx]);
  }

  /** Arrows read the curves, plus and minus zoom; false: another key. */
  private press(key: string): boolean {
    const { span, whole } = this.view;
    const x = this.plot?.data[0] ?? [];
    const at = this.plot?.cursor.idx;
    const around = at == null ? span[1] : (x[at] ?? span[1]);
    const inView = x.filter(value => value >= span[0] && value <= span[1]).length;
    const step = Math.max(1, Math.round(inView / 100)); // a long run is crossed in a hundred steps
    if (key === 'ArrowLeft') this.read(at == null ? x.length - 1 : at - step);
    else if (key === 'ArrowRight') this.read(at == null ? 0 : at + step);
    else if (key === 'Home') this.read(0);
    else if (key === 'End') this.read(x.length - 1);
    else if (key === '+') this.deps.zoom(zoomed(span, whole, 0.5, around));
    else if (key === '-') this.deps.zoom(zoomed(span, whole, 2, around));
    else if (key === 'Escape' || key === '0') this.deps.zoom(undefined);
    else return false;
    return true;
  }

  /** Puts the cursor on a place of the table and says what is there. */
  private read(index: number): void {
    const { plot } = this;
    const x = plot?.data[0] ?? [];
    const [from, to] = this.view.span;
    const place = Math.min(to, Math.max(from, x[Math.min(x.length - 1, Math.max(0, index))] ?? 0));
    if (!plot) return;
    plot.setCursor({ left: plot.valToPos(place, 'x'), top: plot.over.clientHeight / 2 });
    this.said.textContent = this.legend.root.innerText.replace(/\s+/g, ' ');
  }

  private summary(): string {
    const parts = this.view.series.map(({ name, points }) =>
      t('{0} {1}', name, amount(points.at(-1)?.[1] ?? 0)),
    );
    const keys = t('Arrow keys read the curves, plus and minus zoom, Escape shows the whole run.');
    return `${this.deps.title}, ${atEpoch(this.view.whole[1])}: ${parts.join(', ')}. ${keys}`;
  }
}
