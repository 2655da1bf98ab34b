import { t } from '@vscode/l10n';
import type { Series } from '../protocol/run.ts';
import { element, setText } from '../shared/element.ts';
import { lookOf } from './palette.ts';
import { amount } from './words.ts';

interface Key {
  readonly name: string;
  readonly button: HTMLButtonElement;
  readonly value: HTMLElement;
}

/** Names and values of the curves; a name shows or hides its curve. */
export class Legend {
  readonly root = element('div', { class: 'legend', role: 'group', 'aria-label': t('Curves') });
  private readonly at = element('span', { class: 'muted at' });
  private keys: readonly Key[] = [];

  constructor(private readonly toggle: (index: number) => void) {
    this.root.append(this.at);
  }

  /** Other curves than before. What is the same stays: one of the names may have the focus. */
  rebuild(series: readonly Series[]): void {
    const isSame = series.map(({ name }, i) => this.keys[i]?.name === name);
    const same = [...isSame, false].indexOf(false);
    for (const { button } of this.keys.slice(same)) button.remove();
    const made = series.slice(same).map(({ name }, i) => this.makeKey(name, same + i));
    this.root.append(...made.map(({ button }) => button));
    this.keys = [...this.keys.slice(0, same), ...made];
  }

  private makeKey(name: string, index: number): Key {
    const look = lookOf(index);
    const line = element('span', { class: `line ${look.dash}`, 'aria-hidden': 'true' });
    line.style.borderColor = look.css;
    const hidden = element('span', { class: 'codicon codicon-eye-closed', 'aria-hidden': 'true' });
    const value = element('span', { class: 'value' });
    const button = element(
      'button',
      { type: 'button', class: 'key' },
      line,
      hidden,
      element('span', { class: 'name' }, name),
      value,
    );
    button.addEventListener('click', () => this.toggle(index));
    return { name, button, value };
  }

  setShown(index: number, isShown: boolean): void {
    const button = this.keys[index]?.button;
    button?.setAttribute('aria-pressed', String(isShown));
    if (button) button.title = isShown ? t('Hide this curve') : t('Show this curve');
  }

  /** Values of the curves where the cursor is, or their newest ones. */
  setValues(values: readonly (number | undefined)[], epoch: number | undefined): void {
    setText(this.at, epoch === undefined ? '' : atEpoch(epoch));
    this.keys.forEach(({ value }, i) => {
      const number = values[i];
      setText(value, number === undefined ? '' : amount(number));
    });
  }
}

export const atEpoch = (epoch: number): string => t('epoch {0}', Number(epoch.toFixed(2)));
