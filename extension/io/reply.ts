import { t } from '@vscode/l10n';
import type { JobState, JobStatus, Purpose, RunRecord } from '../core/runs/job.ts';
import { RemoteError, type RemoteErrorKind } from './errors.ts';
import type { ReportedRun, ResultFile } from './machine.ts';

/** What stands before the reply; login scripts may print before it. */
export const replyMarker = '#mmar-reply# ';

export type Reply =
  | { ok: true; value: unknown }
  | { ok: false; kind: RemoteErrorKind; message: string; detail: string };

const kinds: readonly RemoteErrorKind[] = ['refused', 'missing', 'no-space', 'no-scheduler'];

/** The reply is the last line with the marker; undefined when there is none that can be read. */
export function decodeReply(output: string): Reply | undefined {
  const line = output.split('\n').findLast(text => text.startsWith(replyMarker));
  if (line === undefined) return undefined;
  try {
    const value = JSON.parse(line.slice(replyMarker.length)) as Record<string, unknown>;
    if (value['ok'] === true) return { ok: true, value: value['value'] };
    const kind = kinds.find(k => k === value['kind']) ?? 'refused';
    return { ok: false, kind, message: String(value['message']), detail: String(value['detail']) };
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function bad(what: string, value: unknown): RemoteError {
  const detail = `${what}: ${JSON.stringify(value)}`.slice(0, 1000);
  return new RemoteError('bad-reply', t('The machine gave an answer of another form.'), detail);
}

function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad('object', value);
  return value as Fields;
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw bad('list', value);
  return value;
}

function text(from: Fields, key: string): string {
  const value = from[key];
  if (typeof value !== 'string') throw bad(key, value);
  return value;
}

function number(from: Fields, key: string): number {
  const value = from[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw bad(key, value);
  return value;
}

const numberOrNone = (from: Fields, key: string): number | undefined =>
  from[key] === undefined || from[key] === null ? undefined : number(from, key);
const textOrNone = (from: Fields, key: string): string | undefined =>
  from[key] === undefined || from[key] === null ? undefined : text(from, key);

const strings = (value: unknown): string[] =>
  list(value).map(item => {
    if (typeof item !== 'string') throw bad('text', item);
    return item;
  });

const states: Readonly<Record<JobState, true>> = {
  PENDING: true,
  RUNNING: true,
  COMPLETING: true,
  COMPLETED: true,
  FAILED: true,
  CANCELLED: true,
  TIMEOUT: true,
  OUT_OF_MEMORY: true,
  NODE_FAIL: true,
  PREEMPTED: true,
  REQUEUED: true,
  SUSPENDED: true,
  DEADLINE: true,
  BOOT_FAIL: true,
};
const isState = (word: string): word is JobState => Object.hasOwn(states, word);

/** A state that only a later Slurm knows is shown as a failure with its own word as the reason. */
export function decodeStatus(value: unknown): JobStatus {
  const from = fields(value);
  const [state, reason] = [text(from, 'state'), text(from, 'reason')];
  const exitCode = numberOrNone(from, 'exit_code');
  const started = numberOrNone(from, 'started');
  const ended = numberOrNone(from, 'ended');
  return {
    state: isState(state) ? state : 'FAILED',
    reason: isState(state) ? reason : reason || state,
    jobId: text(from, 'job_id'),
    attempt: number(from, 'attempt'),
    logSize: number(from, 'log_size'),
    progressSize: number(from, 'progress_size'),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(started === undefined ? {} : { started }),
    ...(ended === undefined ? {} : { ended }),
  };
}

export const decodeStates = (value: unknown): ReadonlyMap<string, JobStatus> =>
  new Map(
    Object.entries(fields(fields(value)['runs'])).map(([id, status]) => [id, decodeStatus(status)]),
  );

/** Runs whose record is not whole are left out: one broken run hides no other. */
export function decodeRuns(value: unknown): ReportedRun[] {
  return list(fields(value)['runs']).flatMap(item => {
    const from = fields(item);
    const { record } = from;
    if (!isRecord(record)) return [];
    return { record, folder: text(from, 'folder'), status: decodeStatus(from['status']) };
  });
}

const isPurpose = (word: unknown): word is Purpose =>
  word === 'train' || word === 'infer' || word === 'preflight';

const recordTexts = ['id', 'mmar', 'mmarPath', 'config', 'created'] as const;

function isRecord(value: unknown): value is RunRecord {
  if (typeof value !== 'object' || value === null) return false;
  const from = value as Fields;
  const isTexts = (given: unknown): boolean =>
    Array.isArray(given) && given.every(word => typeof word === 'string');
  return (
    recordTexts.every(key => typeof from[key] === 'string') &&
    isPurpose(from['purpose']) &&
    (from['scheduler'] === 'process' || from['scheduler'] === 'slurm') &&
    isTexts(from['command']) &&
    (from['resumeCommand'] === undefined || isTexts(from['resumeCommand']))
  );
}

export const decodeMissing = (value: unknown): string[] => strings(fields(value)['missing']);
export const decodeFolder = (value: unknown): string => text(fields(value), 'folder');

export interface ReadText {
  readonly text: string;
  /** Byte offset to go on from. */
  readonly next: number;
  readonly size: number;
}

export function decodeText(value: unknown): ReadText {
  const from = fields(value);
  return { text: text(from, 'text'), next: number(from, 'next'), size: number(from, 'size') };
}

export const decodeFiles = (value: unknown): ResultFile[] =>
  list(fields(value)['files']).map(item => {
    const from = fields(item);
    return { path: text(from, 'path'), size: number(from, 'size') };
  });

/** What a machine has to offer. */
export interface Probe {
  readonly python: string;
  readonly user: string;
  readonly host: string;
  /** Absolute. */
  readonly root: string;
  /** Slurm's version. */
  readonly slurm: string | undefined;
  /** Unix seconds there. */
  readonly now: number;
  /** Bytes at the root. */
  readonly free: number;
  readonly training: Interpreter | undefined;
}

/** Versions of what training needs; undefined for what is absent. */
export interface Interpreter {
  readonly python: string | undefined;
  readonly torch: string | undefined;
  readonly monai: string | undefined;
  /** Why the interpreter does not run; '' when it does. */
  readonly problem: string;
}

export function decodeProbe(value: unknown): Probe {
  const from = fields(value);
  const given = from['training'];
  return {
    python: text(from, 'python'),
    user: text(from, 'user'),
    host: text(from, 'host'),
    root: text(from, 'root'),
    slurm: textOrNone(from, 'slurm'),
    now: number(from, 'now'),
    free: number(from, 'free'),
    training: given === null || given === undefined ? undefined : decodeInterpreter(fields(given)),
  };
}

const decodeInterpreter = (from: Fields): Interpreter => ({
  python: textOrNone(from, 'python'),
  torch: textOrNone(from, 'torch'),
  monai: textOrNone(from, 'monai'),
  problem: text(from, 'problem'),
});
