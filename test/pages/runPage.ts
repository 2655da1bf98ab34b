import type { Locator, Page } from 'playwright-core';
import type { RunHost, RunPage, RunView } from '../../webviews/protocol/run.ts';
import { until } from './look.ts';
import { openPage, type OpenedPage, type OpenOptions } from './page.ts';

export interface Opened extends OpenedPage<RunPage> {
  /** What the page asked for, in order. */
  readonly asked: string[];
}

export async function openRun(
  view: RunView,
  options: Partial<OpenOptions<RunHost>> = {},
): Promise<Opened> {
  const asked: string[] = [];
  const host: RunHost = {
    ready: async () => view,
    act: action => void asked.push(action),
    openLog: line => void asked.push(`log ${line}`),
  };
  const opened = await openPage<RunHost, RunPage>({ name: 'run', host, ...options });
  await until(() => opened.page.getByRole('heading', { level: 1 }).isVisible(), 'shown');
  return { ...opened, asked };
}

export const facts = (page: Page): Promise<Record<string, string>> =>
  page.evaluate<Record<string, string>>(
    `Object.fromEntries([...document.querySelectorAll('.facts > div:not([hidden])')].map(fact => [...fact.children].map(each => each.textContent)))`,
  );

/** Pixels of a chart that are close to a colour of the theme. */
export function pixels(page: Page, chart: 'Loss' | 'Metrics', colour: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const chart = [...document.querySelectorAll('.chart')].find(c => c.querySelector('h2').textContent === '${chart}');
    const canvas = chart.querySelector('canvas');
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = getComputedStyle(document.body).getPropertyValue('--vscode-${colour}');
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] > 128 && Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 30) count++;
    return count;
  })()`);
}

export const key = (page: Page, name: string): Locator => page.locator('.key', { hasText: name });
export const lines = (page: Page): Promise<string[]> => page.locator('.lines > *').allInnerTexts();
export const scroller = (page: Page): Locator => page.locator('.scroller');
/** Pixels between what is seen of the log and its end. */
export const toEnd = (page: Page): Promise<number> =>
  page.evaluate<number>(
    `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.scroller'))`,
  );
export const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('');

/** Evaluates an expression about the first element of a selector, which it calls `node`. */
export const ask = <T>(page: Page, selector: string, expression: string): Promise<T> =>
  page.evaluate<T>(`(node => ${expression})(document.querySelector(${JSON.stringify(selector)}))`);
