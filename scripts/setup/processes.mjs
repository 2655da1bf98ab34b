// Runs other programs. A program and its arguments are an array; no shell is involved.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from './places.mjs';

/** Something is missing that only the user can bring; the message says what and how. */
export class SetupError extends Error {
  name = 'SetupError';
}

/** The first executable of that name on PATH, or undefined. */
export function which(name, searchPath = process.env.PATH ?? '') {
  for (const dir of searchPath.split(path.delimiter).filter(Boolean)) {
    const file = path.join(dir, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** What a program prints, or undefined if it cannot be started or fails. */
export function outputOf([program, ...args], options = {}) {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', ...options });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Runs a program on this terminal and gives its exit status (128 + n after signal n is not told apart: 1).
 * It does not outlive this process, unless that is killed.
 */
export function run([program, ...args], options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options });
    const stop = () => child.kill();
    process.once('exit', stop);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('exit', stop);
      resolve(signal ? 1 : code);
    });
  });
}

/** Runs one quiet step of the set-up: its output goes to a log, whose end is shown if it fails. */
export async function quietly(title, name, argv, options = {}) {
  const logDir = path.join(cacheDir(), 'logs');
  mkdirSync(logDir, { recursive: true });
  const log = path.join(logDir, `${name}-${process.pid}.log`);
  const started = Date.now();
  console.log(`${title} ...`);
  const fd = openSync(log, 'w');
  let status;
  try {
    status = await run(argv, { ...options, stdio: ['ignore', fd, fd] });
  } finally {
    closeSync(fd);
  }
  if (status !== 0) {
    const end = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-25).join('\n');
    throw new SetupError(`${title}: failed (${argv.join(' ')})\n${end}\nThe whole log: ${log}`);
  }
  console.log(`${title}: done in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

/** The environment without what an outer npm or VS Code put there for its own children. */
export function cleanEnv(extra = {}) {
  const env = { ...process.env, ...extra };
  for (const key of Object.keys(env)) {
    if (/^(VSCODE_|npm_package_|npm_lifecycle_)/.test(key) || key === 'ELECTRON_RUN_AS_NODE') {
      delete env[key];
    }
  }
  return env;
}

/** Ctrl-C ends this process by its own hand, so that what it started is taken down as at any other exit. */
export function exitOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => process.exit(130));
}
