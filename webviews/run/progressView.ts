import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { t } from '@vscode/l10n';
import type { RunProgress, RunView } from '../protocol/run.ts';
import { element, setText } from '../shared/element.ts';
import { amount, duration } from './words.ts';

interface Fact {
  readonly name: HTMLElement;
  readonly value: HTMLElement;
  readonly root: HTMLElement;
}

/** How far the run is, in a bar and in numbers. */
export class ProgressView {
  readonly root: HTMLElement;
  private readonly bar = element('vscode-progress-bar', { 'aria-label': t('Progress') });
  private readonly percent = element('span', { class: 'percent', 'aria-hidden': 'true' });
  private readonly barRow = element('div', { class: 'bar' }, this.bar, this.percent);
  private readonly list = element('dl', { class: 'facts' });
  private readonly facts: Fact[] = [];

  constructor() {
    this.root = element('section', { class: 'progress', 'aria-label': t('Progress') });
    this.root.append(this.barRow, this.list);
  }

  show({ state, progress }: RunView): void {
    const { fraction } = progress;
    const isStarting = fraction === 0 && (state === 'RUNNING' || state === 'COMPLETING');
    this.barRow.hidden = fraction === 0 && !isStarting;
    this.bar.indeterminate = isStarting;
    this.bar.value = 100 * fraction;
    // 99.6 % is not done
    setText(this.percent, isStarting ? t('starting') : t('{0} %', Math.floor(100 * fraction)));
    this.tell(factsOf(progress));
    this.root.hidden = this.barRow.hidden && this.list.hidden;
  }

  private tell(told: readonly (readonly [name: string, value: string])[]): void {
    this.list.hidden = told.length === 0;
    while (this.facts.length < told.length) this.facts.push(this.makeFact());
    this.facts.forEach(({ name, value, root }, i) => {
      root.hidden = i >= told.length;
      setText(name, told[i]?.[0] ?? '');
      setText(value, told[i]?.[1] ?? '');
    });
  }

  private makeFact(): Fact {
    const name = element('dt');
    const value = element('dd');
    const root = element('div', {}, name, value);
    this.list.append(root);
    return { name, value, root };
  }
}

function factsOf(progress: RunProgress): (readonly [name: string, value: string])[] {
  const { unit, epoch, epochs, loss, metric, elapsed, remaining } = progress;
  const facts: (readonly [string, string])[] = [];
  if (epochs > 0) facts.push([unitName(unit), t('{0} of {1}', epoch, epochs)]);
  if (loss !== undefined) facts.push([t('Loss'), amount(loss)]);
  if (metric) {
    facts.push([metric.name, amount(metric.value)]);
    facts.push([t('Best'), t('{0} at epoch {1}', amount(metric.best), metric.bestEpoch)]);
  }
  if (elapsed !== undefined) facts.push([t('Elapsed'), duration(elapsed)]);
  if (remaining !== undefined) facts.push([t('Remaining'), t('about {0}', duration(remaining))]);
  return facts;
}

function unitName(unit: RunProgress['unit']): string {
  const names = { epoch: t('Epoch'), case: t('Case'), stage: t('Stage') };
  return names[unit];
}
