// Ways to run a suite; each gives { passed, failed, skipped, failures: names }.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../setup/places.mjs';
import { cleanEnv, run } from '../setup/processes.mjs';

const bin = (...parts) => path.join(root, 'node_modules', ...parts);

const none = { passed: 0, failed: 0, skipped: 0, failures: [] };

/** One program is one test: its exit status says how it went. */
export async function program(name, argv, env = {}) {
  console.log(`> ${name}`);
  const status = await run(argv, { cwd: root, env: cleanEnv(env) });
  return status === 0 ? { ...none, passed: 1 } : { ...none, failed: 1, failures: [name] };
}

export const node = (name, parts, args, env) =>
  program(name, [process.execPath, bin(...parts), ...args], env);

/** Adds up what several programs gave, run one after another. */
export async function inTurn(...works) {
  const sum = { ...none, failures: [] };
  for (const work of works) {
    const one = await work();
    for (const key of ['passed', 'failed', 'skipped']) sum[key] += one[key];
    sum.failures.push(...one.failures);
  }
  return sum;
}

async function inTempFolder(work) {
  const dir = mkdtempSync(path.join(tmpdir(), 'mmar-test-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Files below `folder` whose name ends so, without those that are no part of the sources. */
export function filesBelow(folder, matches) {
  const skip = new Set(['node_modules', 'dist', 'out', '.git', '.mmar', 'data', 'fixtures']);
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return skip.has(entry.name) ? [] : filesBelow(file, matches);
    // a link may lead to a folder, or nowhere; what it leads to is found at its own place
    return entry.isFile() && matches(file) ? [file] : [];
  });
}

/** Mocha over every *.test.ts below the folder, with no limit but its own on a single test. */
export function mocha(folder, { env = {}, timeout = 20_000 } = {}) {
  return inTempFolder(async dir => {
    const result = path.join(dir, 'result.json');
    const dirPath = path.join(root, folder);
    const files = existsSync(dirPath) ? filesBelow(dirPath, f => f.endsWith('.test.ts')) : [];
    if (files.length === 0) return none;
    const argv = [
      ...[process.execPath, bin('mocha', 'bin', 'mocha.js'), '--no-config', '--ui', 'tdd'],
      ...['--require', 'tsx/cjs', '--timeout', String(timeout)],
      ...['--reporter', path.join(root, 'scripts', 'test', 'countReporter.cjs')],
      ...files.sort(),
    ];
    const status = await run(argv, {
      cwd: root,
      env: cleanEnv({ ...env, MMAR_TEST_RESULT: result }),
    });
    const counted = existsSync(result) ? JSON.parse(readFileSync(result, 'utf8')) : none;
    if (status === 0 || counted.failed > 0) return counted;
    const failures = [`${folder}: mocha ended with status ${status}`]; // a file that cannot be loaded
    return { ...counted, failed: 1, failures };
  });
}

/** The numbers of a JUnit file, as pytest writes it. */
export function junitCounts(xml) {
  const suite = /<testsuite\b[^>]*>/.exec(xml)?.[0] ?? '';
  const number = name => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  const skipped = number('skipped');
  const failures = [
    ...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"[^>]*>\s*<(failure|error)/g),
  ];
  return {
    passed: number('tests') - failed - skipped,
    failed,
    skipped,
    failures: failures.map(([, where, name]) => `${where} ${name}`),
  };
}

export function pytest(python, folder, env = {}) {
  return inTempFolder(async dir => {
    const xml = path.join(dir, 'junit.xml');
    const argv = [
      python,
      '-m',
      'pytest',
      '-q',
      '-p',
      'no:cacheprovider',
      `--junitxml=${xml}`,
      folder,
    ];
    const status = await run(argv, {
      cwd: root,
      env: cleanEnv({ ...env, PYTHONDONTWRITEBYTECODE: '1' }),
    });
    if (!existsSync(xml))
      return { ...none, failed: 1, failures: [`pytest ended with status ${status}`] };
    const counted = junitCounts(readFileSync(xml, 'utf8'));
    if (status === 0 || counted.failed > 0) return counted;
    return {
      ...counted,
      failed: 1,
      failures: [status === 5 ? `${folder}: no test ran` : `pytest ended with status ${status}`],
    };
  });
}
