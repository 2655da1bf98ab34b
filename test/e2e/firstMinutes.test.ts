import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openMmarView, openWorkbench, runCommand, treeRow } from './harness/index.mjs';
import { openWindow, type Window } from './window.ts';

const repository = path.resolve(__dirname, '..', '..');

suite('the first minutes', function () {
  this.timeout(180_000);
  let window: Window;
  suiteSetup(async () => {
    window = await openWindow();
  });
  suiteTeardown(() => window?.close());

  const folderOf = (name: string): string => path.join(window.profile.home, name);
  const welcome = (): ReturnType<Window['page']['locator']> =>
    window.page.locator('.sidebar .welcome-view-content');

  test('an empty window offers a folder and the sample', async () => {
    await openWorkbench(window.page, window.address({}));
    await openMmarView(window.page);
    await welcome().getByRole('button', { name: 'Open the Sample' }).waitFor();
    await welcome().getByRole('button', { name: 'Open Folder' }).waitFor();
    await window.shot('welcome-empty');
  });

  test('a folder without MMARs says so', async () => {
    const folder = folderOf('nothing');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'readme.txt'), 'nothing');
    await openWorkbench(window.page, window.address({ folder }));
    await openMmarView(window.page);
    await welcome().getByText('There is no MMAR in this workspace').waitFor({ timeout: 30_000 });
    await window.shot('welcome-no-mmars');
  });

  test('a broken MMAR is listed with what is wrong', async () => {
    const folder = folderOf('broken');
    cpSync(path.join(repository, 'samples', 'spleen'), path.join(folder, 'spleen'), {
      recursive: true,
    });
    rmSync(path.join(folder, 'spleen', 'config', 'environment.json'));
    writeFileSync(path.join(folder, 'spleen', 'config', 'config_train.json'), '{"train": {');
    await openWorkbench(window.page, window.address({ folder }));
    await openMmarView(window.page);
    await treeRow(window.page, /spleen.*problems/).waitFor({ timeout: 30_000 });
    await treeRow(window.page, 'Problems').waitFor();
    await treeRow(window.page, /environment\.json.*is missing/).waitFor();
    await window.shot('broken-mmar');
  });

  test('the walkthrough opens from the palette', async () => {
    await runCommand(window.page, 'MMAR: Get Started');
    const steps = window.page.locator('.getting-started-step');
    await steps.first().waitFor();
    assert.equal(await steps.count(), 6);
    await window.shot('walkthrough');
  });

  test('themes: dark and high contrast', async () => {
    for (const theme of ['Dark Modern', 'Dark High Contrast']) {
      await runCommand(window.page, 'Preferences: Color Theme');
      await window.page.keyboard.type(theme);
      await window.page.waitForTimeout(500);
      await window.page.keyboard.press('Enter');
      await openMmarView(window.page);
      await window.page.waitForTimeout(500);
      await window.shot(`theme-${theme.toLowerCase().replaceAll(' ', '-')}`);
    }
  });
});
