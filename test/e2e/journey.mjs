// The main job, as a user does it in VS Code: see, edit, train, predict, look. `npm start -- --once` goes this way, too.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  facts,
  inPage,
  openMmarView,
  openWorkbench,
  problems,
  quickPick,
  reload,
} from './harness/index.mjs';
import { runCommand, runState, shotStats, treeRow, untilState } from './harness/index.mjs';

const minutes = n => n * 60_000;

/** Best key metric that the run page tells, e.g. 0.93. */
const bestOf = async page => Number(/^[\d.]+/.exec((await facts(page)).Best ?? '')?.[0] ?? 0);

async function seeTheMmar({ page, server, step }) {
  await step('Open the samples', async () => {
    await openWorkbench(page, server.address(server.place));
    await openMmarView(page);
    await treeRow(page, 'spleen').waitFor({ timeout: minutes(1) });
  });
  await step('See the MMAR', async () => {
    for (const name of ['Configs', 'Components', 'Models', 'Datalists', 'Runs'])
      await treeRow(page, name).waitFor();
    await treeRow(page, 'config_train.json').waitFor();
    await treeRow(page, 'Datalists').click();
    await treeRow(page, 'training 8, validation 3, test 2').waitFor();
  });
}

async function edit({ page, step }) {
  await step('Edit: a misspelt key is underlined', async () => {
    await treeRow(page, 'config_train.json').click();
    const editor = page.locator('.monaco-editor').first();
    await editor.locator('.view-line', { hasText: 'CLARA_TRAIN_VERSION' }).waitFor();
    await editor.locator('.view-line', { hasText: '"epochs"' }).first().click();
    await page.keyboard.press('Home');
    await page.keyboard.type('"validat": {}, ');
    await editor.locator('.squiggly-error').first().waitFor();
    assert.match(await problems(page), /"validat" is not known here/);
  });
  await step('Edit: corrected, nothing is underlined', async () => {
    await runCommand(page, 'File: Revert File');
    await page.locator('.monaco-editor .squiggly-error').first().waitFor({ state: 'detached' });
    await runCommand(page, 'View: Hide Panel');
  });
}

async function train({ page, server, step }) {
  await step('Train: submitted from the palette', async () => {
    await runCommand(page, 'MMAR: Train');
    await untilState(page, ['RUNNING'], minutes(2));
  });
  await step('Train: curves and log are live', async () => {
    await inPage(page, '.charts canvas')
      .first()
      .waitFor({ timeout: minutes(2) });
    await untilFact(page, 'Epoch', text => Number.parseInt(text, 10) >= 3, minutes(3));
    const { colours } = await shotStats(page, inPage(page, '.charts canvas').first());
    assert.ok(colours > 5, 'the chart is empty');
    assert.match(await inPage(page, '.log').first().innerText(), /attempt 1/);
  });
  await step('Train: a reloaded window finds the run again', async () => {
    await reload(page);
    await openMmarView(page);
    await treeRow(page, 'RUNNING').waitFor({ timeout: minutes(1) });
    await runCommand(page, 'MMAR: Open Run');
    await untilState(page, ['RUNNING'], minutes(1));
  });
  let reached;
  await step('Train: cancelled, with a checkpoint', async () => {
    await runCommand(page, 'MMAR: Cancel Run');
    await untilState(page, ['CANCELLED'], minutes(2));
    reached = Number.parseInt((await facts(page)).Epoch, 10);
  });
  await step('Train: resumed, goes on where it was', async () => {
    await runCommand(page, 'MMAR: Resume Run');
    await untilState(page, ['RUNNING'], minutes(2));
    await untilFact(page, 'Epoch', text => Number.parseInt(text, 10) > reached, minutes(2));
    assert.match(await inPage(page, '.log').first().innerText(), /resume: iteration_\d+\.pt/);
  });
  await step('Train: goes on and ends while no window is open', async () => {
    await page.goto('about:blank'); // a closed laptop; and the processor is the training's alone
    await untilEnded(path.join(server.folder, '.mmar', 'runs'), minutes(15));
  });
  await step('Train: completed, a Dice of at least 0.85', async () => {
    await openWorkbench(page, server.address(server.place));
    await openMmarView(page);
    await treeRow(page, 'COMPLETED').waitFor({ timeout: minutes(1) });
    await runCommand(page, 'MMAR: Open Run');
    await untilState(page, ['COMPLETED'], minutes(1));
    const best = await bestOf(page);
    assert.ok(best >= 0.85, `the best Dice is ${best}`);
  });
}

