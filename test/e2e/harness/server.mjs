// A VS Code server on 127.0.0.1, with a home that is thrown away or private folders of its own.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync } from 'node:fs';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Nothing that asks, downloads or distracts; what a run needs on top of it is handed in. */
export const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'update.mode': 'none',
  'window.restoreWindows': 'none',
  'files.autoSave': 'off', // as on the desktop; in the browser it is on
};

/** Folders of one VS Code: settings and logs in `data`, extensions in `extensions`. Made if absent. */
export function makeProfile(dir, settings = {}) {
  const profile = { dir, data: path.join(dir, 'data'), extensions: path.join(dir, 'ext') };
  mkdirSync(profile.extensions, { recursive: true });
  keepSettings(path.join(profile.data, 'User', 'settings.json'), quietSettings, settings);
  // in the browser what belongs to a machine, an interpreter's path say, is taken from here alone
  keepSettings(path.join(profile.data, 'Machine', 'settings.json'), {}, settings);
  return profile;
}

/** What the user of `npm start` has set stays. */
function keepSettings(file, defaults, settings) {
  mkdirSync(path.dirname(file), { recursive: true });
  const kept = existsSync(file) ? parseOr({}, readFileSync(file, 'utf8')) : {};
  writeFileSync(file, `${JSON.stringify({ ...defaults, ...kept, ...settings }, null, 2)}\n`);
}

