import { isLive, type JobStatus } from '../core/runs/job.ts';
import { byAge, type KnownRun } from '../core/runs/knownRun.ts';
import { fractionDone, noCurves, takeProgress, type Curves } from '../core/runs/progress.ts';
import { RemoteError } from './errors.ts';
import type { Machine, ReportedRun } from './machine.ts';
import { Watcher, type Look, type Pace } from './watcher.ts';

/** Where the names of runs are kept between windows; VS Code's Memento is one. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void> | Promise<void>;
}

export interface RunBookDeps {
  readonly memory: Memory;
  machineOf(cluster: string): Promise<Machine>;
  readonly warn: (message: string) => void;
  readonly pace?: Pace;
}

const key = 'mmar.runs';
/** Runs of other machines that are remembered; those of this machine are read from their folders. */
const remembered = 200;

interface Entry {
  run: KnownRun;
  curves: Curves;
  rest: string;
  offset: number;
}

/**
 * The runs that this workspace knows of. The run folders are the truth: this only mirrors them,
 * with one question per machine for all of its live runs.
 */
export class RunBook {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<(ended: readonly KnownRun[]) => void>();
  private readonly reading = new WeakMap<Entry, Promise<void>>();
  private readonly stop = new AbortController();
  private readonly watcher: Watcher;

  constructor(private readonly deps: RunBookDeps) {
    const look = (cluster: string, signal: AbortSignal): Promise<Look> =>
      this.look(cluster, signal);
    const warn = (message: string): void => deps.warn(message);
    this.watcher = new Watcher({ look, warn, ...(deps.pace ? { pace: deps.pace } : {}) });
  }

  /** Finds the runs of this machine again, and those that the window remembers of others. */
  async load(): Promise<void> {
    for (const run of (this.deps.memory.get(key) ?? []) as KnownRun[])
      this.entries.set(idOf(run), newEntry(run));
    await this.reload('local');
    for (const cluster of new Set(this.live().map(r => r.cluster))) this.watcher.wake(cluster);
    this.tell([]);
  }

  /** Asks a machine for all of its runs, also those that another window or machine submitted. */
  async refresh(cluster: string): Promise<void> {
    await this.reload(cluster);
    this.tell([]);
    if (this.live().some(r => r.cluster === cluster)) this.watcher.wake(cluster);
  }

  private async reload(cluster: string): Promise<void> {
    try {
      const machine = await this.deps.machineOf(cluster);
      const reported = await machine.list(this.stop.signal);
      const there = new Set(reported.map(r => `${cluster}/${r.record.id}`));
      for (const [id, { run }] of this.entries)
        if (run.cluster === cluster && !there.has(id)) this.entries.delete(id);
      for (const run of reported) this.take(cluster, run);
      if (this.live().some(r => r.cluster === cluster)) this.watcher.wake(cluster);
      await Promise.all(
        this.all()
          .filter(r => r.cluster === cluster && isLive(r.status.state))
          .map(r => this.readProgress(r)),
      );
    } catch (error) {
      this.deps.warn(`${cluster}: ${String(error)}`);
    }
  }

  all(): readonly KnownRun[] {
    return [...this.entries.values()].map(e => e.run).toSorted(byAge);
  }

  get(run: KnownRun): KnownRun | undefined {
    return this.entries.get(idOf(run))?.run;
  }

  live(): KnownRun[] {
    return this.all().filter(r => isLive(r.status.state));
  }

