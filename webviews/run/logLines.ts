import { element, setText } from '../shared/element.ts';
import { kindOf, type LineKind } from './logKinds.ts';
import { nothing, shown, takeLog, type Unfinished } from './logText.ts';

/** Lines that the page keeps; all of them are in the log itself. */
export const keptLines = 10_000;

/** The newest lines of the log as elements, and the last one while more may come of it. */
export class LogLines {
  readonly root = element('div', { class: 'lines' });
  private open: HTMLElement | undefined;
  private rest: Unfinished = nothing;
  private inTrace = false;
  private finished = 0;

  /** Lines since the log's start. */
  get total(): number {
    return this.finished + (this.open ? 1 : 0);
  }

  get kept(): number {
    return this.root.childElementCount;
  }

  append(text: string): void {
    const { lines, rest } = takeLog(this.rest, text);
    this.rest = rest;
    this.finished += lines.length;
    this.add(lines);
    this.showOpen(shown(rest));
    for (let i = this.kept - keptLines; i > 0; i--) this.root.firstElementChild?.remove();
  }

  clear(): void {
    this.root.replaceChildren();
    this.open = undefined;
    this.rest = nothing;
    this.inTrace = false;
    this.finished = 0;
  }

  /** The element of a line, counted from the log's start; undefined when it is not here (any more, or yet). */
  at(line: number): HTMLElement | undefined {
    return this.root.children[line - (this.total - this.kept)] as HTMLElement | undefined;
  }

  /** Number of the line at so many pixels from the top. */
  lineAt(top: number): number {
    const { children } = this.root;
    let low = 0;
    for (let high = children.length - 1; low < high;) {
      const middle = (low + high) >> 1;
      const line = children[middle] as HTMLElement;
      if (line.offsetTop + line.offsetHeight > top) high = middle;
      else low = middle + 1;
    }
    return this.total - this.kept + low;
  }

  private add(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.open?.remove();
    this.open = undefined;
    const made = document.createDocumentFragment();
    lines.forEach((text, i) => {
      const { kind, inTrace } = kindOf(text, this.inTrace);
      this.inTrace = inTrace;
      if (i >= lines.length - keptLines) made.append(element('div', { class: kind }, text));
    });
    this.root.append(made);
  }

  private showOpen(text: string): void {
    if (text === '') {
      this.open?.remove();
      this.open = undefined;
      return;
    }
    if (!this.open) this.root.append((this.open = element('div')));
    const kind: LineKind = kindOf(text, this.inTrace).kind;
    this.open.className = kind;
    setText(this.open, text);
  }
}