/** Waits until the resumed attempt of the only run has said how it ended. */
async function untilEnded(runs, timeout) {
  for (const end = Date.now() + timeout; ; await sleep(500)) {
    const [run = ''] = readdirSync(runs);
    const file = path.join(runs, run, 'exit.json');
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).attempt > 1) return;
    if (Date.now() > end) throw new Error(`${run} did not end`);
  }
}

/** Waits for a fact of the run page. */
async function untilFact(page, name, isReached, timeout) {
  for (const end = Date.now() + timeout; ; await page.waitForTimeout(300)) {
    const text = (await facts(page).catch(() => ({})))[name] ?? '';
    if (isReached(text)) return;
    if (Date.now() > end) throw new Error(`${name} stayed "${text}" (${await runState(page)})`);
  }
}

async function infer({ page, step }) {
  await step('Infer: the test cases are predicted', async () => {
    await runCommand(page, 'MMAR: Infer');
    await quickPick(page, 'test');
    await untilState(page, ['COMPLETED'], minutes(5), 'Infer');
  });
  await step('Infer: the predictions appear under the run', async () => {
    await openMmarView(page);
    await treeRow(page, 'phantom_')
      .first()
      .waitFor({ timeout: minutes(1) });
  });
}

async function look({ page, report, step }) {
  await step('Look: image, label and prediction, and the Dice', async () => {
    await treeRow(page, 'phantom_').first().click();
    const canvas = inPage(page, '.picture canvas').first();
    await canvas.waitFor({ timeout: minutes(2) });
    const rows = inPage(page, 'aside table.data tbody tr');
    await rows.first().waitFor({ timeout: minutes(2) });
    report.dice = await diceOf(rows);
    const { colours, brightPercent } = await shotStats(page, canvas);
    assert.ok(colours > 100 && brightPercent > 2, `${colours} colours, ${brightPercent} % bright`);
    assert.ok(report.dice.mean >= 0.8, `the mean Dice is ${report.dice.mean}`);
  });
  for (const [name, key] of [
    ['3D', '5'],
    ['axial', '2'],
  ])
    await step(`Look: ${name}`, async () => {
      await inPage(page, '.picture canvas').first().press(key);
      await page.waitForTimeout(1500); // software rendering
      const { colours } = await shotStats(page, inPage(page, '.picture canvas').first());
      assert.ok(colours > 50, `${colours} colours`);
    });
}

async function diceOf(rows) {
  const dice = {};
  for (const row of await rows.all()) {
    const label = (await row.locator('th').innerText()).trim();
    dice[label] = Number(await row.locator('td').first().innerText());
  }
  const values = Object.values(dice);
  return { ...dice, mean: values.reduce((sum, value) => sum + value, 0) / values.length };
}

export async function journey({ page, server, report, step }) {
  await seeTheMmar({ page, server, step });
  await edit({ page, step });
  await train({ page, server, step });
  await infer({ page, step });
  await look({ page, report, step });
  await step('Get started: the walkthrough shows the steps of this way', async () => {
    await runCommand(page, 'MMAR: Get Started');
    const steps = page.locator('.getting-started-step');
    await steps.first().waitFor();
    assert.equal(await steps.count(), 6);
  });
}
