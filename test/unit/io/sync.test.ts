import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RemoteError, type RemoteErrorKind } from '../../../extension/io/errors.ts';
import { fetchFiles } from '../../../extension/io/fetch.ts';
import { LocalTransport } from '../../../extension/io/local.ts';
import { Remote } from '../../../extension/io/remote.ts';
import { fileBlob, sendBlobs, textBlob } from '../../../extension/io/sync.ts';
import type {
  ExecOptions,
  ExecResult,
  ExecStream,
  Transport,
} from '../../../extension/io/transport.ts';

const program = path.resolve(__dirname, '..', '..', '..', 'remote');
const { signal } = new AbortController();
const hostile = "a b'c $(touch x)\n日本";
const temporary = (): string => mkdtempSync(path.join(tmpdir(), 'mmar-sync-'));

function remoteWith(root: string, transport: Transport = new LocalTransport()): Remote {
  const local = transport instanceof LocalTransport;
  const log = (): void => undefined;
  return new Remote({ name: 'gpu01', transport, python: 'python3', root, program, local, log });
}

const fails = (call: Promise<unknown>, kind: RemoteErrorKind, text: RegExp): Promise<void> =>
  assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof RemoteError, String(error));
    assert.equal(error.kind, kind, `${error.message}\n${error.detail}`);
    assert.match(error.message, text);
    return true;
  });

/** A run folder with these results, as a finished run leaves it. */
function runWith(files: Readonly<Record<string, string>>): string {
  const root = path.join(temporary(), hostile);
  const folder = path.join(root, 'runs', 'r1');
  mkdirSync(path.join(folder, 'eval'), { recursive: true });
  writeFileSync(path.join(folder, 'run.json'), '{"id": "r1"}');
  for (const [name, content] of Object.entries(files))
    writeFileSync(path.join(folder, name), content);
  return root;
}
const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(e => e.isFile())
    .map(e => e.name);

suite('sending files', () => {
  test('a file that shrinks while it is sent is named, and nothing half-made stays', async () => {
    const root = path.join(temporary(), hostile);
    const file = path.join(temporary(), hostile);
    writeFileSync(file, Buffer.alloc(9_000_000, 'x'));
    const blob = await fileBlob(file, signal);
    truncateSync(file, 4_000_000);
    await fails(
      sendBlobs(remoteWith(root), [blob], signal),
      'missing',
      /changed while it was sent/,
    );
    assert.deepEqual(below(root), []);
  });

  test('a file that is gone is named', async () => {
    const file = path.join(temporary(), hostile);
    await fails(fileBlob(file, signal), 'missing', /日本 cannot be read/);
    writeFileSync(file, 'x');
    const blob = await fileBlob(file, signal);
    const open = (): never => assert.fail('gone');
    const call = sendBlobs(remoteWith(temporary()), [{ ...blob, open }], signal);
    await fails(call, 'missing', /cannot be read/);
  });

  test('a file with another content of the same size is refused', async () => {
    const root = temporary();
    const blob = { ...textBlob('one'), open: textBlob('two').open };
    await fails(sendBlobs(remoteWith(root), [blob], signal), 'refused', /send it again/);
    assert.deepEqual(below(root), []);
  });

  test('an abort leaves nothing half-made', async () => {
    const root = temporary();
    const file = path.join(root, 'big');
    writeFileSync(file, Buffer.alloc(64 << 20, 'x'));
    const stop = new AbortController();
    const blobs = [await fileBlob(file, signal)];
    const sent = sendBlobs(remoteWith(root), blobs, stop.signal, bytes => {
      if (bytes > 8 << 20) stop.abort();
    });
    await assert.rejects(sent, { name: 'AbortError' });
    assert.deepEqual(below(path.join(root, 'store')), []);
  });
});

suite('fetching files', () => {
  test('names are kept, each file is whole', async () => {
    const big = '脾'.repeat(2_000_000);
    const root = runWith({ [`eval/${hostile}`]: big, 'eval/empty': '' });
    const into = path.join(temporary(), hostile);
    const paths = [`eval/${hostile}`, 'eval/empty', `eval/${hostile}`];
    await fetchFiles(remoteWith(root), 'r1', paths, into, signal);
    assert.equal(readFileSync(path.join(into, 'eval', hostile), 'utf8'), big);
    assert.deepEqual(below(into).toSorted(), [hostile, 'empty'].toSorted());
  });

  test('a machine cannot make us write outside of the folder', async () => {
    const into = path.join(temporary(), 'into');
    for (const name of ['../x', 'a/../../x', '/etc/x', '', 'a//b', './x'])
      await fails(
        fetchFiles(remoteWith(temporary()), 'r1', [name], into, signal),
        'refused',
        /does not stay/,
      );
    assert.equal(existsSync(into), false);
  });

  test('a file that is not there is named', async () => {
    const root = runWith({ 'eval/a': 'x' });
    const call = fetchFiles(remoteWith(root), 'r1', ['eval/a', 'eval/b'], temporary(), signal);
    await fails(call, 'missing', /has no eval\/b/);
  });

  test('a target that cannot be written is named, the transfer ends', async () => {
    const root = runWith({ 'eval/a': 'x'.repeat(5_000_000), 'eval/b': 'x'.repeat(5_000_000) });
    const into = temporary();
    writeFileSync(path.join(into, 'eval'), 'in the way');
    const call = fetchFiles(remoteWith(root), 'r1', ['eval/a', 'eval/b'], into, signal);
    await fails(call, 'refused', /cannot be written/);
  });

  test('a transfer that is cut short leaves no half file', async () => {
    const root = runWith({ 'eval/a': 'x'.repeat(5_000_000) });
    const into = temporary();
    const cut = new Prefixed(['sh', '-c', '"$@" | head -c 1000000; exit 0', 'sh'], 'fetch');
    await fails(
      fetchFiles(remoteWith(root, cut), 'r1', ['eval/a'], into, signal),
      'bad-reply',
      /cut short/,
    );
    assert.deepEqual(below(into), []);
  });
});

