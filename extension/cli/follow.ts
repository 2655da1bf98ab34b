import { t } from '@vscode/l10n';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLive, type JobStatus } from '../core/runs/job.ts';
import { noCurves, takeProgress, type Curves } from '../core/runs/progress.ts';
import { RemoteError } from '../io/errors.ts';
import type { Machine, ReportedRun } from '../io/machine.ts';
import type { Interrupts } from './interrupts.ts';

/** What a look at a run showed. */
export interface Seen {
  readonly status: JobStatus;
  readonly curves: Curves;
  /** Log that was written since the last look, where it is wanted. */
  readonly log: string;
}

export interface FollowOptions {
  readonly interrupts: Interrupts;
  readonly withLog: boolean;
  /** Called after every look. */
  show(seen: Seen): void;
  /** Called once, before a cancelled job is asked to save and end. */
  cancelling(): void;
  /** Seconds between looks: they grow from the first to the second, since each costs the machine a bit. */
  readonly pace?: readonly [quick: number, slow: number];
}

/** Looks that may fail one after another before following is given up. */
const patience = 5;
/** A cancel is brought to its end even when the user leaves meanwhile: else the job would go on. */
const cancelWithinMs = 30_000;

/** Looks at a run until it ends; undefined when the user left before. */
export async function follow(
  machine: Machine,
  run: ReportedRun,
  options: FollowOptions,
): Promise<Seen | undefined> {
  const { stop, leave } = options.interrupts;
  const [quick, slow] = options.pace ?? [1, 3];
  const look = makeLook(machine, run, options.withLog);
  const cancel = makeCancel(machine, run, options);
  let failures = 0;
  for (let seconds = quick; !leave.aborted; seconds = Math.min(slow, seconds * 1.2)) {
    try {
      if (stop.aborted && (await cancel())) seconds = quick;
      const seen = await look(leave);
      options.show(seen);
      if (!isLive(seen.status.state)) return seen;
      failures = 0;
    } catch (error) {
      if (leave.aborted) break;
      if (++failures >= patience) throw error; // the machine may be short of processes for a moment
    }
    await pause(seconds, stop.aborted ? leave : AbortSignal.any([stop, leave]));
  }
  return undefined;
}

const pause = (seconds: number, signal: AbortSignal): Promise<void> =>
  sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);

/** Asks the job once to save and end; resolves with true when that is new. */
function makeCancel(machine: Machine, { record }: ReportedRun, { cancelling }: FollowOptions) {
  let state: 'fresh' | 'told' | 'asked' = 'fresh';
  return async (): Promise<boolean> => {
    if (state === 'asked') return false;
    if (state === 'fresh') cancelling();
    state = 'told';
    await machine.cancel(record.id, AbortSignal.timeout(cancelWithinMs));
    state = 'asked';
    return true;
  };
}

/** Reads on where the last look ended. */
function makeLook(machine: Machine, { record }: ReportedRun, withLog: boolean) {
  let curves = noCurves;
  let rest = '';
  const progress = makeReader(machine, record.id, 'models/progress.jsonl');
  const log = makeReader(machine, record.id, 'job.log');
  return async (signal: AbortSignal): Promise<Seen> => {
    const status = (await machine.status([record.id], signal)).get(record.id);
    if (!status)
      throw new RemoteError('missing', t('The folder of the run {0} was deleted.', record.id));
    for await (const text of progress(status.progressSize, signal))
      ({ curves, rest } = takeProgress(curves, rest + text));
    let added = '';
    if (withLog) for await (const text of log(status.logSize, signal)) added += text;
    return { status, curves, log: added };
  };
}

/** A file of a run in pieces, from where it was read to before up to a size. */
function makeReader(machine: Machine, runId: string, file: string) {
  let offset = 0;
  return async function* (size: number, signal: AbortSignal): AsyncGenerator<string> {
    while (offset < size) {
      const { text, next } = await machine.read(runId, file, offset, signal);
      if (next === offset) return; // a character that is not written to its end
      offset = next;
      yield text;
    }
  };
}

/** How much of the end of a log tells why a job failed. */
const tailLimit = 4 << 20;

/** The end of a run's log, and the number of its first line. */
export async function readLogEnd(
  machine: Machine,
  runId: string,
  size: number,
  signal: AbortSignal,
): Promise<{ text: string; firstLine: number }> {
  let tail = '';
  let lines = 0;
  for await (const text of makeReader(machine, runId, 'job.log')(size, signal)) {
    lines += text.split('\n').length - 1;
    tail = (tail + text).slice(-tailLimit);
  }
  return { text: tail, firstLine: lines - (tail.split('\n').length - 1) };
}
