// Runs the build in a process of its own: esbuild is only there once the npm packages are.
import path from 'node:path';
import { root } from './places.mjs';
import { run, SetupError } from './processes.mjs';

export async function buildAll() {
  const started = Date.now();
  if ((await run([process.execPath, path.join(root, 'esbuild.config.mjs')], { cwd: root })) !== 0) {
    throw new SetupError('The build failed; what esbuild says is above.');
  }
  console.log(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
