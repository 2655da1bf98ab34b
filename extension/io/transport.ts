import type { Readable, Writable } from 'node:stream';

/**
 * The one way to a machine. `local.ts` and `ssh2.ts` implement it.
 * A program and its arguments stay an array up to the last step; only `ssh2.ts` quotes, in one function.
 */
export interface Transport {
  /** Runs `argv` and waits. Never throws for an exit code; throws `RemoteError` when the machine cannot be reached. */
  exec(argv: readonly string[], options: ExecOptions): Promise<ExecResult>;
  /** Runs `argv` with its standard input and output as streams; `done` settles with the exit code and stderr. */
  stream(argv: readonly string[], signal: AbortSignal): Promise<ExecStream>;
  dispose(): void;
}

export interface ExecOptions {
  readonly stdin?: string;
  readonly signal: AbortSignal;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecStream {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly done: Promise<{ exitCode: number; stderr: string }>;
}
