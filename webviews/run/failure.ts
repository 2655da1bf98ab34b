import '@vscode-elements/elements/dist/vscode-button/index.js';
import { t } from '@vscode/l10n';
import type { RunFailure } from '../protocol/run.ts';
import { element } from '../shared/element.ts';
import { plain } from './logText.ts';

/** Why the run failed: what happened, the evidence, and what to do. */
export class FailureView {
  readonly root = element('div', { role: 'alert', class: 'alert', hidden: '' });
  private shown = '';

  constructor(private readonly openLog: (line: number) => void) {}

  show(failure: RunFailure | undefined): void {
    const wanted = JSON.stringify(failure ?? '');
    if (wanted === this.shown) return; // an alert that is put in again is read out again
    this.shown = wanted;
    this.root.hidden = !failure;
    this.root.replaceChildren(...(failure ? this.parts(failure) : []));
  }

  private parts({ title, detail, next, logLine }: RunFailure): Node[] {
    const evidence = detail.split('\n').map(plain).join('\n');
    const button = element('vscode-button', { secondary: '', icon: 'go-to-file' });
    button.textContent = t('Show in the log');
    if (logLine !== undefined) button.addEventListener('click', () => this.openLog(logLine));
    return [
      element('h2', {}, title),
      ...(evidence.trim() ? [evidenceBlock(evidence)] : []),
      element('p', { class: 'next' }, next),
      ...(logLine === undefined ? [] : [button]),
    ];
  }
}

/** Long evidence scrolls, so the keyboard must reach it. */
const evidenceBlock = (text: string): HTMLElement =>
  element('pre', { tabindex: '0', 'aria-label': t('Evidence') }, text);