/** This machine, with a program before each command, or before those of one verb. */
class Prefixed implements Transport {
  private readonly inner = new LocalTransport();
  constructor(
    private readonly prefix: readonly string[],
    private readonly verb?: string,
  ) {}
  exec(argv: readonly string[], options: ExecOptions): Promise<ExecResult> {
    return this.inner.exec(this.with(argv), options);
  }
  stream(argv: readonly string[], abort: AbortSignal): Promise<ExecStream> {
    return this.inner.stream(this.with(argv), abort);
  }
  dispose(): void {
    this.inner.dispose();
  }
  private with(argv: readonly string[]): string[] {
    const wanted = this.verb === undefined || argv[2] === this.verb;
    return wanted ? [...this.prefix, ...argv] : [...argv];
  }
}

suite('a disk that is full', () => {
  let folder: string;
  let inside: Transport | undefined;
  let end = (): void => undefined;

  /** A process that holds a mount namespace with a disk of 1 MB. */
  suiteSetup(async function () {
    folder = temporary();
    const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const mount = 'mount -t tmpfs -o size=1m,mode=777 tmpfs "$1" && echo ready && exec sleep 60';
    const argv = [...user, '--mount', 'sh', '-c', mount, 'sh', folder];
    const holder = spawn('unshare', argv, { stdio: ['ignore', 'pipe', 'ignore'] });
    end = () => void holder.kill('SIGKILL');
    const isReady = await new Promise<boolean>(resolve => {
      holder.on('error', () => resolve(false));
      holder.on('exit', () => resolve(false));
      holder.stdout.once('data', () => resolve(true));
    });
    if (!isReady) return this.skip();
    const enter = user.length > 0 ? ['-U', '--preserve-credentials'] : [];
    inside = new Prefixed(['nsenter', '-t', String(holder.pid), '-m', ...enter, '--']);
  });
  suiteTeardown(() => end());

  const left = async (): Promise<string[]> => {
    const { stdout } = (await inside?.exec(['find', folder, '-type', 'f'], { signal })) ?? {};
    return (stdout ?? '').split('\n').filter(name => name !== '' && !name.includes('/bin/'));
  };

  test('an upload says so and leaves nothing half-made', async () => {
    const remote = remoteWith(`${folder}/a b`, inside);
    const blobs = [textBlob('small'), textBlob('x'.repeat(3_000_000))];
    const text = /no space left in .*a b.*free some, or use another root/;
    await fails(sendBlobs(remote, blobs, signal), 'no-space', text);
    assert.deepEqual(await left(), [
      `${folder}/a b/store/${blobs[0]?.sha256.slice(0, 2)}/${blobs[0]?.sha256}`,
    ]);
    await sendBlobs(remote, [textBlob('goes on')], signal);
  });

  test('so does putting the program there', async () => {
    await inside?.exec(['sh', '-c', 'head -c 2000000 /dev/zero > "$1/ballast"', 'sh', folder], {
      signal,
    });
    const remote = remoteWith(`${folder}/other`, inside);
    const call = sendBlobs(remote, [textBlob('x')], signal);
    await fails(call, 'no-space', /no space left in .*other.* on gpu01/);
    const found = await inside?.exec(['ls', '-A', `${folder}/other/bin`], { signal });
    assert.equal(found?.stdout, '');
  });
});

suite('putting the program there', () => {
  test('one caller that gives up does not take the others along', async () => {
    const root = path.join(temporary(), hostile);
    const remote = remoteWith(root, new Prefixed([]));
    const stop = new AbortController();
    const first = remote.call('list', {}, value => value, stop.signal);
    const second = remote.call('list', {}, value => value, signal);
    stop.abort();
    await assert.rejects(first, { name: 'AbortError' });
    assert.deepEqual(await second, { runs: [] });
  });
});
