// The npm packages of this checkout, exactly as in package-lock.json, without running anybody's install script.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { root, shortHash } from './places.mjs';
import { cleanEnv, quietly, SetupError, which } from './processes.mjs';

const oldestNode = [20, 19];

export function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new SetupError(
    `This is Node ${process.versions.node}; MMAR Workbench needs ${oldestNode.join('.')} or newer. ` +
      'Next step: install a newer Node (Debian: apt-get install nodejs npm) and try again.',
  );
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return undefined; // npm writes it last, so without it an install was never finished
  }
}

/** Compares with the record that npm leaves behind, so an `npm install` by hand counts as well. */
export function areNodePackagesCurrent(folder = root) {
  const wanted = packagesIn(path.join(folder, 'package-lock.json')) ?? {};
  const present = packagesIn(path.join(folder, 'node_modules', '.package-lock.json'));
  if (!present) return false;
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    if (name === '') return true;
    const found = present[name];
    return found ? found.version === version : optional === true; // optional: for another platform
  });
}

/** Installs the npm packages if they are missing or not those of the lock file. */
export async function ensureNodePackages(folder = root) {
  if (areNodePackagesCurrent(folder)) return;
  if (!which('npm')) {
    throw new SetupError('There is no "npm". Next step: apt-get install npm, then try again.');
  }
  await withLock(`npm-${shortHash(folder)}`, async () => {
    if (areNodePackagesCurrent(folder)) return;
    const argv = ['npm', 'ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'];
    await quietly('Installing the npm packages', 'npm', argv, { cwd: folder, env: cleanEnv() });
  });
}
