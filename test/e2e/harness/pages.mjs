// What a test reads of the workbench's own pages and views.
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './workbench.mjs';

/** Elements of the page that is seen; of several webviews at a time, those of the last one. */
export function inPage(page, selector) {
  const outer = page.locator('iframe.webview.ready').last().contentFrame();
  return outer.locator('iframe#active-frame').contentFrame().locator(selector);
}

/** State that the run page tells, in Slurm's words; '' while there is no such page. */
export const runState = page =>
  inPage(page, 'header .badge')
    .first()
    .innerText({ timeout: 500 })
    .catch(() => '');

/** Waits until the run page tells one of these states; another end is an error with what the page says. */
export async function untilState(page, wanted, timeout, title = '') {
  for (const end = Date.now() + timeout; ; await sleep(250)) {
    const state = await runState(page);
    const shown = await titleOf(page);
    if (wanted.includes(state) && shown.includes(title)) return;
    const ended = ['FAILED', 'TIMEOUT', 'NODE_FAIL', 'OUT_OF_MEMORY'].includes(state);
    if (ended || Date.now() > end) {
      const text = await inPage(page, 'main')
        .innerText({ timeout: 500 })
        .catch(() => '');
      throw new Error(`the run is "${state}", not ${wanted.join(' or ')}:\n${text.slice(0, 3000)}`);
    }
  }
}

const titleOf = page =>
  inPage(page, 'header h1')
    .first()
    .innerText({ timeout: 500 })
    .catch(() => '');

/** Names and values of the run page's numbers. */
export async function facts(page) {
  const rows = await inPage(page, 'dl.facts > div:not([hidden])').all();
  const pairs = await Promise.all(
    rows.map(row => Promise.all([row.locator('dt').innerText(), row.locator('dd').innerText()])),
  );
  return Object.fromEntries(pairs);
}

/** Brings the MMAR view to the front. */
export async function openMmarView(page) {
  const icon = page.locator('.activitybar .action-item', {
    has: page.locator('[aria-label^="MMAR"]'),
  });
  if (!(await page.locator('.sidebar .composite.title', { hasText: 'MMAR' }).first().isVisible()))
    await icon.first().click();
  await page.locator('.sidebar .composite.title', { hasText: 'MMAR' }).first().waitFor();
}

/** What the Problems view says. */
export async function problems(page) {
  await runCommand(page, 'Problems: Focus on Problems View');
  const view = page.locator('.markers-panel');
  await view.locator('.monaco-list-row').first().waitFor();
  return view.innerText();
}
