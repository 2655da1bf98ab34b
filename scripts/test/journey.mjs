// Goes through test/e2e/journey.mjs in a fresh VS Code, step by step, and writes down how it went.
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../setup/places.mjs';
import { SetupError } from '../setup/processes.mjs';
import { copySamples, placeOf } from '../setup/samples.mjs';

const fileName = text =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** Records steps and writes report.json after each, so that a run that breaks off leaves what it knew. */
function makeReport(dir, page) {
  const report = { dir, steps: [], dice: {} };
  const save = () => {
    const { steps, dice } = report;
    writeFileSync(path.join(dir, 'report.json'), `${JSON.stringify({ steps, dice }, null, 2)}\n`);
  };
  const step = async (name, work) => {
    const started = Date.now();
    const number = String(report.steps.length + 1).padStart(2, '0');
    const entry = { name, ok: false, seconds: 0, screenshot: `${number}-${fileName(name)}.png` };
    report.steps.push(entry);
    try {
      const value = await work();
      entry.ok = true;
      return value;
    } catch (error) {
      entry.error = stripVTControlCharacters(error.message);
      throw error;
    } finally {
      entry.seconds = Math.round((Date.now() - started) / 100) / 10;
      await page.screenshot({ path: path.join(dir, entry.screenshot) }).catch(() => {
        delete entry.screenshot; // the browser is gone
      });
      save();
      console.log(`  ${entry.ok ? 'ok    ' : 'FAILED'} ${name} (${entry.seconds} s)`);
    }
  };
  save();
  return { report, step, save };
}

/** The logs of the server, the extension host and our own output channel, beside the report. */
function keepLogs(server, dir) {
  const logs = path.join(dir, 'logs');
  mkdirSync(logs, { recursive: true });
  for (const file of server.logFiles()) {
    if (existsSync(file)) copyFileSync(file, path.join(logs, path.basename(file)));
  }
  console.error(`Logs: ${logs}`);
}

async function journeyOf(file) {
  if (!existsSync(file)) throw new SetupError(`${path.relative(root, file)} is not there.`);
  const { journey } = await import(pathToFileURL(file).href);
  return journey;
}

/** Ctrl-C: rejects, so that everything is taken down on the usual way. */
function interruption() {
  let leave;
  const interrupted = new Promise((_, reject) => {
    leave = signal => reject(new Error(`interrupted by ${signal}`));
  });
  interrupted.catch(() => undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, leave);
  const off = () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, leave);
  };
  return { interrupted, off };
}

/** Runs the journey; `ok` is true only if there was a step and every step was ok. */
export async function runJourney({ codeServer, chromium, python, vsix, report: dir, file }) {
  const journey = await journeyOf(file ?? path.join(root, 'test', 'e2e', 'journey.mjs'));
  const harness = await import('../../test/e2e/harness/index.mjs');
  const profile = harness.makeHome({ 'mmar.local.python': python });
  const { interrupted, off } = interruption();
  let server, browser, recorded, failure;
  try {
    const { home } = profile;
    const folder = copySamples(path.join(home, 'samples'));
    const work = (async () => {
      await harness.installVsix({ codeServer, profile, vsix, home });
      server = await harness.startServer({ codeServer, profile, home });
      browser = await harness.launchBrowser({ home, executable: chromium });
      Object.assign(server, { folder, python, address: server.address, place: placeOf(folder) });
      recorded = makeReport(dir, browser.page);
      const { report, step } = recorded;
      await journey({ page: browser.page, server, report, step });
    })();
    work.catch(() => undefined); // after an interruption nobody waits for it
    await Promise.race([work, interrupted]);
  } catch (error) {
    failure = error;
    console.error(error.stack);
    const picture = path.join(dir, 'failed.png');
    await browser?.page.screenshot({ path: picture }).catch(() => undefined);
    if (server) keepLogs(server, dir);
  } finally {
    off();
    recorded?.save();
    await browser?.context.close().catch(() => undefined);
    await server?.stop();
    await harness.removeHome(profile);
  }
  const steps = recorded?.report.steps ?? [];
  return { ok: !failure && steps.length > 0 && steps.every(step => step.ok), steps, failure };
}
