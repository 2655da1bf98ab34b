import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { t } from '@vscode/l10n';
import type { RunView } from '../protocol/run.ts';
import { element, setText } from '../shared/element.ts';
import { LogLines } from './logLines.ts';
import type { Memory } from './memory.ts';

/** Pixels from the end that still count as being there. */
const nearEnd = 24;

/** The log, live. Its end stays in view until the user scrolls up. */
export class LogView {
  readonly root: HTMLElement;
  private readonly lines = new LogLines();
  private readonly empty = element('p', { class: 'muted empty' });
  private readonly count = element('span', { class: 'muted' });
  private readonly followWord = element('span', {}, t('Follow'));
  private readonly follow = element(
    'vscode-toolbar-button',
    { toggleable: '', checked: '', icon: 'fold-down', title: t('Keep the end of the log in view') },
    this.followWord,
  );
  private readonly scroller = element(
    'div',
    { class: 'scroller', role: 'log', 'aria-live': 'off', 'aria-label': t('Log'), tabindex: '0' },
    this.empty,
    this.lines.root,
  );
  /** The extension has read the log at least once, and be it empty. */
  private isTold = false;
  private view: RunView | undefined;
  private following = true;
  /** Lines that came while the user read further up. */
  private unseen = 0;
  private lastTop = 0;
  /** Line that was read when the page was last in sight: shown as soon as it is there. */
  private wanted: number | undefined;

  constructor(private readonly memory: Memory) {
    const spacer = element('span', { class: 'spacer' });
    const title = element('h2', {}, t('Log'));
    const head = element('div', { class: 'log-head' }, title, this.count, spacer, this.follow);
    this.root = element('section', { class: 'log', 'aria-label': t('Log') }, head, this.scroller);
    this.listen();
    this.wanted = memory.value.logLine;
    if (this.wanted !== undefined) this.leaveEnd();
  }

  private listen(): void {
    const { scroller } = this;
    this.follow.addEventListener('change', () =>
      this.follow.checked ? this.followEnd() : this.leaveEnd(),
    );
    scroller.addEventListener('scroll', () => this.scrolled());
    scroller.addEventListener('scrollend', () => this.rememberPlace());
    for (const kind of ['wheel', 'pointerdown', 'keydown'])
      scroller.addEventListener(kind, () => (this.wanted = undefined), { passive: true });
    new ResizeObserver(() => this.toEnd()).observe(scroller);
  }

  /** Says why there is nothing, where there is nothing. */
  describe(view: RunView): void {
    this.view = view;
    setText(this.empty, whyEmpty(view, this.isTold));
  }

  append(text: string, reset: boolean): void {
    this.isTold = true;
    if (reset) this.lines.clear();
    const before = this.lines.total;
    this.lines.append(text);
    const { total } = this.lines;
    this.empty.hidden = total > 0;
    if (this.view) this.describe(this.view);
    this.unseen = this.following || reset ? 0 : this.unseen + total - before;
    this.tellCount();
    this.toWanted();
    this.toEnd();
  }

  private tellCount(): void {
    const { kept, total } = this.lines;
    const all = total === 1 ? t('1 line') : t('{0} lines', total.toLocaleString());
    const end = t('the last {0} of {1} lines', kept.toLocaleString(), total.toLocaleString());
    setText(this.count, total === 0 ? '' : kept < total ? end : all);
    setText(
      this.followWord,
      this.unseen === 0 ? t('Follow') : t('Follow ({0} new)', this.unseen.toLocaleString()),
    );
  }

  private followEnd(): void {
    this.following = this.follow.checked = true;
    this.unseen = 0;
    this.wanted = undefined;
    this.memory.change({ logLine: undefined });
    this.tellCount();
    this.toEnd();
  }

  private leaveEnd(): void {
    this.following = this.follow.checked = false;
  }

  /** Only the user's way up ends the following: lines that go at the top move the place too. */
  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const isUp = scrollTop < this.lastTop;
    const isDown = scrollTop > this.lastTop;
    this.lastTop = scrollTop;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
    if (this.following && isUp && !isAtEnd) this.leaveEnd();
    else if (!this.following && isDown && isAtEnd && this.wanted === undefined) this.followEnd();
  }

  private toEnd(): void {
    if (this.following) this.scroller.scrollTop = this.scroller.scrollHeight;
    this.lastTop = this.scroller.scrollTop;
  }

  private toWanted(): void {
    const line = this.wanted === undefined ? undefined : this.lines.at(this.wanted);
    if (!line) return;
    this.scroller.scrollTop = line.offsetTop;
    this.wanted = undefined;
  }

  private rememberPlace(): void {
    if (this.following || this.wanted !== undefined) return;
    this.memory.change({ logLine: this.lines.lineAt(this.scroller.scrollTop) });
  }
}

function whyEmpty({ state }: RunView, isTold: boolean): string {
  if (state === 'PENDING' || state === 'REQUEUED') return t('The log begins when the job runs.');
  if (!isTold) return t('Reading the log...');
  return isRunning(state) ? t('The job has written nothing yet.') : t('The job wrote nothing.');
}

const isRunning = (state: RunView['state']): boolean =>
  state === 'RUNNING' || state === 'COMPLETING' || state === 'SUSPENDED';
