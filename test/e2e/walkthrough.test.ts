import { cpSync } from 'node:fs';
import path from 'node:path';
import { openWorkbench, runCommand, treeRow, openMmarView } from './harness/index.mjs';
import { openWindow, type Window } from './window.ts';

const repository = path.resolve(__dirname, '..', '..');

suite('the walkthrough', function () {
  this.timeout(120_000);
  let window: Window;
  suiteSetup(async () => {
    window = await openWindow();
  });
  suiteTeardown(() => window?.close());

  test('ticks a step off when its command has run', async () => {
    const { page } = window;
    const folder = path.join(window.profile.home, 'work');
    cpSync(path.join(repository, 'samples', 'spleen'), path.join(folder, 'spleen'), {
      recursive: true,
    });
    await openWorkbench(page, window.address({ folder }));
    await openMmarView(page);
    await treeRow(page, 'spleen').waitFor({ timeout: 60_000 });
    await runCommand(page, 'MMAR: Get Started');
    await page.locator('.getting-started-step').first().waitFor();
    await runCommand(page, 'MMAR: Edit Cluster Profiles');
    await page.locator('.tab', { hasText: 'clusters.yaml' }).first().waitFor();
    await runCommand(page, 'MMAR: Get Started');
    const step = page.locator('.getting-started-step', { hasText: 'Do the same on your cluster' });
    await step.first().waitFor();
    try {
      await step.locator('[class*="step-checked"]').first().waitFor({ timeout: 15_000 });
    } finally {
      await window.shot('walkthrough-ticked');
    }
  });
});
