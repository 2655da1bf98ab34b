import assert from 'node:assert/strict';
import { shot, until } from './look.ts';
import { closeBrowser } from './page.ts';
import { ask, lines, numbered, openRun, scroller, toEnd, type Opened } from './runPage.ts';
import { failed, running, traceback, trainingLog } from './runViews.ts';

suite('run page: log', () => {
  let opened: Opened | undefined;
  const open = async (...args: Parameters<typeof openRun>): Promise<Opened> =>
    (opened = await openRun(...args));

  teardown(async function () {
    const errors = opened?.errors ?? [];
    await opened?.close();
    opened = undefined;
    assert.deepEqual(errors, [], `errors in the page of "${this.currentTest?.title ?? ''}"`);
  });
  suiteTeardown(closeBrowser);

  test('follows the end until the user scrolls up, and again when asked', async () => {
    const { page, call } = await open(running);
    await call('log', numbered(0, 300), true);
    assert.ok((await toEnd(page)) < 2);
    await scroller(page).hover();
    await page.mouse.wheel(0, -600);
    const follow = page.getByRole('switch', { name: 'Follow' });
    await until(async () => (await follow.getAttribute('aria-checked')) === 'false', 'left');
    const place = await ask<number>(page, '.scroller', 'node.scrollTop');
    await call('log', numbered(300, 312), false);
    assert.equal(await ask<number>(page, '.scroller', 'node.scrollTop'), place);
    assert.match(await page.locator('.log-head').innerText(), /12 new/);
    await shot(page, 'run scrolled up');
    await follow.focus();
    await page.keyboard.press('Space');
    await until(async () => (await toEnd(page)) < 2, 'at the end');
    await call('log', numbered(312, 400), false);
    assert.ok((await toEnd(page)) < 2);
    await page.setViewportSize({ width: 600, height: 900 });
    await until(async () => (await toEnd(page)) < 2, 'at the end of another page');
  });

  test('scrolling to the end by keyboard follows it again', async () => {
    const { page, call } = await open(running);
    await call('log', numbered(0, 300), true);
    await scroller(page).focus();
    await page.keyboard.press('Home');
    const follow = page.getByRole('switch', { name: 'Follow' });
    await until(async () => (await follow.getAttribute('aria-checked')) === 'false', 'left');
    await page.keyboard.press('End');
    await until(async () => (await follow.getAttribute('aria-checked')) === 'true', 'follows');
  });

  test('keeps the newest ten thousand lines', async () => {
    const { page, call } = await open(running);
    await call('log', numbered(0, 25_000), true);
    const all = page.locator('.lines > *');
    assert.equal(await all.count(), 10_000);
    assert.equal(await all.first().innerText(), 'line 15000');
    assert.match(await page.locator('.log-head').innerText(), /the last 10,000 of 25,000 lines/);
    await call('log', `${numbered(25_000, 25_010)}open`, false);
    assert.equal(await all.count(), 10_000);
    assert.equal(await all.first().innerText(), 'line 15011');
    assert.equal(await all.last().innerText(), 'open');
    assert.ok((await toEnd(page)) < 2);
    await call('log', 'anew\n', true);
    assert.deepEqual(await lines(page), ['anew']);
  });

  test('text in pieces, progress bars and colours are read as a terminal shows them', async () => {
    const { page, call } = await open(running);
    for (const piece of ['one, ', 'still one\ntw', 'o\r\n', '\u001b[3', '1mred\u001b[0m\n'])
      await call('log', piece, false);
    assert.deepEqual(await lines(page), ['one, still one', 'two', 'red']);
    for (const piece of ['10%|#', '   |\r', '90%|###|', '\r', '\u001b[K', 'done'])
      await call('log', piece, false);
    assert.deepEqual((await lines(page)).slice(3), ['done']);
    await call('log', '\nthe long line\rshort\n', false);
    assert.deepEqual((await lines(page)).slice(3), ['done', 'shortong line']);
  });

  test('errors, tracebacks and warnings are set apart', async () => {
    const { page, call } = await open(failed);
    await call('log', `${trainingLog}${traceback}[rank1]: ValueError: no\nall good\n`, true);
    const kinds = await ask<string[]>(page, '.lines', '[...node.children].map(l => l.className)');
    assert.deepEqual(kinds.slice(0, 3), ['plain', 'warning', 'plain']);
    assert.deepEqual(kinds.slice(-9), [
      ...['trace', 'trace', 'trace', 'trace', 'trace'],
      ...['error', 'error', 'error', 'plain'],
    ]);
  });

  test('the line that was read is there again when the page comes back', async () => {
    const { page, call } = await open(running);
    await call('log', numbered(0, 500), true);
    await scroller(page).focus();
    const top = (): Promise<string> =>
      page.evaluate<string>(`(() => {
        const { scrollTop } = document.querySelector('.scroller');
        return [...document.querySelectorAll('.lines > *')].find(l => l.offsetTop + l.offsetHeight > scrollTop + 2).innerText;
      })()`);
    const stored = `JSON.parse(sessionStorage.getItem('state') ?? '{}').logLine ?? -1`;
    await page.keyboard.press('Home');
    await until(async () => (await page.evaluate<number>(stored)) === 0, 'at the start');
    await page.keyboard.press('PageDown');
    await until(async () => (await page.evaluate<number>(stored)) > 0, 'remembered');
    const line = await top();
    await page.reload();
    await until(() => page.locator('h1').isVisible(), 'shown again');
    await call('log', numbered(0, 500), true);
    assert.equal(await top(), line);
    await call('log', numbered(500, 600), false);
    assert.equal(await top(), line);
  });
});
