// The suites of `npm test`, in the order in which they run. `tools` brings what is dear to set up, on first use.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makePackage, namesInZip, problemsOf } from '../package.mjs';
import { runInVscode } from '../runInVscode.mjs';
import { ensureDebianPackages } from '../setup/debian.mjs';
import { outDir, root } from '../setup/places.mjs';
import { outputOf, SetupError, which } from '../setup/processes.mjs';
import { ensureDevPython } from '../setup/python.mjs';
import { runJourney } from './journey.mjs';
import { filesBelow, inTurn, mocha, node, program, pytest } from './runners.mjs';

const minutes = n => n * 60_000;

const types = () =>
  inTurn(
    ...['tsconfig.json', 'extension/core/tsconfig.json', 'webviews/tsconfig.json'].map(
      project => () => node(`tsc -p ${project}`, ['typescript', 'bin', 'tsc'], ['-p', project]),
    ),
  );

const lint = () =>
  inTurn(
    () => node('eslint', ['eslint', 'bin', 'eslint.js'], ['.']),
    () =>
      node(
        'prettier',
        ['prettier', 'bin', 'prettier.cjs'],
        ['--check', '--log-level', 'warn', '.'],
      ),
  );

function isShellScript(file) {
  if (/\.(sh|sbatch)$/.test(file)) return true;
  if (path.extname(file) !== '') return false;
  return /^#!.*\b(ba|da)?sh\b/.test(readFileSync(file, 'latin1').slice(0, 80));
}

async function shellcheck() {
  if (!which('shellcheck'))
    await ensureDebianPackages(['shellcheck'], 'it reads the shell scripts');
  return program('shellcheck', [
    'shellcheck',
    '-x',
    '-P',
    'SCRIPTDIR',
    ...filesBelow(root, isShellScript),
  ]);
}

async function python(tools) {
  const runtime = await tools.python();
  const dev = await ensureDevPython(runtime);
  const module = (...args) => program(args.join(' '), [dev, '-m', ...args]);
  const folders = ['remote', 'samples', 'mmar-schemas/tools', 'test/remote', 'test/engine'];
  const sources = folders.filter(
    name => filesBelow(path.join(root, name), f => f.endsWith('.py')).length,
  );
  const cache = name => path.join(outDir, name);
  return inTurn(
    () => module('ruff', 'check', '--cache-dir', cache('ruff'), ...sources),
    () => module('ruff', 'format', '--check', '--cache-dir', cache('ruff'), ...sources),
    () => module('mypy', '--cache-dir', cache('mypy'), 'remote', 'mmar-schemas/tools'),
    () => pytest(dev, 'test/remote', { MMAR_PYTHON: runtime }),
    shellcheck,
  );
}

async function pages(tools) {
  return mocha('test/pages', { env: { CHROMIUM: await tools.chromium() }, timeout: minutes(1) });
}

async function engine(tools) {
  const env = { MMAR_PYTHON: await tools.python() };
  await tools.samples();
  return mocha('test/engine', { env, timeout: minutes(10) });
}

async function cluster(tools) {
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      'The test cluster (sshd, munge, Slurm) needs root. Next step: run it in a container.',
    );
  }
  const names = ['slurm-wlm', 'slurmctld', 'slurmd', 'slurm-client', 'munge', 'openssh-server'];
  await ensureDebianPackages(names, 'the test cluster is made of them');
  const env = { MMAR_PYTHON: await tools.python() };
  await tools.samples();
  return mocha('test/cluster', { env, timeout: minutes(5) });
}

async function vscode(tools) {
  const chromium = await tools.chromium();
  const [codeServer, interpreter] = [await tools.codeServer(), await tools.python()];
  await tools.samples();
  return runInVscode({ codeServer, chromium, python: interpreter });
}

/** The package holds what ships and nothing else: one test. */
async function packaging(tools) {
  const failures = problemsOf(namesInZip(await tools.vsix()));
  for (const line of failures) console.error(line);
  return { passed: failures.length ? 0 : 1, failed: failures.length ? 1 : 0, skipped: 0, failures };
}

/** Every step is a test; then whatever else lies in test/e2e. */
async function journey(tools) {
  const chromium = await tools.chromium();
  const [codeServer, interpreter] = [await tools.codeServer(), await tools.python()];
  await tools.samples();
  const report = path.join(outDir, 'journey');
  mkdirSync(report, { recursive: true });
  const vsix = await tools.vsix();
  const walk = async () => {
    const { ok, steps } = await runJourney({
      codeServer,
      chromium,
      python: interpreter,
      vsix,
      report,
    });
    const failures = steps.filter(step => !step.ok).map(step => step.name);
    if (!ok && failures.length === 0) failures.push('the journey broke off between two steps');
    const passed = steps.filter(step => step.ok).length;
    return { passed, failed: failures.length, skipped: 0, failures };
  };
  const env = { CHROMIUM: chromium, MMAR_PYTHON: interpreter, MMAR_CODE_SERVER: codeServer.dir };
  return inTurn(walk, () => mocha('test/e2e', { env, timeout: minutes(5) }));
}

export const suites = {
  types,
  lint,
  unit: () => mocha('test/unit'),
  python,
  package: packaging,
  pages,
  engine,
  cluster,
  vscode,
  journey,
};

/** Suites that need the result of the build; the others start without it. */
export const needBuild = new Set([
  'unit',
  'package',
  'pages',
  'engine',
  'cluster',
  'vscode',
  'journey',
]);

export const machine = () => outputOf(['uname', '-srm']) ?? process.platform;
