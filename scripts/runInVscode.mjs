// Runs test/vscode inside the real Node extension host of code-server.
//   node scripts/runInVscode.mjs [samples|empty]... [--grep TEXT]
// MMAR_KEEP=1 keeps the throw-away home with its logs. A module as well: scripts/test.mjs calls runInVscode.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureChromium } from './setup/chromium.mjs';
import { ensureCodeServer } from './setup/codeServer.mjs';
import { buildAll } from './setup/build.mjs';
import { ensureNodePackages } from './setup/nodePackages.mjs';
import { outDir, root } from './setup/places.mjs';
import { exitOnSignals } from './setup/processes.mjs';
import { ensurePython } from './setup/python.mjs';
import { copySamples, ensureSamples, placeOf } from './setup/samples.mjs';

const built = path.join(outDir, 'test', 'vscode');

/** The kinds of workspace that test files ask for by their names: `x.empty.test.ts`, `x.test.ts`. */
export function testKinds() {
  const names = readdirSync(built, { recursive: true }).filter(name => name.endsWith('.test.js'));
  return [...new Set(names.map(name => /\.(\w+)\.test\.js$/.exec(name)?.[1] ?? 'samples'))].sort();
}

/** Workspaces by kind, made in `dir`; each gives what the window opens. */
const workspaces = {
  samples: dir => placeOf(copySamples(dir)),
  /** One file that is no MMAR. */
  empty(dir) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(path.join(dir, 'readme.txt'), 'nothing to see here\n');
    return { folder: dir };
  },
  /** The samples, in a window that asks for trust and gets none. */
  restricted: dir => ({ ...placeOf(copySamples(dir)), trust: true }),
  /** The sample under a name that a shell would execute, with one epoch. */
  hostile(dir) {
    copySamples(dir);
    const mmar = path.join(dir, "a b'c $(touch x)");
    renameSync(path.join(dir, 'spleen'), mmar);
    const file = path.join(mmar, 'config', 'config_train.json');
    const config = JSON.parse(readFileSync(file, 'utf8'));
    const short = { ...config, epochs: 1, num_interval_per_valid: 1 };
    writeFileSync(file, `${JSON.stringify(short, null, 2)}\n`);
    return { folder: dir };
  },
};

export function makeWorkspace(kind, dir) {
  if (Object.hasOwn(workspaces, kind)) return workspaces[kind](dir);
  const names = Object.keys(workspaces).join(', ');
  throw new Error(`No workspace of kind "${kind}": there are ${names}.`);
}

/** What VS Code itself says there at every start. */
const chatter =
  /builtin extensions|connection token|Creating a socket|grace-time|Service Worker|AgentHost|PolicyGate/;

/** Waits until VS Code says that the tests ended; what they print goes to this terminal. */
async function untilDone(page, address, timeout) {
  let timer;
  const done = new Promise((resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the tests did not end in ${timeout / 1000} s`)),
      timeout,
    );
    page.on('crash', () => reject(new Error('the page crashed')));
    void page.exposeFunction('codeAutomationLog', (type, args) => {
      if (!chatter.test(String(args[0]))) (console[type] ?? console.log)(...args);
    });
    void page.exposeFunction('codeAutomationExit', resolve);
  });
  try {
    await Promise.all([page.goto(address), done]);
  } finally {
    clearTimeout(timer);
  }
}

function resultOf(file) {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The only word that counts: VS Code's own exit code is 0 when the extension host was killed. */
function judge(kind, result, problem) {
  if (!result) {
    const name = `${kind}: ${problem ?? 'the extension host died before the tests ended'}`;
    return { passed: 0, failed: 1, skipped: 0, failures: [name] };
  }
  const failures = [...result.failed];
  if (result.passes === 0 && failures.length === 0) failures.push(`${kind}: no test ran`);
  return { passed: result.passes, failed: failures.length, skipped: result.pending, failures };
}

async function runKind(kind, { codeServer, chromium, python, grep, timeout }) {
  const harness = await import('../test/e2e/harness/index.mjs');
  const profile = harness.makeHome({ 'mmar.local.python': python, 'git.enabled': false });
  const result = path.join(profile.home, 'result.json');
  const env = {
    MMAR_TEST_KIND: kind,
    MMAR_TEST_RESULT: result,
    MMAR_PYTHON: python,
    ...(grep ? { MMAR_TEST_GREP: grep } : {}),
  };
  let server, browser, problem;
  try {
    const { trust, ...place } = makeWorkspace(kind, path.join(profile.home, 'workspace'));
    // without this flag VS Code ignores the payload in silence
    const args = ['--enable-smoke-test-driver'];
    const { home } = profile;
    server = await harness.startServer({ codeServer, profile, home, env, args, trust });
    browser = await harness.launchBrowser({ home: profile.home, executable: chromium });
    const there = dir => `vscode-remote://${server.authority}${pathToFileURL(dir).pathname}`;
    const payload = [
      ['extensionDevelopmentPath', there(root)],
      ['extensionTestsPath', there(path.join(built, 'index.js'))],
    ];
    await untilDone(browser.page, server.address({ ...place, payload }), timeout);
  } catch (error) {
    problem = error.message;
    console.error(`${kind}: ${problem}`);
  }
  const verdict = judge(kind, resultOf(result), problem);
  if (verdict.failed > 0) await keepEvidence(kind, browser?.page, server);
  await browser?.context.close().catch(() => undefined);
  await server?.stop();
  await harness.removeHome(profile);
  return verdict;
}

async function keepEvidence(kind, page, server) {
  const dir = path.join(outDir, `vscode-failed-${kind}`);
  mkdirSync(dir, { recursive: true });
  await page?.screenshot({ path: path.join(dir, 'window.png') }).catch(() => undefined);
  for (const file of server?.logFiles() ?? []) {
    writeFileSync(path.join(dir, path.basename(file)), readFileSync(file));
  }
  console.error(`What was there at the end: ${dir}`);
}

/** Runs the test files of each kind in a server of its own; sums up. */
export async function runInVscode({ kinds = testKinds(), timeout = 300_000, ...tools }) {
  const sum = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const kind of kinds) {
    console.log(`\nWorkspace: ${kind}`);
    const one = await runKind(kind, { ...tools, timeout });
    for (const key of ['passed', 'failed', 'skipped']) sum[key] += one[key];
    sum.failures.push(...one.failures);
  }
  return sum;
}

async function main(argv) {
  const at = argv.indexOf('--grep');
  const grep = at < 0 ? undefined : argv.splice(at, 2)[1];
  await ensureNodePackages();
  const chromium = await ensureChromium();
  const [codeServer, python] = await Promise.all([ensureCodeServer(), ensurePython()]);
  await ensureSamples(python);
  await buildAll();
  const kinds = argv.length > 0 ? argv : testKinds();
  const { passed, failed } = await runInVscode({ kinds, grep, codeServer, chromium, python });
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) {
  exitOnSignals();
  main(process.argv.slice(2)).catch(error => {
    console.error(error.name === 'SetupError' ? error.message : error);
    process.exitCode = 1;
  });
}
