import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { python } from '../engine/engine.ts';
import { completed, copyMmar, openSite, submit, type Site } from '../engine/site.ts';

const execute = promisify(execFile);
const epochs = 12;
const rounds = 3;

/**
 * What a run costs beside a plain training loop: the sample MMAR as the workbench runs it (bundle, engine, handlers,
 * progress lines, checkpoints), and the same data, network, loss and optimizer in a loop. One thread, no validation,
 * in turns. A ratio of 1 means no overhead. Needs MMAR_PYTHON.
 */
export async function run(): Promise<{ ratios: Record<string, number>; rows: object[] }> {
  const site = openSite();
  try {
    const mmar = await copyMmar();
    const times = { run: [] as number[], loop: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      const folder = await trainByRun(site, mmar, times.run);
      times.loop.push(...(await trainByLoop(folder)));
    }
    const rows = Object.entries(times).map(([what, seconds]) => ({
      what,
      epochs: seconds.length,
      'median ms per epoch': Math.round(1000 * median(seconds)),
    }));
    return { ratios: { 'epoch: run / plain loop': median(times.run) / median(times.loop) }, rows };
  } finally {
    await site.close();
  }
}

/** Trains, adds the seconds of each epoch but the first to `seconds`, and gives the bundle's folder. */
async function trainByRun(site: Site, mmar: string, seconds: number[]): Promise<string> {
  const set = { epochs, num_interval_per_valid: epochs + 1 };
  const { run: done } = await completed(site, await submit(site, { purpose: 'train', mmar, set }));
  const lines = readFileSync(path.join(done.folder, 'models', 'progress.jsonl'), 'utf8');
  const ends = lines
    .split('\n')
    .filter(line => line.includes('"kind": "epoch"'))
    .map(line => (JSON.parse(line) as { t: number }).t);
  if (ends.length !== epochs) throw new Error(`${ends.length} of ${epochs} epochs were trained`);
  seconds.push(...ends.slice(1).map((end, i) => end - (ends[i] ?? end)));
  return path.join(done.folder, 'bundle');
}

async function trainByLoop(bundle: string): Promise<number[]> {
  const script = path.join(__dirname, 'plainLoop.py');
  const { stdout } = await execute(python(), [script, String(epochs)], {
    cwd: bundle,
    env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  const last = stdout.trim().split('\n').at(-1) ?? '[]';
  return (JSON.parse(last) as number[]).slice(1); // the first epoch warms up
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
