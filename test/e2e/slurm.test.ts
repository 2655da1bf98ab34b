import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { foldersOf, startSite, whyNoSite, type Site } from '../cluster/site.ts';
import { facts, inPage, openMmarView, openWorkbench, quickPick } from './harness/index.mjs';
import { runCommand, treeRow, untilState } from './harness/index.mjs';
import { openWindow, python, type Window } from './window.ts';

const repository = path.resolve(__dirname, '..', '..');
const obstacle = whyNoSite();
const minutes = (n: number): number => n * 60_000;

/** The same commands as on this machine, with a cluster profile that names a real sshd and a real Slurm. */
suite(`Slurm over SSH, from VS Code${obstacle ? ` (SKIPPED: ${obstacle})` : ''}`, function () {
  this.timeout(minutes(8));
  let site: Site;
  let window: Window;

  suiteSetup(async function () {
    if (obstacle) return this.skip();
    site = await startSite({ bind: await foldersOf(python()) });
    window = await openWindow({ 'mmar.local.python': python() });
    const folder = path.join(window.profile.home, 'work');
    cpSync(path.join(repository, 'samples'), folder, {
      recursive: true,
      filter: from => path.basename(from) !== '.mmar',
    });
    const file = path.join(folder, 'spleen', 'config', 'config_train.json');
    const text = readFileSync(file, 'utf8').replace('"epochs": 80', '"epochs": 6');
    writeFileSync(
      file,
      text.replace('"num_interval_per_valid": 10', '"num_interval_per_valid": 3'),
    );
    mkdirSync(path.join(folder, '.mmar'));
    writeFileSync(path.join(folder, '.mmar', 'clusters.yaml'), profileOf(site));
    await openWorkbench(window.page, window.address({ folder }));
    await openMmarView(window.page);
    await treeRow(window.page, 'spleen').waitFor({ timeout: minutes(1) });
  });
  suiteTeardown(async () => {
    await window?.close();
    await site?.stop();
  });

  test('the cluster is chosen', async () => {
    await runCommand(window.page, 'MMAR: Select Cluster');
    await quickPick(window.page, 'testsite');
    await window.page.locator('.statusbar-item', { hasText: 'MMAR: testsite' }).waitFor();
  });

  test('train: uploaded, submitted by sbatch, watched to its end', async () => {
    await runCommand(window.page, 'MMAR: Train');
    await untilState(window.page, ['PENDING', 'RUNNING', 'COMPLETED'], minutes(2));
    await untilState(window.page, ['COMPLETED'], minutes(4));
    await inPage(window.page, '.charts canvas').first().waitFor();
    assert.equal((await facts(window.page))['Epoch'], '6 of 6');
    assert.match(await inPage(window.page, '.log').first().innerText(), /attempt 1 on /);
    await window.shot('slurm-train');
  });

  test('infer there, and look at the prediction here', async () => {
    const { page } = window;
    await runCommand(page, 'MMAR: Infer');
    await quickPick(page, 'test');
    await untilState(page, ['COMPLETED'], minutes(3), 'Infer');
    await openMmarView(page);
    await treeRow(page, 'phantom_').click();
    const rows = inPage(page, 'aside table.data tbody tr');
    await rows.first().waitFor({ timeout: minutes(2) });
    assert.match(await rows.first().innerText(), /spleen\s+[\d.]+/);
    await window.shot('slurm-look');
  });
});

const profileOf = (site: Site): string =>
  `clusters:
  testsite:
    host: ${site.host}
    port: ${site.port}
    user: ${site.user}
    identityFile: ${site.identityFile}
    knownHosts: ${site.knownHosts}
    scheduler: slurm
    root: ${site.root}
    python: ${python()}
    partition: gpu
    cpus: 2
    memory: 4G
    time: "30"
`;
