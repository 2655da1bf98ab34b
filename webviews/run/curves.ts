import '@vscode-elements/elements/dist/vscode-button/index.js';
import { t } from '@vscode/l10n';
import 'uplot/dist/uPlot.min.css';
import type { RunView, Series } from '../protocol/run.ts';
import { element, setText } from '../shared/element.ts';
import { Chart, type ChartDeps } from './chart.ts';
import { wholeSpan, type Span } from './chartData.ts';
import type { Memory } from './memory.ts';
import { onThemeChange } from './palette.ts';

/** The charts, which share one x axis; before there are curves, why there are none. */
export class Curves {
  readonly root = element('section', { class: 'curves', 'aria-label': t('Curves') });
  private readonly empty = element('p', { class: 'muted empty' });
  private readonly whole = element('vscode-button', { secondary: '', icon: 'zoom-out' });
  private readonly charts: readonly [loss: Chart, metrics: Chart];
  private view: RunView | undefined;
  private zoom: Span | undefined;

  constructor(private readonly memory: Memory) {
    this.charts = [
      new Chart(this.depsOf(t('Loss'), series => series.kind !== 'lr')),
      new Chart(this.depsOf(t('Metrics'), () => true)),
    ];
    this.whole.textContent = t('Show the whole run');
    this.whole.hidden = true;
    this.whole.addEventListener('click', () => this.setZoom(undefined));
    const grid = element('div', { class: 'charts' }, ...this.charts.map(({ root }) => root));
    this.root.append(this.empty, grid, this.whole);
    onThemeChange(() => this.charts.forEach(chart => chart.redraw()));
  }

  private depsOf(title: string, isShownAtFirst: (series: Series) => boolean): ChartDeps {
    return {
      title,
      isShown: series => this.memory.value.shown[series.name] ?? isShownAtFirst(series),
      remember: (name, isShown) =>
        this.memory.change({ shown: { ...this.memory.value.shown, [name]: isShown } }),
      zoom: span => this.setZoom(span),
    };
  }

  show(view: RunView): void {
    this.view = view;
    const series = view.series.filter(({ points }) => points.length > 0);
    const isEmpty = series.length === 0;
    // an inference has no curves at any time: nothing is missing
    this.root.hidden = isEmpty && view.progress.unit !== 'epoch';
    this.empty.hidden = !isEmpty;
    setText(this.empty, isEmpty ? whyEmpty(view) : '');
    this.draw(series);
  }

  private draw(series: readonly Series[]): void {
    const whole = wholeSpan(series);
    const best = this.view?.progress.metric;
    const of = (isOf: (kind: Series['kind']) => boolean): readonly Series[] =>
      series.filter(({ kind }) => isOf(kind));
    const [loss, metrics] = this.charts;
    const shared = { span: this.zoom ?? whole, whole };
    loss.show({ ...shared, series: of(kind => kind !== 'metric'), best: undefined });
    metrics.show({ ...shared, series: of(kind => kind === 'metric'), best });
  }

  private setZoom(span: Span | undefined): void {
    this.zoom = span;
    if (!span && document.activeElement === this.whole)
      this.root.querySelector<HTMLElement>('.plot')?.focus();
    this.whole.hidden = !span;
    if (this.view) this.show(this.view);
  }
}

function whyEmpty({ state }: RunView): string {
  switch (state) {
    case 'PENDING':
    case 'REQUEUED':
      return t('The curves begin when the job runs.');
    case 'RUNNING':
    case 'COMPLETING':
    case 'SUSPENDED':
      return t('No curve yet: the first point comes with the first iterations.');
    default:
      return t('There are no curves: the run ended before its first iteration.');
  }
}
