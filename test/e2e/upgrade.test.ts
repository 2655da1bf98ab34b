import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { notification, openWorkbench, quickPick, runCommand, webview } from './harness/index.mjs';
import { openWindow, type Window } from './window.ts';

const repository = path.resolve(__dirname, '..', '..');

suite('upgrade of an MMAR', function () {
  this.timeout(180_000);
  let window: Window;
  let config: string;
  let before: string;
  suiteSetup(async () => {
    window = await openWindow();
    const folder = path.join(window.profile.home, "old's $(touch x)");
    cpSync(path.join(repository, 'test', 'fixtures', 'mmar40'), folder, { recursive: true });
    config = path.join(folder, 'config', 'config_train.json');
    before = readFileSync(config, 'utf8');
    await openWorkbench(window.page, window.address({ folder }));
  });
  suiteTeardown(() => window?.close());

  const preview = (): ReturnType<Window['page']['locator']> =>
    window.page.locator('.part.panel', { hasText: 'Refactor Preview' });

  test('opens the preview with everything chosen; nothing is changed yet', async () => {
    await runCommand(window.page, 'MMAR: Upgrade');
    await quickPick(window.page, "today's MONAI");
    await preview().waitFor({ timeout: 60_000 });
    await notification(window.page, 'Look at them in Refactor Preview');
    const rows = preview().locator('.monaco-list-row');
    await rows.filter({ hasText: 'config_train.json' }).first().waitFor();
    const boxes = await rows.getByRole('checkbox').all();
    assert.ok(boxes.length > 1);
    for (const box of boxes) assert.equal(await box.isChecked(), true);
    assert.equal(readFileSync(config, 'utf8'), before);
    await window.shot('upgrade-preview');
  });

  test('the report says what and why', async () => {
    await notification(window.page, 'Look at them', { button: 'Show Report' });
    const report = webview(window.page);
    await report
      .getByRole('heading', { name: 'Means the same' })
      .first()
      .waitFor({ timeout: 60_000 });
    await report.getByText('AddChanneld is gone from MONAI').first().waitFor();
    await window.shot('upgrade-report');
  });

  test('Apply writes the file, and the next step is a check', async () => {
    await preview().getByRole('button', { name: 'Apply' }).click();
    await notification(window.page, "is upgraded to today's MONAI");
    const text = readFileSync(config, 'utf8');
    assert.match(text, /"CLARA_TRAIN_VERSION": "4\.1\.0"/);
    assert.match(text, /"EnsureChannelFirstd"/);
    await notification(window.page, 'is upgraded', { button: 'Check' });
    await window.shot('upgrade-applied');
  });
});
