// Python environments: one with MONAI for the runs, one with pytest, ruff and mypy for the tests.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureDebianPackages } from './debian.mjs';
import { withLock } from './lock.mjs';
import { cacheDir, root, shortHash } from './places.mjs';
import { cleanEnv, outputOf, quietly, SetupError, which } from './processes.mjs';

const names = ['python3', 'python3.13', 'python3.12', 'python3.11'];
const oldest = [3, 11];
const imports = 'import torch, monai, nibabel, ignite, fire';

/** PYTHONPATH and PYTHONHOME of an outer environment would change what an interpreter finds. */
function pythonEnv() {
  const env = cleanEnv({ PYTHONDONTWRITEBYTECODE: '1' });
  delete env.PYTHONHOME;
  delete env.PYTHONPATH;
  return env;
}

/** What an interpreter says of itself, or undefined if it does not run. */
function describe(python) {
  const code =
    'import json, sys, importlib.util as u; print(json.dumps({"version": sys.version_info[:3],' +
    ' "base": sys.base_prefix, "venv": bool(u.find_spec("venv") and u.find_spec("ensurepip"))}))';
  const text = outputOf([python, '-c', code], { env: pythonEnv() });
  return text === undefined ? undefined : { python, ...JSON.parse(text) };
}

function isNewEnough({ version: [major, minor] }) {
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

const candidates = () =>
  names
    .map(name => which(name))
    .filter(file => file !== undefined)
    .map(describe)
    .filter(about => about !== undefined);

/** An interpreter that can make environments; Debian keeps the two modules for that in a package of its own. */
async function basePython() {
  const usable = () => candidates().filter(isNewEnough);
  let found = usable().find(about => about.venv);
  if (!found) {
    const version = usable()[0]?.version.slice(0, 2).join('.');
    const packages = version ? [`python${version}-venv`] : ['python3', 'python3-venv'];
    const purpose = version
      ? `Python ${version} has no "venv" module`
      : `there is no python3 of version ${oldest.join('.')} or newer`;
    await ensureDebianPackages(
      packages,
      `${purpose}; or name an interpreter with MONAI in MMAR_PYTHON`,
    );
    found = usable().find(about => about.venv);
  }
  if (found) return found;
  throw new SetupError(
    `No Python ${oldest.join('.')} or newer that can make environments. Next step: install one ` +
      '(Debian 12 or newer: apt-get install python3 python3-venv), or name an interpreter ' +
      'that has MONAI in MMAR_PYTHON.',
  );
}

/** An environment holds absolute paths and cannot be renamed: it counts once its stamp is written. */
async function ensureEnvironment({ name, title, base, requirements, finish }) {
  const dir = path.join(cacheDir(), name);
  const python = path.join(dir, 'bin', 'python');
  const stamp = path.join(dir, '.complete');
  if (existsSync(stamp)) return python;
  await withLock(name, async () => {
    if (existsSync(stamp)) return;
    rmSync(dir, { recursive: true, force: true });
    const env = pythonEnv();
    const slug = name.split('-')[0];
    await quietly(`${title}: making it`, slug, [base.python, '-m', 'venv', dir], { env });
    const pip = [python, '-m', 'pip', 'install', '--disable-pip-version-check'];
    await quietly(`${title}: installing its packages`, slug, [...pip, '-r', requirements], { env });
    finish?.(python);
    writeFileSync(stamp, `${readFileSync(requirements, 'utf8')}`);
  });
  return python;
}

function namedPython(named) {
  const python = named.includes(path.sep) ? path.resolve(named) : which(named);
  if (!python || !existsSync(python)) {
    throw new SetupError(
      `MMAR_PYTHON is "${named}", which is not there. Next step: correct it, or unset it to get an ` +
        'environment of its own.',
    );
  }
  if (outputOf([python, '-c', imports], { env: pythonEnv() }) !== undefined) return python;
  throw new SetupError(
    `MMAR_PYTHON is "${named}", but "${imports}" does not work there. Next step: ` +
      `${named} -m pip install -r ${path.join(root, 'requirements.txt')}, or unset MMAR_PYTHON ` +
      'to get an environment of its own.',
  );
}

/** The interpreter that trains: the one in MMAR_PYTHON, else an environment in the cache. */
export async function ensurePython() {
  if (process.env.MMAR_PYTHON) return namedPython(process.env.MMAR_PYTHON);
  const requirements = path.join(root, 'requirements.txt');
  const base = await basePython();
  const hash = shortHash(readFileSync(requirements, 'utf8'), base.version.join('.'), base.base);
  const title = 'Python environment with MONAI';
  return ensureEnvironment({ name: `python-${hash}`, title, base, requirements });
}

/** The interpreter that tests: pytest, ruff and mypy, and everything that `python` can import. */
export async function ensureDevPython(python) {
  const requirements = path.join(root, 'requirements-dev.txt');
  const base = describe(python);
  const usable = base?.venv ? base : await basePython();
  const parts = [
    readFileSync(requirements, 'utf8'),
    usable.version.join('.'),
    path.resolve(python),
  ];
  return ensureEnvironment({
    name: `pytools-${shortHash(...parts)}`,
    title: 'Python environment for the tests',
    base: usable,
    requirements,
    finish: made => shareSitePackages(python, made),
  });
}

/** Lets the second interpreter import what the first has; its own packages come first. */
function shareSitePackages(from, to) {
  const code = 'import sysconfig; print(sysconfig.get_path("purelib"))';
  const ask = python => outputOf([python, '-c', code], { env: pythonEnv() });
  writeFileSync(path.join(ask(to), 'mmar-runtime.pth'), `${ask(from)}\n`);
}