function parseOr(fallback, text) {
  try {
    return JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** A home for one run, removed by `removeHome`. The short name keeps socket paths under their limit. */
export function makeHome(settings = {}) {
  const home = mkdtempSync(path.join(tmpdir(), 'mmar-'));
  process.once('exit', () => removeNow(home)); // Ctrl-C leaves nothing behind either
  for (const name of ['tmp', 'run', 'chrome']) mkdirSync(path.join(home, name));
  return { home, ...makeProfile(home, settings) };
}

/** Ends what still runs in that home (trainings are detached on purpose), then removes it. */
export async function removeHome({ home }) {
  if (process.env.MMAR_KEEP) console.log(`Kept: ${home}`);
  removeNow(home);
}

/** Without a pause for the event loop: the process may be on its way out. What is dying may still write. */
function removeNow(home) {
  if (process.env.MMAR_KEEP) return;
  for (let tries = 0; existsSync(home) && tries < 50; tries += 1) {
    for (const pid of processesOf(home)) signalTo(pid, 'SIGKILL');
    try {
      rmSync(home, { recursive: true, force: true });
    } catch (error) {
      if (!['ENOTEMPTY', 'EBUSY'].includes(error.code)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

/** Processes started with this HOME: nobody else has it, the name was made for us. */
function processesOf(home) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${home}`);
      } catch {
        return false; // not ours to read, or gone
      }
    })
    .map(Number);
}

/** The environment of a server in a throw-away home, or (without a home) the user's own minus an outer VS Code. */
export function serverEnv({ home, node, extra = {} }) {
  const env = { ...process.env, EXTENSIONS_GALLERY: '{}' };
  for (const key of Object.keys(env)) if (/^(VSCODE_|npm_)/.test(key)) delete env[key];
  if (home) {
    Object.assign(env, {
      HOME: home,
      TMPDIR: path.join(home, 'tmp'),
      XDG_RUNTIME_DIR: path.join(home, 'run'),
      XDG_CONFIG_HOME: path.join(home, '.config'),
      XDG_DATA_HOME: path.join(home, '.local', 'share'),
      XDG_STATE_HOME: path.join(home, '.local', 'state'),
      XDG_CACHE_HOME: path.join(home, '.cache'),
    });
  }
  if (node) env.PATH = `${path.dirname(node)}${path.delimiter}${env.PATH}`;
  return { ...env, ...extra };
}

export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const statusOf = url =>
  new Promise(resolve => {
    const request = http.get(url, response => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', () => resolve(0));
  });

const folders = ({ dir, data, extensions }) => [
  ...['--accept-server-license-terms', '--disable-telemetry'],
  ...['--server-data-dir', dir, '--user-data-dir', data, '--extensions-dir', extensions],
];

/** Installs an extension file into a profile; resolves when VS Code says it is there. */
export async function installVsix({ codeServer, profile, vsix, home, log }) {
  const argv = [codeServer.server, ...folders(profile), '--install-extension', vsix, '--force'];
  const fd = openSync(log ?? path.join(profile.dir, 'install.log'), 'a');
  const env = serverEnv({ home, node: codeServer.node });
  const child = spawn(codeServer.node, argv, { env, stdio: ['ignore', fd, fd] });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  closeSync(fd);
  if (code !== 0) {
    const text = readFileSync(log ?? path.join(profile.dir, 'install.log'), 'utf8');
    throw new Error(`VS Code refused ${vsix} (exit ${code}):\n${text.slice(-2000)}`);
  }
}

async function untilReady({ child, url, log }) {
  for (let waited = 0; (await statusOf(`${url}version`)) !== 200; waited += 50) {
    if (child.exitCode !== null || child.signalCode !== null || waited > 60_000) {
      throw new Error(
        `The VS Code server did not start:\n${readFileSync(log, 'utf8').slice(-4000)}`,
      );
    }
    await sleep(50);
  }
}

/** Sends a signal to a process (its group, if the number is negative); false if nothing of it is left. */
function signalTo(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Ends a process group: politely, then after five seconds not. */
async function endGroup(child) {
  signalTo(-child.pid, 'SIGTERM');
  for (let waited = 0; signalTo(-child.pid, 0) && waited < 5000; waited += 50) await sleep(50);
  signalTo(-child.pid, 'SIGKILL');
}

/**
 * Starts the server. `home`: a throw-away home for everything it runs; without it, the user's own environment.
 * `token`: what the browser must show (else anybody on this machine may come in). `trust`: ask for workspace trust.
 */
export async function startServer(options) {
  const { codeServer, profile, home, token, trust, port = await freePort() } = options;
  const log = path.join(profile.dir, 'server.log');
  const argv = [
    ...[codeServer.server, ...folders(profile), '--host', '127.0.0.1', '--port', String(port)],
    ...(token ? ['--connection-token', token] : ['--without-connection-token']),
    ...(trust ? [] : ['--disable-workspace-trust']),
    ...(options.args ?? []),
  ];
  const fd = openSync(log, 'w');
  const env = serverEnv({ home, node: codeServer.node, extra: options.env });
  const child = spawn(codeServer.node, argv, { env, stdio: ['ignore', fd, fd], detached: true });
  closeSync(fd);
  const url = `http://127.0.0.1:${port}/`;
  process.once('exit', () => signalTo(-child.pid, 'SIGKILL'));
  const server = {
    ...{ url, port, log, home, profile, pid: child.pid, authority: `127.0.0.1:${port}` },
    ended: new Promise(resolve => child.once('exit', resolve)),
    stop: () => endGroup(child),
    address: place => workbenchAddress(url, { token, ...place }),
    logFiles: () => [log, ...logFilesIn(path.join(profile.data, 'logs'))],
  };
  try {
    await untilReady({ child, url, log });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** The address of a window: `folder` or `workspace` (a .code-workspace file) as paths; neither is an empty window. */
export function workbenchAddress(url, { token, folder, workspace, payload }) {
  const address = new URL(url);
  if (token) address.searchParams.set('tkn', token);
  if (folder) address.searchParams.set('folder', folder);
  else if (workspace) address.searchParams.set('workspace', workspace);
  else address.searchParams.set('ew', 'true');
  if (payload) address.searchParams.set('payload', JSON.stringify(payload));
  return address.toString();
}

function logFilesIn(dir) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.log'))
    .map(entry => path.join(entry.parentPath ?? entry.path, entry.name));
}
