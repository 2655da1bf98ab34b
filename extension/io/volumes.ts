import { t } from '@vscode/l10n';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip, gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { decodeLabels, type LabelMap } from '../core/volume/labelMap.ts';
import { fileBytes, headerBytes, parseNifti, type NiftiHeader } from '../core/volume/nifti.ts';
import { RemoteError } from './errors.ts';

const unpack = promisify(gunzip);

/** A sentence that names the file, what is wrong with it and what to do. */
const broken = (file: string, what: string): RemoteError =>
  new RemoteError(
    'missing',
    t(
      '{0} cannot be read: {1}. Replace it, or take it out of the datalist.',
      path.basename(file),
      what,
    ),
    file,
  );

const isPacked = (file: string): boolean => file.toLowerCase().endsWith('.gz');

/** Header of a volume; of a packed file only the first block is unpacked. */
export async function readHeader(file: string, signal: AbortSignal): Promise<NiftiHeader> {
  const bytes = await firstBytes(file, signal);
  const { header, problem } = parseNifti(bytes);
  if (!header) throw broken(file, problem);
  return header;
}

async function firstBytes(file: string, signal: AbortSignal): Promise<Buffer> {
  const { size } = await stat(file).catch(() => {
    throw broken(file, t('it does not exist'));
  });
  if (size === 0) throw broken(file, t('it is empty'));
  const raw = createReadStream(file, { end: (64 << 10) - 1, signal });
  const source = isPacked(file) ? raw.pipe(createGunzip()) : raw;
  raw.on('error', error => source.destroy(error));
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= headerBytes) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    // the input ends after its first block on purpose: what was unpacked until then counts
    if (length < headerBytes) throw broken(file, reason(error));
  } finally {
    raw.destroy();
  }
  return Buffer.concat(chunks);
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'Z_BUF_ERROR') return t('it is cut short');
  if (code?.startsWith('Z_')) return t('it is not gzip, or damaged');
  return error instanceof Error ? error.message : String(error);
}

/** A label map, whole. */
export async function readLabels(file: string, signal: AbortSignal): Promise<LabelMap> {
  const bytes = await readWhole(file, signal);
  const { header, problem } = parseNifti(bytes);
  if (!header) throw broken(file, problem);
  if (bytes.length < fileBytes(header)) throw broken(file, t('it is cut short'));
  return decodeLabels(header, bytes);
}

async function readWhole(file: string, signal: AbortSignal): Promise<Buffer> {
  const raw = await readFile(file, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw broken(file, reason(error));
  });
  if (!isPacked(file)) return raw;
  const whole = await unpack(raw).catch((error: unknown) => {
    throw broken(file, reason(error));
  });
  signal.throwIfAborted();
  return whole;
}

/**
 * What is wrong with a volume, or undefined. Cheap: the header, and whether the file is as long as it says.
 * A packed file says its unpacked length modulo 2^32 at its end (RFC 1952); one that does not fit is unpacked to be sure,
 * since a file may consist of several packed parts.
 */
export async function checkVolume(file: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const header = await readHeader(file, signal);
    const expected = fileBytes(header);
    const { size } = await stat(file);
    if (!isPacked(file))
      return size < expected ? broken(file, t('it is cut short')).message : undefined;
    if ((await statedLength(file, size)) === expected % 2 ** 32) return undefined;
    return (await readWhole(file, signal)).length < expected
      ? broken(file, t('it is cut short')).message
      : undefined;
  } catch (error) {
    if (error instanceof RemoteError) return error.message;
    throw error;
  }
}

async function statedLength(file: string, size: number): Promise<number> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
    return buffer.readUInt32LE(0);
  } finally {
    await handle.close();
  }
}

/** Bytes of a file as stored; fewer at its end. */
export async function readBytes(
  file: string,
  offset: number,
  length: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const handle = await open(file).catch(() => {
    throw broken(file, t('it does not exist'));
  });
  try {
    signal.throwIfAborted();
    const bytes = new Uint8Array(length);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < length; filled += read)
      read = (await handle.read(bytes, filled, length - filled, offset + filled)).bytesRead;
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

/** What tells one content of a file from the next: length and time of its last change. */
export async function readStamp(file: string): Promise<{ size: number; changed: number }> {
  const { size, mtimeMs } = await stat(file).catch(() => {
    throw broken(file, t('it does not exist'));
  });
  return { size, changed: mtimeMs };
}
