// Makes the .vsix and looks into it:  node scripts/package.mjs [--out FILE]
import { mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { buildAll } from './setup/build.mjs';
import { ensureNodePackages } from './setup/nodePackages.mjs';
import { outDir, root } from './setup/places.mjs';
import { quietly } from './setup/processes.mjs';

/** What may be in the package; anything else is a mistake in .vscodeignore. */
const ships = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package(\.nls(\.[\w-]+)?)?\.json|readme\.md|changelog\.md|LICENSE(\.txt|\.md)?)$/i,
  /^extension\/dist\/extension\.cjs$/,
  /^extension\/dist\/webviews\/[\w.-]+\.(js|css|ttf|woff2?)$/,
  /^extension\/l10n\/[\w.-]+\.json$/,
  /^extension\/media\/.+\.(svg|png|md)$/,
  /^extension\/mmar-schemas\/(?!tools\/).+\.(json|json\.gz|md)$/,
  /^extension\/mmar-schemas\/tools\/harvest\/\w+\.py$/,
  /^extension\/docs\/checks\/[\w-]+\.md$/,
  /^extension\/remote\/.+\.(py|sh|sbatch|md|json|typed)$/,
  /^extension\/samples\/(makePhantom\.py|spleen\/.+\.(json|py|sh|md|config))$/,
];

/** What must be in it, or the installed extension fails while the one in the clone works. */
const needed = [
  'extension/package.json',
  'extension/LICENSE.txt',
  'extension/readme.md',
  'extension/changelog.md',
  'extension/dist/extension.cjs',
  'extension/dist/webviews/volume.js',
  'extension/dist/webviews/run.js',
  'extension/remote/__main__.py',
  'extension/remote/mmar_remote/',
  'extension/remote/runtime/mmar_runtime.py',
  'extension/remote/sbatch/job.sh',
  'extension/samples/makePhantom.py',
  'extension/samples/spleen/config/config_train.json',
  'extension/samples/spleen/custom/contrast.py',
  'extension/mmar-schemas/mmar/',
  'extension/mmar-schemas/components/monai-1.6.1.json.gz',
  'extension/docs/checks/syntax.md',
  'extension/mmar-schemas/tools/harvest/__main__.py',
];

/** The names in a zip file, from its central directory (without extra fields for files over 4 GB). */
export function namesInZip(file) {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error(`${file} is not a zip file`);
  const names = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let i = bytes.readUInt16LE(end + 10); i > 0; i -= 1) {
    const [name, extra, comment] = [28, 30, 32].map(offset => bytes.readUInt16LE(at + offset));
    names.push(bytes.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}

/** What is wrong with the content of a package: one sentence each, none if it is right. */
export function problemsOf(names) {
  const extra = names
    .filter(name => !name.endsWith('/'))
    .filter(name => !ships.some(pattern => pattern.test(name)) || /\/tests?\//.test(name));
  const missing = needed.filter(want => !names.some(name => name.startsWith(want)));
  return [
    ...extra.map(name => `${name} is in the package, but does not ship`),
    ...missing.map(name => `${name} is missing in the package`),
  ];
}

/** Makes the package of what is built and checks it; gives its file. */
export async function makePackage(file = path.join(outDir, 'mmar-workbench.vsix')) {
  mkdirSync(path.dirname(file), { recursive: true });
  const temp = `${file}.${process.pid}.vsix`;
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const options = [
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
  ];
  const argv = [process.execPath, vsce, 'package', ...options, '--skip-license', '--out', temp];
  await quietly('Packaging the extension', 'package', argv, { cwd: root });
  renameSync(temp, file);
  return file;
}

if (process.argv[1] === import.meta.filename) {
  const at = process.argv.indexOf('--out');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const named = at < 0 ? `mmar-workbench-${version}.vsix` : process.argv[at + 1];
  try {
    await ensureNodePackages();
    await buildAll();
    const file = await makePackage(path.resolve(named));
    const problems = problemsOf(namesInZip(file));
    for (const problem of problems) console.error(problem);
    console.log(`${file}: ${(statSync(file).size / 1024).toFixed(0)} KiB`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error.name === 'SetupError' ? error.message : error);
    process.exitCode = 1;
  }
}
