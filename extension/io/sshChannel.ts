import { constants } from 'node:os';
import { PassThrough, Writable } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import type { ExecStream } from './transport.ts';

export interface Channel extends ExecStream {
  /** Settles when the host has let go of the channel; never rejects. */
  readonly closed: Promise<void>;
}

/** How long a host may take to close a channel that was aborted before we count it as gone. */
const closePatience = 5_000;

/**
 * A channel as an ExecStream, in the same manners as a local process: whatever happens, both streams end
 * and `done` settles. ssh2's own stream leaves a write to a closed channel without an answer.
 */
export function openChannel(
  client: Client,
  channel: ClientChannel,
  signal: AbortSignal,
  lost: () => Error,
): Channel {
  const stdout = new PassThrough();
  channel.pipe(stdout);
  channel.on('error', () => undefined); // what matters of it arrives as 'close'
  const stdin = inputOf(channel);
  const errors: Buffer[] = [];
  channel.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const stderr = (): string => Buffer.concat(errors).toString('utf8');

  const stderrEnded = latch();
  const over = new Promise<number | undefined>(resolve => {
    let exitCode: number | undefined;
    channel.on('exit', (code: number | null, name?: string) => (exitCode = code ?? killed(name)));
    channel.stderr.on('end', () => stderrEnded.resolve());
    channel.on('close', () => void stderrEnded.promise.then(() => resolve(exitCode)));
  });
  const aborted = latch();
  const gone = latch();
  const abort = (): void => {
    kill(client, channel);
    channel.unpipe(stdout).resume();
    stdout.end();
    aborted.resolve();
    setTimeout(() => gone.resolve(), closePatience).unref();
  };
  void over.then(() => {
    signal.removeEventListener('abort', abort);
    if (!stdin.writableFinished) stdin.destroy(new Error('The program has ended.'));
    gone.resolve();
  });
  // a reader that has enough ends the program, as it would through a pipe
  stdout.on('close', () => {
    if (stdout.readableEnded) return;
    channel.unpipe(stdout).resume();
    channel.close();
  });
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });

  const done = Promise.race([aborted.promise.then(() => killed('SIGKILL')), over]).then(code => {
    if (code === undefined) throw lost();
    return { exitCode: code, stderr: stderr() };
  });
  done.catch(() => undefined); // whoever waits for a stream first must not crash the process meanwhile
  return { stdin, stdout, done, closed: gone.promise };
}

function inputOf(channel: ClientChannel): Writable {
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, callback) => {
      channel.write(chunk, callback);
    },
    final: callback => {
      channel.end(callback);
    },
  });
  return stdin.on('error', () => undefined); // a program that ends before it has read all says why on stderr
}

/** As a shell counts a program that a signal ended. */
function killed(name: string | undefined): number {
  const signals: Readonly<Record<string, number>> = constants.signals;
  return 128 + (signals[name ?? ''] ?? constants.signals.SIGKILL);
}

/** What ssh2 does not publish: its own `signal()` keeps silent once the input has ended, as it mostly has. */
interface Internals {
  readonly _protocol?: { signal(channel: number, name: string): void };
  readonly outgoing?: { readonly id: number; readonly state: string };
}

/** The signal first: closing alone leaves a program running that neither reads nor writes. */
function kill(client: Client, channel: ClientChannel): void {
  const { _protocol } = client as unknown as Internals;
  const { outgoing } = channel as unknown as Internals;
  if (outgoing?.state === 'open' || outgoing?.state === 'eof')
    _protocol?.signal(outgoing.id, 'KILL');
  channel.close();
}

function latch(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>(done => (resolve = done));
  return { promise, resolve };
}
