// Runs one benchmark of test/bench:  npm run bench -- NAME [--json]      without a name: lists them
// test/bench/NAME.ts exports `run(): Promise<{ ratios: Record<string, number>, rows: object[] }>`; values are medians.
// With --json the only output is {"name","ratios","rows"}; whatever a benchmark prints goes to stderr.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ensureNodePackages } from './setup/nodePackages.mjs';
import { root } from './setup/places.mjs';

const folder = path.join(root, 'test', 'bench');
const json = process.argv.includes('--json');
const [name] = process.argv.slice(2).filter(word => !word.startsWith('--'));

function list() {
  const names = readdirSync(folder).filter(file => file.endsWith('.ts'));
  console.log('npm run bench -- NAME [--json]   with NAME one of:');
  for (const file of names) console.log(`  ${path.basename(file, '.ts')}`);
}

async function benchmark(file) {
  const print = console.log;
  console.log = console.error; // stdout is the result's
  try {
    await ensureNodePackages();
    const { require: load } = await import('tsx/cjs/api');
    return await load(file, import.meta.url).run();
  } finally {
    console.log = print;
  }
}

if (name === undefined) {
  list();
} else {
  const file = path.join(folder, `${path.basename(name, '.ts')}.ts`);
  if (existsSync(file)) {
    const { ratios, rows } = await benchmark(file);
    if (json) console.log(JSON.stringify({ name, ratios, rows }));
    else {
      console.table(rows);
      for (const [key, value] of Object.entries(ratios)) console.log(`${key}: ${value.toFixed(2)}`);
    }
  } else {
    console.error(`There is no benchmark "${name}".`);
    list();
    process.exitCode = 2;
  }
}
