import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BundleText } from '../core/mmar/toBundle.ts';

const module = 'mmar_preflight';

/** The modules of a preflight as files of a bundle; `program` is the extension's `remote/`. */
export async function preflightScripts(program: string): Promise<BundleText[]> {
  const folder = path.join(program, 'runtime', module);
  const names = (await readdir(folder)).filter(name => name.endsWith('.py')).sort();
  return Promise.all(
    names.map(async name => ({
      path: `scripts/${module}/${name}`,
      text: await readFile(path.join(folder, name), 'utf8'),
    })),
  );
}
