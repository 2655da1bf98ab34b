import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isLive } from '../../extension/core/runs/job.ts';
import type { KnownRun } from '../../extension/core/runs/knownRun.ts';
import type { Curves } from '../../extension/core/runs/progress.ts';
import { LocalTransport } from '../../extension/io/local.ts';
import { prepareRun, type RunRequest, type Target } from '../../extension/io/prepare.ts';
import { RunBook } from '../../extension/io/runBook.ts';
import { HostRuns } from '../../extension/io/runs.ts';
import { phantom, python, repository, scratch } from './engine.ts';

export const { signal } = new AbortController();

/** A name that every shell, config parser and URL would like to read something into. */
export const hostile = "a b'c $(touch x)\n#日本 @::%::{DATA_ROOT}";

/** This machine as the workbench uses it: the embedded cluster, and the book that watches its runs. */
export interface Site {
  readonly root: string;
  readonly machine: HostRuns;
  readonly book: RunBook;
  readonly target: Target;
  readonly warnings: string[];
  close(): Promise<void>;
}

export function openSite(root = path.join(scratch('site'), '.mmar')): Site {
  const program = path.join(repository, 'remote');
  // one thread: a second one gains little on volumes this small, and loses much on a busy machine
  const transport = new LocalTransport({ ...process.env, OMP_NUM_THREADS: '1' });
  const log = (): void => undefined;
  const host = { name: 'local', transport, python: python(), root, program, local: true, log };
  const machine = new HostRuns(host);
  const warnings: string[] = [];
  const kept = new Map<string, unknown>();
  const book = new RunBook({
    memory: {
      get: key => kept.get(key),
      update: async (key, value) => void kept.set(key, value),
    },
    machineOf: async () => machine,
    warn: message => warnings.push(message),
    pace: { quick: 0.2, slow: 0.5, growth: 1.2 },
  });
  const target: Target = {
    transport,
    python: python(),
    scheduler: 'process',
    inPlace: true,
    resources: {},
    runtime: readFileSync(path.join(program, 'runtime', 'mmar_runtime.py'), 'utf8'),
  };
  const close = async (): Promise<void> => {
    for (const run of book.live()) kill(run);
    book.dispose();
  };
  return { root, machine, book, target, warnings, close };
}

type Values = Record<string, unknown>;
/** A config as a test changes it: sections within sections. */
export type Config = Record<string, Values & Record<string, Values & unknown[]>>;

export interface MmarOptions {
  /** Folder of the repository to copy. */
  readonly from?: string;
  readonly name?: string;
  readonly environment?: Values;
  /** Changes the training config before it is written. */
  readonly edit?: (config: Config) => void;
}

/** A copy of an MMAR to work in, its data set being the phantom. */
export async function copyMmar(options: MmarOptions = {}): Promise<string> {
  const data = await phantom();
  const mmar = path.join(scratch('mmar'), options.name ?? 'spleen');
  cpSync(path.join(repository, options.from ?? 'samples/spleen'), mmar, { recursive: true });
  editJson(path.join(mmar, 'config', 'environment.json'), environment =>
    Object.assign(
      environment,
      { DATA_ROOT: data, DATASET_JSON: path.join(data, 'dataset.json') },
      options.environment,
    ),
  );
  const { edit } = options;
  if (edit)
    editJson(path.join(mmar, 'config', 'config_train.json'), config => edit(config as Config));
  return mmar;
}

export function editJson(file: string, edit: (value: Values) => void): void {
  const value = JSON.parse(readFileSync(file, 'utf8')) as Values;
  edit(value);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value, null, 2));
}

/** Prepares and submits as a command of the workbench does; what stands in the way fails the test. */
export async function submit(
  { target, machine, book }: Site,
  request: Omit<RunRequest, 'config'> & { config?: string },
): Promise<KnownRun> {
  const prepared = await prepareRun(
    { config: 'config/config_train.json', ...request },
    target,
    signal,
  );
  if (!prepared.plan) throw new Error(JSON.stringify(prepared.problems));
  return book.add('local', await machine.submit(prepared.plan, { signal }));
}

/** Watches a run until it is as wanted; a run that ends before is an error with the end of its log. */
export async function until(
  site: Site,
  run: KnownRun,
  wanted: (run: KnownRun, curves: Curves) => boolean,
  seconds = 240,
): Promise<{ run: KnownRun; curves: Curves }> {
  const patience = Date.now() + seconds * 1000;
  for (;;) {
    const now = site.book.get(run) ?? run; // first the state: what an ended run wrote is all there
    const curves = await site.book.curves(run);
    if (wanted(now, curves)) return { run: now, curves };
    if (!isLive(now.status.state) || Date.now() > patience)
      throw new Error(`${now.status.state} ${now.status.reason}\n${await logOf(site, now)}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** Ends a job with everything that it started, as a crash of the machine does. */
export function kill(run: KnownRun): void {
  try {
    process.kill(-Number(run.status.jobId), 'SIGKILL');
  } catch {
    // it ended by itself
  }
}

/** Asks a run to end, and waits for it. */
export async function cancel(
  site: Site,
  run: KnownRun,
): Promise<{ run: KnownRun; curves: Curves }> {
  site.book.update(run, await site.machine.cancel(run.record.id, signal));
  return until(site, run, hasEnded);
}

export async function resume(site: Site, run: KnownRun): Promise<void> {
  site.book.update(run, await site.machine.resume(run.record, python(), signal));
}

export const hasEnded = (run: KnownRun): boolean => !isLive(run.status.state);

export async function completed(
  site: Site,
  run: KnownRun,
): Promise<{ run: KnownRun; curves: Curves }> {
  const end = await until(site, run, hasEnded);
  if (end.run.status.state === 'COMPLETED') return end;
  throw new Error(`${end.run.status.state} ${end.run.status.reason}\n${await logOf(site, run)}`);
}

/** True for a checkpoint that torch can read to its end. */
export function isWhole(file: string): boolean {
  const script = 'import sys, torch; torch.load(sys.argv[1], weights_only=True)';
  return spawnSync(python(), ['-c', script, file]).status === 0;
}

export async function logOf({ machine }: Site, run: KnownRun): Promise<string> {
  return (await machine.read(run.record.id, 'job.log', 0, signal)).text;
}
