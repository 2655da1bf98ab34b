// npm start: opens the samples workspace with the extension in a real VS Code, and installs what that takes.
//   npm start                              desktop VS Code if there is one and a display, else VS Code in the browser
//   npm start -- --browser [--port N]      VS Code in the browser, on 127.0.0.1
//   npm start -- --once [--report DIR]     the whole journey, headless; screenshots and report.json in DIR
// Nothing of the user's own VS Code is read or written: settings and extensions lie in the project's cache.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makePackage } from './package.mjs';
import { buildAll } from './setup/build.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { ensureCodeServer } from './setup/codeServer.mjs';
import { checkNodeVersion, ensureNodePackages } from './setup/nodePackages.mjs';
import { cacheDir, outDir, root, shortHash } from './setup/places.mjs';
import { cleanEnv, run, SetupError, which } from './setup/processes.mjs';
import { ensurePython } from './setup/python.mjs';
import { ensureSamples, placeOf } from './setup/samples.mjs';

const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    report: { type: 'string' },
    browser: { type: 'boolean', default: false },
    port: { type: 'string' },
  },
});

/** The user's desktop VS Code, if it can show a window. */
function desktopCode() {
  if (options.once || options.browser || options.port) return undefined;
  const display = process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY;
  return process.platform !== 'linux' || display ? which('code') : undefined;
}

async function prepare({ withServer }) {
  checkNodeVersion();
  await ensureNodePackages();
  const [codeServer, python] = await Promise.all([
    withServer ? ensureCodeServer() : undefined,
    ensurePython(),
  ]);
  await ensureSamples(python);
  await buildAll();
  return { codeServer, python, vsix: await makePackage() };
}

/** Settings and extensions of `npm start`, one per clone: two clones may run at the same time. */
async function privateProfile(python) {
  const { makeProfile } = await import('../test/e2e/harness/server.mjs');
  return makeProfile(path.join(cacheDir(), `start-${shortHash(root)}`), {
    'mmar.local.python': python,
    'security.workspace.trust.enabled': false, // the samples are the project's own
  });
}

async function openDesktop(code) {
  const { python, vsix } = await prepare({ withServer: false });
  const profile = await privateProfile(python);
  const own = ['--user-data-dir', profile.data, '--extensions-dir', profile.extensions];
  const env = cleanEnv({ DONT_PROMPT_WSL_INSTALL: '1' });
  if ((await run([code, ...own, '--install-extension', vsix, '--force'], { env })) !== 0) {
    throw new SetupError(`${code} did not take ${vsix}. Next step: npm start -- --browser`);
  }
  const { workspace, folder } = placeOf(path.join(root, 'samples'));
  console.log(
    `Opening ${workspace ?? folder} in ${code}; this command ends when its window is closed.`,
  );
  return run([code, ...own, '--new-window', '--wait', workspace ?? folder], { env });
}

const portOf = text => {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new SetupError(`--port is "${text}", which is no port. Next step: give 1 to 65535.`);
};

async function openInBrowser() {
  const port = options.port === undefined ? undefined : portOf(options.port);
  const { codeServer, python, vsix } = await prepare({ withServer: true });
  const { installVsix, startServer } = await import('../test/e2e/harness/server.mjs');
  const profile = await privateProfile(python);
  await installVsix({ codeServer, profile, vsix });
  // other users of this machine can reach 127.0.0.1 too: the address carries a secret
  const token = randomBytes(16).toString('hex');
  const server = await startServer({ codeServer, profile, token, ...(port ? { port } : {}) });
  const stop = () => void server.stop();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
  const address = server.address(placeOf(path.join(root, 'samples')));
  console.log(`\nMMAR Workbench is ready. Open this address in a browser:\n\n  ${address}\n`);
  console.log(
    'Stop with Ctrl-C. On another machine: ssh -L ' + `${server.port}:127.0.0.1:${server.port}`,
  );
  await server.ended;
  await server.stop(); // its children, if it ended by itself
  return 0;
}

async function once() {
  const chromium = await ensureChromium();
  const tools = await prepare({ withServer: true });
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const report = path.resolve(options.report ?? path.join(outDir, `journey-${stamp}`));
  mkdirSync(report, { recursive: true });
  const { runJourney } = await import('./test/journey.mjs');
  const { ok } = await runJourney({ ...tools, chromium, report });
  console.log(`Report: ${path.join(report, 'report.json')}`);
  return ok ? 0 : 1;
}

const code = desktopCode();
try {
  process.exitCode = await (options.once ? once() : code ? openDesktop(code) : openInBrowser());
} catch (error) {
  console.error(error.name === 'SetupError' ? `\n${error.message}` : error);
  process.exitCode = 1;
}
