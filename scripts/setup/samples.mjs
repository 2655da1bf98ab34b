// The samples workspace: its synthetic volumes are made once per clone, by a script with a fixed seed.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './places.mjs';
import { quietly } from './processes.mjs';

const samples = path.join(root, 'samples');

/** Makes samples/data/phantom if it is not there. */
export async function ensureSamples(python) {
  const data = path.join(samples, 'data', 'phantom');
  if (existsSync(data)) return;
  const script = path.join(samples, 'makePhantom.py');
  if (!existsSync(script)) {
    console.log('samples/makePhantom.py is not there: going on without the sample volumes.');
    return;
  }
  mkdirSync(path.dirname(data), { recursive: true });
  const temp = `${data}.making-${process.pid}`;
  try {
    await quietly('Making the sample volumes', 'phantom', [python, script, temp]);
    if (!existsSync(data)) renameSync(temp, data);
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** A copy to work in, without what earlier runs left; gives its folder. */
export function copySamples(to) {
  const left = new Set(['.mmar', '__pycache__', 'runs']);
  mkdirSync(to, { recursive: true });
  cpSync(samples, to, { recursive: true, filter: from => !left.has(path.basename(from)) });
  return to;
}

/** What the window opens: the .code-workspace file of that folder if it has one, else the folder. */
export function placeOf(folder) {
  const workspace = path.join(folder, 'mmar.code-workspace');
  return existsSync(workspace) ? { workspace } : { folder };
}
