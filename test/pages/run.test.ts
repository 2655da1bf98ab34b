import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { RunHost, RunPage, RunView } from '../../webviews/protocol/run.ts';
import { shot, until } from './look.ts';
import { closeBrowser, openPage, type OpenOptions } from './page.ts';
import { ask, facts, key, lines, openRun, pixels, scroller, type Opened } from './runPage.ts';
import {
  completed,
  curvesOf,
  failed,
  inferring,
  pending,
  running,
  traceback,
  trainingLog,
} from './runViews.ts';
import { themeVariables } from './themes.ts';

suite('run page', () => {
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

  test('a running training: state, numbers, curves, log', async () => {
    const { page, call } = await open(running);
    await call('log', trainingLog, true);
    assert.equal(await page.locator('h1').innerText(), 'Train spleen');
    assert.equal(await page.locator('header [role=status]').innerText(), 'RUNNING');
    assert.deepEqual(await facts(page), {
      Epoch: '24 of 40',
      Loss: '0.2312',
      val_mean_dice: '0.8432',
      Best: '0.8512 at epoch 22',
      Elapsed: '12 min 34 s',
      Remaining: 'about 8 min 18 s',
    });
    const bar = page.getByRole('progressbar');
    assert.equal(await bar.last().getAttribute('aria-valuenow'), '60');
    assert.ok((await pixels(page, 'Loss', 'charts-blue')) > 300, 'loss is drawn');
    assert.ok((await pixels(page, 'Metrics', 'charts-blue')) > 100, 'train_dice is drawn');
    assert.ok((await pixels(page, 'Metrics', 'charts-orange')) > 60, 'val_mean_dice is drawn');
    assert.equal((await lines(page)).length, 63);
    await shot(page, 'run running dark');
  });

  test('what comes later replaces what was, and leaves charts, focus and selection alone', async () => {
    const { page, call } = await open({ ...running, series: curvesOf(3) });
    await page.evaluate(`globalThis.canvases = [...document.querySelectorAll('canvas')]`);
    const cancel = page.getByRole('button', { name: 'Cancel' });
    await cancel.focus();
    const before = await pixels(page, 'Loss', 'charts-blue');
    await page.evaluate(`getSelection().selectAllChildren(document.querySelector('h1'))`);
    const { metric: _, ...progress } = running.progress;
    await call('show', { ...running, progress: { ...progress, epoch: 25, loss: 0.00012 } });
    assert.equal((await facts(page))['Epoch'], '25 of 40');
    assert.equal((await facts(page))['Loss'], '1.2e-4');
    assert.equal((await facts(page))['Best'], undefined);
    assert.ok((await pixels(page, 'Loss', 'charts-blue')) > before, 'the curve grew');
    assert.equal(
      await page.evaluate(
        `globalThis.canvases.every((c, i) => c === document.querySelectorAll('canvas')[i])`,
      ),
      true,
    );
    assert.equal(await page.evaluate(`document.activeElement.textContent`), 'Cancel');
    assert.equal(await page.evaluate(`String(getSelection())`), 'Train spleen');
  });

  test('a metric that appears later joins; one beyond 0 to 1 has an axis of its own', async () => {
    const { page, call } = await open({ ...running, series: running.series.slice(0, 2) });
    await key(page, 'train_dice').focus();
    const distance = {
      name: 'val_hausdorff',
      kind: 'metric',
      points: [
        [2, 24.5],
        [4, 12.25],
        [24, 6.1],
      ],
    } as const;
    await call('show', { ...running, series: [...running.series, distance] });
    assert.match(await key(page, 'val_hausdorff').innerText(), /6\.100/);
    assert.match(await page.evaluate<string>('document.activeElement.textContent'), /train_dice/);
    assert.ok((await pixels(page, 'Metrics', 'charts-green')) > 50, 'drawn');
    const dice = await pixels(page, 'Metrics', 'charts-orange');
    assert.ok(dice > 60, 'the scores keep their axis');
    await shot(page, 'run two axes');
  });

  test('curves are shown and hidden by keyboard; the learning rate is hidden at first', async () => {
    const { page } = await open(running);
    const lr = key(page, 'lr');
    assert.equal(await lr.getAttribute('aria-pressed'), 'false');
    assert.equal(await pixels(page, 'Loss', 'charts-orange'), 0);
    await lr.focus();
    await page.keyboard.press('Enter');
    assert.equal(await lr.getAttribute('aria-pressed'), 'true');
    assert.ok((await pixels(page, 'Loss', 'charts-orange')) > 100, 'lr is drawn');
    await shot(page, 'run lr');
    await key(page, 'loss').focus();
    await page.keyboard.press('Space');
    assert.equal(await pixels(page, 'Loss', 'charts-blue'), 0);
    await page.reload();
    await until(() => lr.isVisible(), 'shown again');
    assert.equal(await lr.getAttribute('aria-pressed'), 'true', 'remembered');
    assert.equal(await key(page, 'loss').getAttribute('aria-pressed'), 'false', 'remembered');
  });

  test('the legend tells the values under the pointer and under the arrow keys', async () => {
    const { page } = await open(running);
    const newest = await key(page, 'val_mean_dice').innerText();
    const loss = await key(page, 'loss').innerText();
    const over = page.locator('.chart').nth(1).locator('.u-over');
    await over.hover({ position: { x: 100, y: 60 } });
    await until(
      async () => (await key(page, 'val_mean_dice').innerText()) !== newest,
      'live value',
    );
    assert.notEqual(await key(page, 'loss').innerText(), loss, 'both charts follow');
    const at = page.locator('.legend .at');
    assert.match(await at.nth(1).innerText(), /^epoch [\d.]+$/);
    await shot(page, 'run cursor');
    await page.mouse.move(5, 5);
    await until(async () => (await key(page, 'loss').innerText()) === loss, 'newest value again');

    await page.locator('.plot').first().focus();
    await page.keyboard.press('End');
    await until(async () => (await at.first().innerText()) === 'epoch 24', 'at the end');
    await page.keyboard.press('ArrowLeft');
    await until(async () => /epoch 23\.\d/.test(await at.first().innerText()), 'one step back');
    assert.match(
      await page.locator('.chart').first().getByRole('status').innerText(),
      /epoch 23\.\d loss 0\.\d+/,
    );
  });

  test('zoomed by pointer and keys, whole again; new points do not undo it', async () => {
    const { page, call } = await open(running);
    const whole = page.getByRole('button', { name: 'Show the whole run' });
    assert.equal(await whole.isVisible(), false);
    const over = page.locator('.chart').first().locator('.u-over');
    const box = (await over.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.5, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await until(() => whole.isVisible(), 'zoomed');
    await shot(page, 'run zoomed');
    await call('show', { ...running, series: curvesOf(25) });
    assert.ok(await whole.isVisible());
    await over.hover({ position: { x: 2, y: 40 } });
    const at = page.locator('.legend .at');
    await until(async () => /epoch 1[12]/.test(await at.first().innerText()), 'starts at half');
    assert.match(await at.nth(1).innerText(), /epoch 1[12]/, 'so does the other chart');
    await whole.focus();
    await page.keyboard.press('Enter');
    assert.equal(await whole.isVisible(), false);
    assert.equal(await page.evaluate('document.activeElement.className'), 'plot');
    await page.keyboard.press('+');
    assert.ok(await whole.isVisible());
    await page.keyboard.press('Escape');
    assert.equal(await whole.isVisible(), false);
  });

  test('curves take the colours of another theme and the width of another page', async () => {
    const { page } = await open(running, { theme: 'dark' });
    const light = JSON.stringify(themeVariables('light'));
    await page.evaluate(`(() => {
      for (const [name, value] of ${light}) document.documentElement.style.setProperty(name, value);
      document.body.className = 'vscode-light';
    })()`);
    await until(async () => (await pixels(page, 'Loss', 'charts-blue')) > 300, 'light blue');
    const width = (): Promise<number> =>
      page.evaluate<number>(`document.querySelector('canvas').getBoundingClientRect().width`);
    const before = await width();
    await page.setViewportSize({ width: 1500, height: 700 });
    await until(async () => (await width()) > before + 100, 'wider');
    await page.setViewportSize({ width: 500, height: 700 });
    await until(async () => (await width()) < 500, 'narrower');
    assert.ok((await pixels(page, 'Loss', 'charts-blue')) > 200);
  });

  test('buttons do what they say, by pointer and by keyboard', async () => {
    const { page, call, asked } = await open(failed);
    const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
    assert.equal(await button('Cancel').isVisible(), false);
    for (const name of ['Resume', 'Infer', 'Open log', 'Open folder']) {
      assert.ok(await button(name).locator('vscode-icon').isVisible(), `${name} has an icon`);
      await button(name).focus();
      await page.keyboard.press('Enter');
    }
    await until(() => asked.length === 4, 'four intents');
    assert.deepEqual(asked, ['resume', 'infer', 'openLog', 'openFolder']);
    await call('show', running);
    await button('Cancel').click();
    await until(() => asked.length === 5, 'cancel');
    assert.equal(asked[4], 'cancel');
    await call('show', { ...running, state: 'CANCELLED', actions: ['resume', 'openLog'] });
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Resume', 'goes on');
  });

  test('a failure says what, why and what next, once', async () => {
    const { page, call, asked } = await open(failed);
    await call('log', trainingLog + traceback, true);
    const alert = page.getByRole('alert');
    const said = await alert.innerText();
    assert.match(said, /The GPU ran out of memory\./);
    assert.match(said, /torch\.OutOfMemoryError: CUDA out of memory/);
    assert.match(said, /smaller patch/);
    assert.doesNotMatch(said, /\[31m/);
    await page.evaluate(`globalThis.title = document.querySelector('[role=alert] h2')`);
    await call('show', { ...failed, reason: 'other words' });
    assert.equal(
      await page.evaluate(`document.contains(globalThis.title)`),
      true,
      'not said again',
    );
    await page.getByRole('button', { name: 'Show in the log' }).focus();
    await page.keyboard.press('Enter');
    await until(() => asked.length === 1, 'asked for the log');
    assert.deepEqual(asked, ['log 4711']);
    await shot(page, 'run failed dark');
    await call('show', running);
    assert.equal(await alert.isVisible(), false);
  });

  test('what is not there yet is said', async () => {
    const { page, call } = await open(pending);
    const main = page.locator('main');
    assert.match(await main.innerText(), /PENDING\s+Waits for resources/);
    assert.match(await main.innerText(), /The curves begin when the job runs/);
    assert.match(await main.innerText(), /The log begins when the job runs/);
    assert.doesNotMatch(await main.innerText(), /NaN|undefined| 0 of 0/);
    assert.equal(await page.getByRole('progressbar').first().isVisible(), false);
    await shot(page, 'run pending dark');
    await call('show', { ...pending, state: 'RUNNING', reason: '' });
    assert.match(await main.innerText(), /first iterations/);
    assert.match(await main.innerText(), /Reading the log/, 'nobody knows yet what is in it');
    await call('log', '', true);
    assert.match(await main.innerText(), /written nothing yet/);
    assert.ok(await page.getByRole('progressbar').first().isVisible());
    await call('show', { ...pending, state: 'FAILED', reason: '' });
    assert.match(await main.innerText(), /before its first iteration/);
    assert.match(await main.innerText(), /The job wrote nothing/);
    await call('log', 'x', false);
    assert.doesNotMatch(await main.innerText(), /The job wrote nothing/);
  });

  test('an inference counts cases and misses no curves', async () => {
    const { page, call } = await open(inferring);
    await call('log', '2026-11-24 14:15:30,120 - INFO - loading the model\n', true);
    assert.equal((await facts(page))['Case'], '3 of 9');
    assert.equal(await page.locator('.curves').isVisible(), false);
    await shot(page, 'run inference dark');
  });

  test('what the extension refuses is told', async () => {
    const refused: RunHost = {
      ready: () => Promise.reject(new Error('dgx-a100 does not answer')),
      act: () => undefined,
      openLog: () => undefined,
    };
    const it = await openPage<RunHost, RunPage>({ name: 'run', host: refused });
    opened = { ...it, asked: [] };
    await until(() => it.page.getByRole('alert').isVisible(), 'told');
    assert.match(await it.page.getByRole('alert').innerText(), /dgx-a100 does not answer/);
  });

  test('hostile strings are text', async () => {
    const evil = `<img src=x onerror="document.title='bad'"> "'\`$(id)\n\u202e‮ {0} ${'very-long-'.repeat(60)}`;
    const view: RunView = {
      ...failed,
      title: evil,
      subtitle: evil,
      reason: evil,
      series: [
        {
          name: `${evil} loss`,
          kind: 'loss',
          points: [
            [0.5, 1],
            [1, 0.5],
          ],
        },
        { name: `${evil} a`, kind: 'metric', points: [[1, 0.5]] },
        { name: `${evil} b`, kind: 'metric', points: [[1, 0.7]] },
      ],
      progress: {
        ...failed.progress,
        metric: { name: evil, value: 0.5, best: 0.5, bestEpoch: 1 },
      },
      failure: { title: evil, detail: evil, next: evil, logLine: 0 },
    };
    const { page, call } = await open(view, { width: 700 });
    await call('log', `${evil}\n`, true);
    assert.equal(await page.locator('img, script:not([nonce])').count(), 0);
    assert.equal(await ask(page, 'h1', 'node.textContent'), evil);
    assert.match((await lines(page))[0] ?? '', /^<img src=x/);
    assert.notEqual(await page.title(), 'bad');
    await shot(page, 'run hostile');
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    assert.ok(width <= 700, `nothing to the right: ${width}`);
  });

  test('the state is announced when it changes, and only then', async () => {
    const { page, call } = await open(running);
    await page.evaluate(`(() => {
      globalThis.said = [];
      const status = document.querySelector('header [role=status]');
      new MutationObserver(() => said.push(status.innerText)).observe(status, { childList: true, subtree: true, characterData: true });
    })()`);
    await call('show', { ...running, progress: { ...running.progress, epoch: 30 } });
    await call('show', completed);
    assert.deepEqual(await page.evaluate('said'), ['COMPLETED']);
    assert.match((await page.locator('.badge').getAttribute('class')) ?? '', /good/);
  });

  test('nothing moves for those who want no motion', async () => {
    const { page, call } = await open(running);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await call('show', { ...pending, state: 'RUNNING' });
    const animation = await ask<string>(
      page,
      'vscode-progress-bar',
      `getComputedStyle(node.shadowRoot.querySelector('.indicator')).animationName`,
    );
    assert.equal(animation, 'none');
  });

  const looks: [string, Partial<OpenOptions<RunHost>>][] = [
    ['light', { theme: 'light' }],
    ['high-contrast', { theme: 'high-contrast' }],
    ['narrow', { width: 400, height: 700 }],
    ['large', { width: 1600, height: 1000 }],
  ];
  const states: Record<string, RunView> = {
    running,
    failed,
    pending,
    inference: inferring,
    completed,
  };
  for (const [look, options] of looks)
    for (const [state, view] of Object.entries(states))
      test(`${look}, ${state}: everything has its place`, async () => {
        const { page, call } = await open(view, options);
        const log = state === 'failed' ? trainingLog + traceback : trainingLog;
        if (state !== 'pending') await call('log', log, true);
        await shot(page, `run ${state} ${look}`);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(width <= page.viewportSize()!.width, 'nothing to the right');
        assert.ok((await scroller(page).boundingBox())!.height > 150, 'the log can be read');
        const blue = state === 'pending' || state === 'inference' ? 0 : 150;
        if (blue > 0) assert.ok((await pixels(page, 'Loss', 'charts-blue')) > blue, 'curves');
      });
});
