import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isLive, type JobStatus, type RunRecord } from '../../extension/core/runs/job.ts';
import type { Resources, RunPlan } from '../../extension/core/runs/plan.ts';
import type { Machine } from '../../extension/io/machine.ts';

export const hostile = "a b'c $(touch x)\n日本";

/** A training as far as the scheduler can tell: reads its data, reports, saves when it is asked to. */
const training = `
import os, signal, sys, time
def stop(*_):
    print("saved", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
name = os.listdir("../data")[0]
print(len(open("../data/" + name, "rb").read()), os.environ["A"], flush=True)
open("../eval/" + name, "w").write("prediction")
print("gpu", os.environ.get("CUDA_VISIBLE_DEVICES"), flush=True)
time.sleep(float(sys.argv[1]))
`;

export interface Asked {
  readonly id: string;
  readonly seconds: number;
  /** Of this machine; what the run needs is written there. */
  readonly folder: string;
  readonly resources?: Resources;
}

/** A plan of a run with a volume of 3 MB, in which every name is hostile. */
export function planOf({ id, seconds, folder, resources = {} }: Asked): RunPlan {
  const volume = path.join(folder, hostile);
  writeFileSync(volume, Buffer.alloc(3_000_000, id));
  const config = path.join(folder, 'config');
  writeFileSync(config, '{}');
  const record: RunRecord = {
    id,
    purpose: 'train',
    mmar: hostile,
    mmarPath: `/nowhere/${hostile}`,
    config: 'config/config_train.json',
    created: '2026-11-24T12:00:00.000Z',
    scheduler: 'slurm',
    command: ['train.py', String(seconds)],
    resumeCommand: ['train.py', '0', '--resume'],
  };
  return {
    record,
    files: [
      { path: 'bundle/train.py', source: { text: training } },
      { path: `mmar/${hostile}/${hostile}`, source: { file: config } },
    ],
    data: [{ path: `data/${hostile}`, file: volume }],
    python: 'python3',
    env: { A: `x,y=1 ${hostile}` },
    resources,
  };
}

const { signal } = new AbortController();
export const ended = (status: JobStatus): boolean => !isLive(status.state);

export async function until(
  runs: Machine,
  id: string,
  wanted: (status: JobStatus) => boolean,
): Promise<JobStatus> {
  for (const start = Date.now(); ; await delay(200)) {
    const status = (await runs.status([id], signal)).get(id);
    if (status && wanted(status)) return status;
    if (Date.now() - start > 60_000) assert.fail(JSON.stringify(status));
  }
}

/** Waits until the log of a run has the word. */
export async function printed(runs: Machine, id: string, word: string): Promise<void> {
  for (let i = 0; i < 200; i++, await delay(100))
    if ((await runs.read(id, 'job.log', 0, signal)).text.includes(word)) return;
  assert.fail(`${id} never printed ${word}`);
}
