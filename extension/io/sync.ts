import { t } from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Header } from 'tar';
import { RemoteError } from './errors.ts';
import type { Remote } from './remote.ts';
import { decodeMissing, decodeReply } from './reply.ts';

/** A file to be in the store: its content, by hash. */
export interface Blob {
  readonly sha256: string;
  readonly size: number;
  /** The file on this machine, for messages; '' for a text. */
  readonly file: string;
  open(): Readable;
}

export const textBlob = (text: string): Blob => {
  const bytes = Buffer.from(text, 'utf8');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const open = (): Readable => Readable.from([bytes], { objectMode: false });
  return { sha256, size: bytes.length, file: '', open };
};

export async function fileBlob(file: string, signal: AbortSignal): Promise<Blob> {
  try {
    const hash = createHash('sha256');
    const { size } = await stat(file);
    await pipeline(createReadStream(file), hash, { signal });
    return { sha256: hash.digest('hex'), size, file, open: () => createReadStream(file) };
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(file, error);
  }
}

const unreadable = (file: string, error: unknown): RemoteError =>
  new RemoteError('missing', t('{0} cannot be read.', file), String(error));

/** After an abort the other side gets this long to delete what it was writing. */
const tidyFor = 3_000;

/** Sends what the machine does not have yet, as one tar stream. */
export async function sendBlobs(
  remote: Remote,
  blobs: readonly Blob[],
  signal: AbortSignal,
  onProgress: (sent: number, total: number) => void = () => undefined,
): Promise<void> {
  const byHash = new Map(blobs.map(b => [b.sha256, b]));
  const hashes = [...byHash.keys()];
  const missing = await remote.call('missing', { hashes }, decodeMissing, signal);
  const wanted = missing.flatMap(hash => byHash.get(hash) ?? []);
  const total = wanted.reduce((sum, b) => sum + b.size, 0);
  if (wanted.length === 0) return;
  const patience = new AbortController();
  const abort = (): void => void setTimeout(() => patience.abort(), tidyFor).unref();
  signal.addEventListener('abort', abort, { once: true });
  const { stdin, stdout, done } = await remote.stream('receive', patience.signal);
  const output: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => output.push(chunk));
  let sent = 0;
  const packed = pack(wanted, bytes => onProgress((sent += bytes), total));
  const failure = await pump(packed, stdin, signal);
  const { exitCode, stderr } = await done;
  signal.removeEventListener('abort', abort);
  signal.throwIfAborted();
  if (failure) throw failure;
  const text = Buffer.concat(output).toString('utf8');
  remote.valueOf(decodeReply(text), exitCode, text + stderr);
}

/**
 * Writes until the source ends, fails, or nobody listens any more: a machine that refuses closes the stream
 * early, and its reply says why. The stream is always ended, not torn: the other side then tidies up.
 */
async function pump(
  source: AsyncIterable<Buffer>,
  to: Writable,
  signal: AbortSignal,
): Promise<RemoteError | undefined> {
  let failure: RemoteError | undefined;
  try {
    for await (const chunk of source) {
      if (to.destroyed || signal.aborted) break;
      if (!to.write(chunk)) await drained(to, signal);
    }
  } catch (error) {
    failure = error instanceof RemoteError ? error : unreadable('', error);
  }
  to.end();
  return failure;
}

function drained(to: Writable, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const go = (): void => {
      to.off('drain', go).off('close', go).off('error', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    to.on('drain', go).on('close', go).on('error', go);
    signal.addEventListener('abort', go);
    if (to.destroyed || signal.aborted) go();
  });
}

/** A tar archive of blobs, made while it is read. */
async function* pack(
  blobs: readonly Blob[],
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (const blob of blobs) {
    const header = new Header({
      path: blob.sha256,
      size: blob.size,
      mode: 0o444,
      type: 'File',
      mtime: new Date(0),
    });
    header.encode();
    if (header.block) yield header.block;
    yield* content(blob, onBytes);
    yield Buffer.alloc((512 - (blob.size % 512)) % 512);
  }
  yield Buffer.alloc(1024);
}

/** Exactly as many bytes as the header promised. */
async function* content(blob: Blob, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  let left = blob.size;
  const source = blob.open();
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      const bytes = chunk.subarray(0, left);
      left -= bytes.length;
      onBytes(bytes.length);
      yield bytes;
      if (left === 0) break;
    }
  } catch (error) {
    throw unreadable(blob.file, error);
  }
  if (left > 0)
    throw new RemoteError('missing', t('{0} changed while it was sent. Try again.', blob.file));
}
