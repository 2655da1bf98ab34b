import '@vscode-elements/elements/dist/vscode-button/index.js';
import { t } from '@vscode/l10n';
import type { RunAction, RunView } from '../protocol/run.ts';
import { element, setText } from '../shared/element.ts';

const actions: readonly (readonly [RunAction, icon: string, name: string])[] = [
  ['resume', 'debug-continue', t('Resume')],
  ['infer', 'beaker', t('Infer')],
  ['cancel', 'debug-stop', t('Cancel')],
  ['openLog', 'output', t('Open log')],
  ['openFolder', 'folder-opened', t('Open folder')],
];

/** What most users want next, where it is offered; the first that is there stands out. */
const foremost: readonly RunAction[] = ['resume', 'infer'];

/** Name and state of the run, and what can be done with it. */
export class Head {
  readonly root: HTMLElement;
  private readonly title = element('h1');
  private readonly subtitle = element('p', { class: 'muted' });
  private readonly badge = element('span', { class: 'badge' });
  private readonly reason = element('span', { class: 'reason' });
  private readonly state = element('p', { class: 'state', role: 'status' });
  private readonly buttons = new Map<RunAction, HTMLElementTagNameMap['vscode-button']>();

  constructor(act: (action: RunAction) => void) {
    this.state.append(this.badge, this.reason);
    const bar = element('div', { class: 'actions', role: 'group', 'aria-label': t('Actions') });
    for (const [action, icon, name] of actions) {
      const button = element('vscode-button', { icon, secondary: '', hidden: '' }, name);
      button.addEventListener('click', () => act(action));
      this.buttons.set(action, button);
      bar.append(button);
    }
    const names = element('div', { class: 'names' }, this.title, this.subtitle);
    this.root = element('header', {}, element('div', { class: 'top' }, names, bar), this.state);
  }

  show(view: RunView): void {
    setText(this.title, view.title);
    setText(this.subtitle, view.subtitle);
    setText(this.badge, view.state);
    this.badge.className = `badge ${mood(view.state)}`;
    setText(this.reason, view.reason);
    this.offer(view.actions);
  }

  private offer(offered: readonly RunAction[]): void {
    const first = foremost.find(action => offered.includes(action));
    const focused = [...this.buttons.values()].find(b => b === document.activeElement);
    for (const [action, button] of this.buttons) {
      button.hidden = !offered.includes(action);
      button.secondary = action !== first;
    }
    // who pressed a button that is gone now goes on from the one beside it, not from the page's start
    if (focused?.hidden) [...this.buttons.values()].find(b => !b.hidden)?.focus();
  }
}

/** Class of the badge; its word says the same. */
function mood(state: RunView['state']): '' | 'good' | 'bad' | 'waiting' {
  switch (state) {
    case 'COMPLETED':
      return 'good';
    case 'RUNNING':
    case 'COMPLETING':
      return '';
    case 'PENDING':
    case 'REQUEUED':
    case 'SUSPENDED':
    case 'CANCELLED':
      return 'waiting';
    default:
      return 'bad';
  }
}