  /** Called after every change, with the runs that ended since the last call. */
  onChange(listener: (ended: readonly KnownRun[]) => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  add(cluster: string, reported: ReportedRun): KnownRun {
    const run = this.take(cluster, reported);
    this.tell([]);
    this.watcher.wake(cluster);
    return run;
  }

  /** After a command that changed a run: its new status, and a quicker look at its machine. */
  update(run: KnownRun, status: JobStatus): void {
    const entry = this.entries.get(idOf(run));
    if (!entry) return;
    entry.run = { ...entry.run, status };
    this.tell([]);
    this.watcher.wake(run.cluster);
  }

  forget(run: KnownRun): void {
    this.entries.delete(idOf(run));
    this.tell([]);
  }

  /** Curves of a run, with what its file says by now. */
  async curves(run: KnownRun): Promise<Curves> {
    await this.readProgress(run);
    return this.entries.get(idOf(run))?.curves ?? noCurves;
  }

  dispose(): void {
    this.stop.abort();
    this.watcher.dispose();
    this.listeners.clear();
  }

  private take(cluster: string, { record, folder, status }: ReportedRun): KnownRun {
    const known = this.entries.get(`${cluster}/${record.id}`);
    const run: KnownRun = { record, cluster, folder, status, fraction: known?.run.fraction ?? 0 };
    if (known) known.run = run;
    else this.entries.set(idOf(run), newEntry(run));
    return run;
  }

  /** A host that wants a person is left alone until one does something: who knocks on and on is shut out. */
  private async look(cluster: string, signal: AbortSignal): Promise<Look> {
    try {
      return await this.ask(cluster, signal);
    } catch (error) {
      if (!wantsPerson(error)) throw error;
      this.deps.warn(`${cluster}: ${String(error)}`);
      return 'idle';
    }
  }

  /** One question for all live runs of a machine. */
  private async ask(cluster: string, signal: AbortSignal): Promise<Look> {
    const live = this.live().filter(r => r.cluster === cluster);
    if (live.length === 0) return 'idle';
    const machine = await this.deps.machineOf(cluster);
    const states = await machine.status(
      live.map(r => r.record.id),
      signal,
    );
    const ended: KnownRun[] = [];
    let changed = false;
    for (const run of live) {
      const entry = this.entries.get(idOf(run));
      if (!entry) continue;
      const status = states.get(run.record.id);
      if (!status)
        this.entries.delete(idOf(run)); // its folder was removed there
      else if (!isStale(entry.run.status, status)) {
        const grew = status.progressSize !== entry.run.status.progressSize;
        changed ||= grew || status.state !== entry.run.status.state;
        entry.run = { ...entry.run, status };
        if (grew || !isLive(status.state)) await this.readProgress(entry.run);
        if (!isLive(status.state)) ended.push(entry.run);
      }
      changed ||= !status;
    }
    if (changed && !signal.aborted) this.tell(ended);
    return changed ? 'changed' : 'same';
  }

  /** Reads on where the last time ended; two readers at once would take lines twice, so one waits for the other. */
  private async readProgress(run: KnownRun): Promise<void> {
    const entry = this.entries.get(idOf(run));
    if (!entry) return;
    const before = this.reading.get(entry) ?? Promise.resolve();
    const next = before
      .then(() => this.readOn(entry))
      .catch((error: unknown) => this.deps.warn(String(error)));
    this.reading.set(entry, next);
    await next;
  }

  private async readOn(entry: Entry): Promise<void> {
    const { record, cluster } = entry.run;
    const file = record.purpose === 'train' ? 'models/progress.jsonl' : 'eval/progress.jsonl';
    const machine = await this.deps.machineOf(cluster);
    const { text, next } = await machine.read(record.id, file, entry.offset, this.stop.signal);
    const taken = takeProgress(entry.curves, entry.rest + text);
    Object.assign(entry, { curves: taken.curves, rest: taken.rest, offset: next });
    entry.run = { ...entry.run, fraction: fractionDone(taken.curves) };
  }

  private tell(ended: readonly KnownRun[]): void {
    const others = this.all().filter(r => r.cluster !== 'local');
    void this.deps.memory.update(key, others.slice(0, remembered));
    for (const listener of this.listeners) listener(ended);
  }
}

const wantsPerson = (error: unknown): boolean =>
  error instanceof RemoteError && (error.kind === 'login' || error.kind === 'host-key');

/** An answer from before a resume that happened while it was under way. */
const isStale = (known: JobStatus, told: JobStatus): boolean => told.attempt < known.attempt;
const idOf = (run: KnownRun): string => `${run.cluster}/${run.record.id}`;
const newEntry = (run: KnownRun): Entry => ({ run, curves: noCurves, rest: '', offset: 0 });
