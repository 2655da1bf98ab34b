// npm test: installs what is missing, builds, and runs the suites one after another.
//   npm test                     all of them
//   npm test -- unit pages       only these
// A suite that this machine cannot run is skipped with the reason; with CI=true it is a failure.
// The last line is exactly "N passed, N failed", with ", N skipped" if there are any.
import { buildAll } from './setup/build.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { ensureCodeServer } from './setup/codeServer.mjs';
import { checkNodeVersion, ensureNodePackages } from './setup/nodePackages.mjs';
import { exitOnSignals } from './setup/processes.mjs';
import { ensurePython } from './setup/python.mjs';
import { ensureSamples } from './setup/samples.mjs';

const strict = process.env.CI === 'true' || process.env.CI === '1';
const seconds = since => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const rule = text => `\n${'='.repeat(8)} ${text} ${'='.repeat(Math.max(8, 70 - text.length))}`;

/** Set up once, when the first suite asks. */
const onFirstUse = work => {
  let result;
  return () => (result ??= work());
};

function makeTools({ makePackage }) {
  const python = onFirstUse(ensurePython);
  return {
    python,
    chromium: onFirstUse(ensureChromium),
    codeServer: onFirstUse(ensureCodeServer),
    samples: onFirstUse(async () => ensureSamples(await python())),
    vsix: onFirstUse(makePackage),
  };
}

/** Runs one suite; what it throws becomes a failure, or a skip if only the machine is to blame. */
async function runSuite(name, suite, tools) {
  const started = Date.now();
  console.log(rule(name));
  let result;
  try {
    result = await suite(tools);
    if (result.passed + result.failed === 0) {
      result = { ...result, failed: 1, failures: [`${name}: no test ran`] };
    }
  } catch (error) {
    const known = error.name === 'SetupError';
    console.error(known ? `!!! ${name} CANNOT RUN HERE: ${error.message}` : error);
    const skip = known && !strict;
    const failures = skip ? [] : [`${name}: ${error.message.split('\n')[0]}`];
    const reason = skip ? error.message : undefined;
    result = { passed: 0, failed: skip ? 0 : 1, skipped: skip ? 1 : 0, failures, reason };
  }
  const { passed, failed, skipped } = result;
  console.log(
    `-- ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds(started)}`,
  );
  return { name, time: seconds(started), ...result };
}

function summary(results) {
  console.log(rule('summary'));
  for (const { name, time, passed, failed, skipped, failures, reason } of results) {
    const numbers = `${passed} passed, ${failed} failed, ${skipped} skipped`;
    console.log(
      `${failed ? 'FAILED' : passed ? 'ok    ' : 'SKIPPED'} ${name.padEnd(8)} ${numbers} (${time})`,
    );
    if (reason) console.log(`         not run here: ${reason.split('\n')[0]}`);
    for (const failure of failures) console.log(`         ${failure}`);
  }
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(key =>
    results.reduce((sum, result) => sum + result[key], 0),
  );
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  return failed === 0 && passed > 0;
}

async function main(names) {
  checkNodeVersion();
  await ensureNodePackages();
  const { needBuild, suites } = await import('./test/suites.mjs');
  const unknown = names.filter(name => !Object.hasOwn(suites, name));
  if (unknown.length > 0) {
    console.error(`No suite ${unknown.join(', ')}; there are: ${Object.keys(suites).join(', ')}`);
    return false;
  }
  const chosen = names.length > 0 ? names : Object.keys(suites);
  const { makePackage } = await import('./package.mjs');
  const tools = makeTools({ makePackage: () => makePackage() });
  const results = [];
  if (chosen.some(name => needBuild.has(name))) {
    const build = async () => (
      await buildAll(),
      { passed: 1, failed: 0, skipped: 0, failures: [] }
    );
    results.push(await runSuite('build', () => build().catch(asFailure), tools));
  }
  for (const name of chosen) {
    results.push(await runSuite(name, suites[name], tools));
  }
  return summary(results);
}

/** A build that fails is never this machine's fault. */
function asFailure(error) {
  return { passed: 0, failed: 1, skipped: 0, failures: [error.message.split('\n')[0]] };
}

exitOnSignals();
try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.error(error.name === 'SetupError' ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
