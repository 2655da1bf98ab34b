// Runs test/vscode in the desktop VS Code, for machines that may download it (npm run test:desktop).
//   node scripts/testDesktop.mjs [version|stable|insiders]      needs a display (or xvfb-run)
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeWorkspace, testKinds } from './runInVscode.mjs';
import { buildAll } from './setup/build.mjs';
import { ensureNodePackages } from './setup/nodePackages.mjs';
import { outDir, root } from './setup/places.mjs';
import { ensurePython } from './setup/python.mjs';
import { ensureSamples } from './setup/samples.mjs';

async function runKind(kind, { version, python }) {
  const { runTests } = await import('@vscode/test-electron');
  const { makeProfile } = await import('../test/e2e/harness/server.mjs');
  const home = mkdtempSync(path.join(tmpdir(), 'mmar-'));
  const result = path.join(home, 'result.json');
  try {
    const profile = makeProfile(home, { 'mmar.local.python': python });
    const { workspace, folder, trust } = makeWorkspace(kind, path.join(home, 'workspace'));
    await runTests({
      version,
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(outDir, 'test', 'vscode', 'index.js'),
      launchArgs: [
        workspace ?? folder,
        ...['--user-data-dir', profile.data, '--extensions-dir', profile.extensions],
        ...(trust ? [] : ['--disable-workspace-trust']),
        ...['--skip-welcome', '--skip-release-notes'],
      ],
      extensionTestsEnv: { MMAR_TEST_KIND: kind, MMAR_TEST_RESULT: result, MMAR_PYTHON: python },
    }).catch(error => console.error(error.message)); // the result file decides
    const { passes, failures } = JSON.parse(readFileSync(result, 'utf8'));
    return { passed: passes, failed: failures };
  } catch (error) {
    console.error(`${kind}: ${error.message}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

await ensureNodePackages();
const python = await ensurePython();
await ensureSamples(python);
await buildAll();
let passed = 0;
let failed = 0;
for (const kind of testKinds()) {
  const one = await runKind(kind, { version: process.argv[2] ?? 'stable', python });
  passed += one.passed;
  failed += one.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
