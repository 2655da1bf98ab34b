import { t } from '@vscode/l10n';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import { RemoteError } from './errors.ts';
import type { Remote } from './remote.ts';
import { decodeReply } from './reply.ts';

const streamMarker = '#mmar-stream#\n';

/** Copies files of a run below `into`. Each appears whole, or not at all. */
export async function fetchFiles(
  remote: Remote,
  runId: string,
  paths: readonly string[],
  into: string,
  signal: AbortSignal,
): Promise<void> {
  const names = [...new Set(paths)];
  // entries are called by their places: names may have line breaks, which tar headers do not bear
  const targets = new Map(names.map((name, i) => [`${i}`, targetOf(into, name)]));
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  const { stdin, stdout, done, root } = await remote.stream('fetch', either);
  const writing: Promise<void>[] = [];
  let failure: RemoteError | undefined;
  const parser = new Parser({
    onReadEntry: (entry: ReadEntry) => {
      const target = targets.get(entry.path);
      if (target === undefined) {
        entry.resume(); // never write what was not asked for
        return;
      }
      targets.delete(entry.path);
      const written = writeWhole(entry, target).catch((error: unknown) => {
        failure ??= localProblem(error, target);
        entry.resume(); // the parser waits for every entry to be read
        enough.abort();
      });
      writing.push(written);
    },
  });
  stdin.end(JSON.stringify({ root, run_id: runId, paths: names }));
  await parse(stdout, parser);
  const { exitCode, stderr } = await done;
  await Promise.all(writing);
  signal.throwIfAborted();
  const reply = decodeReply(stderr);
  if (exitCode !== 0 && !enough.signal.aborted) remote.valueOf(reply, exitCode, stderr);
  if (failure) throw failure;
  if (targets.size > 0) throw cutShort(runId);
}

const cutShort = (name: string): RemoteError =>
  new RemoteError('bad-reply', t('The transfer of {0} was cut short. Try again.', name));

/** The names come from the other machine: none may lead out of the folder. */
function targetOf(into: string, name: string): string {
  const parts = name.split('/');
  const isOdd = parts.some(part => part === '' || part === '..' || part === '.');
  const target = path.join(into, ...parts);
  if (isOdd || path.relative(into, target).split(path.sep).join('/') !== name)
    throw new RemoteError('refused', t('"{0}" does not stay in its folder.', name));
  return target;
}

/** Feeds the parser what follows the marker, no faster than files can be written. */
async function parse(from: Readable, parser: Parser): Promise<void> {
  let head: Buffer | undefined = Buffer.alloc(0);
  const feed = async (bytes: Buffer): Promise<void> => {
    if (bytes.length > 0 && !parser.write(bytes))
      await new Promise<void>(resolve => parser.once('drain', () => resolve()));
  };
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      if (!head) await feed(chunk);
      else {
        head = Buffer.concat([head, chunk]);
        const at = head.indexOf(streamMarker);
        if (at < 0) continue;
        const first = head.subarray(at + streamMarker.length);
        head = undefined;
        await feed(first);
      }
    }
  } catch {
    // the connection was lost: what `done` says is told
  }
  parser.end();
}

async function writeWhole(entry: ReadEntry, target: string): Promise<void> {
  const part = `${target}.${process.pid}.part`;
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await pipeline(entry as unknown as Readable, createWriteStream(part));
    if ((await stat(part)).size !== entry.size) throw cutShort(path.basename(target));
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function localProblem(error: unknown, target: string): RemoteError {
  if (error instanceof RemoteError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new RemoteError('no-space', t('There is no space left for {0}.', target), String(error))
    : new RemoteError('refused', t('{0} cannot be written.', target), String(error));
}
