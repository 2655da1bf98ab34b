import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { toBundle, type Bundle, type JsonObject } from '../../extension/core/mmar/toBundle.ts';

const run = promisify(execFile);

export const repository = path.resolve(__dirname, '..', '..');
/** Real configs and volumes, where they exist beside the repository. */
export const sharedData = path.resolve(repository, '..', 'shared', 'data');

/** The interpreter with MONAI that `npm test` names. */
export function python(): string {
  const named = process.env['MMAR_PYTHON'];
  if (!named) throw new Error('MMAR_PYTHON is not set; run "npm test -- engine".');
  return named;
}

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of the test process, gone when it ends. */
export function scratch(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `mmar-${name}-`));
  folders.push(folder);
  return folder;
}

/** The synthetic data set, made once per test process; a process started by a test takes over its parent's. */
export async function phantom(): Promise<string> {
  const given = process.env['MMAR_PHANTOM'];
  if (given) return given;
  made ??= (async () => {
    const folder = path.join(scratch('phantom'), 'phantom');
    await run(python(), [path.join(repository, 'samples', 'makePhantom.py'), folder]);
    return folder;
  })();
  return made;
}
let made: Promise<string> | undefined;

const readJson = (file: string): unknown =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as unknown) : undefined;

export function compileMmar(
  mmar: string,
  train = 'config_train.json',
  set: JsonObject = {},
): Bundle {
  const config = (name: string): unknown => readJson(path.join(mmar, 'config', name));
  return toBundle({
    train: config(train),
    validation: config('config_validation.json'),
    inference: config('config_inference.json'),
    environment: config('environment.json'),
    set,
    runtime: readFileSync(path.join(repository, 'remote', 'runtime', 'mmar_runtime.py'), 'utf8'),
    name: path.basename(mmar),
  });
}

export function writeBundle(bundle: Bundle, folder: string, custom?: string): void {
  for (const file of bundle.files) {
    mkdirSync(path.dirname(path.join(folder, file.path)), { recursive: true });
    writeFileSync(path.join(folder, file.path), file.text);
  }
  if (custom && existsSync(custom))
    cpSync(custom, path.join(folder, 'custom'), { recursive: true });
}

export async function monaiBundle(folder: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(python(), ['-m', 'monai.bundle', 'run', ...args], {
    cwd: folder,
    maxBuffer: 1 << 26,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return stdout + stderr;
}
