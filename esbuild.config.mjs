// Builds what runs: node esbuild.config.mjs [--watch]
//   dist/extension.cjs   the extension host's part          dist/mmar.cjs   the command line (npx mmar)
//   dist/webviews/*      one script and style per page      out/test/vscode the tests that run inside VS Code
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes('--watch');
const inRoot = (...parts) => path.join(root, ...parts);

/** ssh2 tries its compiled helpers and does without them; they could not ship for every platform anyway. */
const withoutNatives = {
  name: 'without-natives',
  setup({ onResolve }) {
    onResolve({ filter: /\.node$|^cpu-features$/ }, ({ path: id }) => ({
      path: id,
      external: true,
    }));
  },
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  logLevel: 'warning',
  minify: !watch,
  keepNames: true, // an error's name reaches the user
  sourcemap: true,
  sourcesContent: false,
};

const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'], // else jsonc-parser and the JSON language service are bundled broken
  external: ['vscode'],
  plugins: [withoutNatives],
};

const host = { ...node, entryPoints: ['extension/main.ts'], outfile: 'dist/extension.cjs' };

const commandLine = {
  ...node,
  entryPoints: ['extension/cli/main.ts'],
  outfile: 'dist/mmar.cjs',
  banner: { js: '#!/usr/bin/env node' },
};

const pageNames = readdirSync(inRoot('webviews'), { withFileTypes: true })
  .filter(entry => entry.isDirectory() && existsSync(inRoot('webviews', entry.name, 'main.ts')))
  .map(entry => entry.name);

const pages = {
  ...shared,
  entryPoints: [...new Set(['volume', 'run', ...pageNames])].map(name => ({
    in: `webviews/${name}/main.ts`,
    out: name,
  })),
  outdir: 'dist/webviews',
  platform: 'browser',
  format: 'iife',
  target: 'chrome120',
  loader: {
    '.ttf': 'file',
    '.woff': 'file',
    '.woff2': 'file',
    '.svg': 'dataurl',
    '.png': 'dataurl',
  },
  assetNames: '[name]',
};

const hostTests = {
  ...node,
  minify: false,
  sourcesContent: true,
  entryPoints: ['test/vscode/index.ts', 'test/vscode/**/*.test.ts'],
  outdir: 'out/test/vscode',
  outbase: 'test/vscode',
  external: ['vscode', 'mocha'],
};

function copyCodicons() {
  mkdirSync(inRoot('dist', 'webviews'), { recursive: true });
  for (const name of ['codicon.css', 'codicon.ttf']) {
    const from = inRoot('node_modules', '@vscode', 'codicons', 'dist', name);
    copyFileSync(from, inRoot('dist', 'webviews', name));
  }
}

/** npm links the programs of dependencies, not those of the package itself: `npx mmar` needs this in the clone. */
function linkCommandLine() {
  chmodSync(inRoot('dist', 'mmar.cjs'), 0o755);
  const link = inRoot('node_modules', '.bin', 'mmar');
  if (lstatSync(link, { throwIfNoEntry: false })) return;
  try {
    symlinkSync(path.join('..', '..', 'dist', 'mmar.cjs'), link);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error; // another build was quicker
  }
}

const everything = [host, commandLine, pages, hostTests];

if (watch) {
  copyCodicons();
  const contexts = await Promise.all(
    everything.map(options => context({ ...options, logLevel: 'info' })),
  );
  await Promise.all(contexts.map(each => each.watch()));
} else {
  for (const name of ['dist', 'out/test/vscode']) {
    rmSync(inRoot(name), { recursive: true, force: true }); // a renamed test must not run from its old file
  }
  const results = await Promise.allSettled(everything.map(options => build(options)));
  if (results.some(result => result.status === 'rejected')) process.exit(1); // esbuild has said why
  copyCodicons();
  linkCommandLine();
}
