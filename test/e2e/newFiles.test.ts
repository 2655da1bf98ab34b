import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inputBox, openWorkbench, problems, quickPick, runCommand } from './harness/index.mjs';
import { openWindow, type Window } from './window.ts';

const name = "my MMAR's $(touch x)";

suite('new MMARs and components', function () {
  this.timeout(240_000);
  let window: Window;
  let folder = '';
  suiteSetup(async () => {
    window = await openWindow();
    folder = path.join(window.profile.home, 'work');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'readme.txt'), 'nothing');
    await openWorkbench(window.page, window.address({ folder }));
  });
  suiteTeardown(() => window?.close());

  const file = (...parts: string[]): string => path.join(folder, name, ...parts);
  const read = (...parts: string[]): string => readFileSync(file(...parts), 'utf8');
  const editor = (title: string) => window.page.locator('.tab.active', { hasText: title });
  const until = async (what: string, is: () => boolean): Promise<void> => {
    for (const end = Date.now() + 20_000; !is(); await sleep(100))
      assert.ok(Date.now() < end, `waited for ${what}`);
  };

  /** The box of a question stays where that of the next one appears: its number tells them apart. */
  const question = (number: string): Promise<void> =>
    window.page.locator('.quick-input-title', { hasText: `(${number})` }).waitFor();

  test('New MMAR asks and writes a whole MMAR', async () => {
    const { page } = window;
    await runCommand(page, 'MMAR: New MMAR');
    const answers: [text: string | undefined, isChoice?: true][] = [
      ['Later: write a template', true],
      [name],
      ['CT soft tissue', true],
      ['3D, volumes', true],
      [undefined],
      ['spleen, left kidney'],
      ['SegResNet', true],
      ['1.5 x 1.5 x 3'],
      ['64 64 32'],
    ];
    for (const [i, [text, isChoice]] of answers.entries()) {
      await question(`${i + 1}/${answers.length}`);
      await (isChoice ? quickPick(page, text ?? '') : inputBox(page, text));
    }
    await editor('config_train.json').waitFor();
    await window.shot('new-mmar');
    assert.match(read('config', 'config_train.json'), /"pixdim": \[1\.5, 1\.5, 3\]/);
    assert.match(read('data', 'dataset.json'), /left kidney/);
    assert.equal(existsSync(path.join(folder, 'x')), false);
    await runCommand(page, 'MMAR: Check');
    // nothing but that it is not trained yet
    const told = await problems(page);
    assert.match(told, /models\/model\.ts does not exist yet/);
    assert.equal(told.match(/\[Ln \d+, Col \d+\]/g)?.length, 1, told);
  });

  test('New Component writes module, test and entries; one undo takes all of it back', async () => {
    const { page } = window;
    const configs = ['config_train.json', 'config_validation.json', 'config_inference.json'];
    const all = [...configs, 'config_aiaa.json'];
    const before = all.map(config => read('config', config));
    await runCommand(page, 'MMAR: New Component');
    await quickPick(page, 'Dictionary Transform');
    await question('2/4');
    await inputBox(page, 'Brighterd');
    await quickPick(page, 'train.pre_transforms, before RandScaleIntensityd');
    await page.locator('.quick-input-widget').getByText('4 Selected').waitFor();
    await page.keyboard.press('Enter');
    await editor('brighterd.py').waitFor();
    await window.shot('new-component');
    assert.ok(existsSync(file('tests', 'test_brighterd.py')));
    assert.ok(existsSync(file('tests', 'conftest.py')));
    for (const config of all)
      await until(config, () => read('config', config).includes('brighterd.Brighterd'));
    assert.match(read('config', 'config_train.json'), /\{\s*"ref": "Brighterd"\s*\}/);

    await page.locator('.editor-instance .view-lines').first().click();
    await page.keyboard.press('Control+z');
    await until('the module to go', () => !existsSync(file('custom', 'brighterd.py')));
    for (const made of ['test_brighterd.py', 'conftest.py'])
      await until(made, () => !existsSync(file('tests', made)));
    await window.shot('new-component-undo');
    await runCommand(page, 'File: Save All Files');
    for (const [i, config] of all.entries())
      await until(config, () => read('config', config) === before[i]);
  });

  test('a name that exists is refused while one types', async () => {
    const { page } = window;
    mkdirSync(file('custom'), { recursive: true });
    writeFileSync(file('custom', 'taken.py'), 'class Taken: ...\n');
    await runCommand(page, 'MMAR: New Component');
    await quickPick(page, 'Loss');
    await question('2/4');
    const input = page.locator('.quick-input-widget .quick-input-box input');
    await input.fill('Taken');
    await page.getByText('custom/taken.py exists already').waitFor();
    await input.fill('class');
    await page.getByText('is a word of Python itself').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(existsSync(file('tests', 'test_taken.py')), false);
  });
});
