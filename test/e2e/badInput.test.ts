import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  notification,
  openMmarView,
  openWorkbench,
  runCommand,
  treeRow,
} from './harness/index.mjs';
import { openWindow, python, type Window } from './window.ts';

const repository = path.resolve(__dirname, '..', '..');

/** What the user sees when a training cannot start: one message with a next step, and nothing half-made. */
suite('what stands in the way of a training is told', function () {
  this.timeout(180_000);
  let window: Window;
  let folder: string;
  const at = (...parts: string[]): string => path.join(folder, ...parts);

  suiteSetup(async () => {
    window = await openWindow({ 'mmar.local.python': python() });
    folder = path.join(window.profile.home, 'work');
    cpSync(path.join(repository, 'samples'), folder, {
      recursive: true,
      filter: from => path.basename(from) !== '.mmar',
    });
    await openWorkbench(window.page, window.address({ folder }));
    await openMmarView(window.page);
    await treeRow(window.page, 'spleen').waitFor({ timeout: 60_000 });
  });
  suiteTeardown(() => window?.close());

  /** Runs folders, finished and half-made ones. */
  const runs = (): string[] =>
    existsSync(at('.mmar', 'runs')) ? readdirSync(at('.mmar', 'runs')) : [];

  async function refused(text: RegExp, button: string, name: string): Promise<void> {
    const { page } = window;
    await runCommand(page, 'MMAR: Train');
    const toast = await notification(page, text, { timeout: 60_000 });
    await toast.getByRole('button', { name: button }).waitFor();
    await window.shot(`bad-input-${name}`);
    assert.deepEqual(runs(), []);
    await runCommand(page, 'Notifications: Clear All Notifications');
  }

  const faults: [
    name: string,
    file: string,
    change: (text: Buffer) => Buffer,
    told: RegExp,
    button: string,
  ][] = [
    [
      'absent-volume',
      'data/phantom/dataset.json',
      text => Buffer.from(text.toString().replace('phantom_00.nii.gz', 'nobody.nii.gz')),
      /1 of \d+ files of the datalist dataset\.json do not exist.*nobody\.nii\.gz.*Correct/,
      'Open dataset.json',
    ],
    [
      'corrupt-volume',
      'data/phantom/imagesTr/phantom_00.nii.gz',
      bytes => bytes.subarray(0, bytes.length / 2),
      /phantom_00\.nii\.gz cannot be read: it is cut short\. Replace it/,
      'Open phantom_00.nii.gz',
    ],
    [
      'byoc-syntax',
      'spleen/custom/contrast.py',
      text => Buffer.from(`def broken(:\n${text.toString()}`),
      /custom\/contrast\.py, line 1/,
      'Open contrast.py',
    ],
    [
      'config-syntax',
      'spleen/config/config_train.json',
      text => Buffer.from(text.toString().replace('"epochs": 80,', '"epochs": 80')),
      /config_train\.json.*line \d+/,
      'Open config_train.json',
    ],
  ];
  for (const [name, file, change, told, button] of faults)
    test(name, async () => {
      const kept = readFileSync(at(file));
      writeFileSync(at(file), change(kept));
      try {
        await refused(told, button, name);
      } finally {
        writeFileSync(at(file), kept);
      }
    });

  test('no Python', async () => {
    const settings = at('.vscode', 'settings.json');
    cpSync(at('spleen', 'config', 'environment.json'), settings);
    writeFileSync(settings, JSON.stringify({ 'mmar.local.python': '/nowhere/python3' }));
    await window.page.waitForTimeout(1500); // the settings are read by a watcher
    await refused(/There is no Python at "\/nowhere\/python3"/, 'Choose Python', 'no-python');
  });
});
