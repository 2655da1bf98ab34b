import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RemoteError, type RemoteErrorKind } from '../../extension/io/errors.ts';
import { Ssh2Transport, type Ssh2Options } from '../../extension/io/ssh2.ts';
import { startSite, whyNoSite, type Site } from './site.ts';

const obstacle = whyNoSite();

suite(`SSH to a real host${obstacle ? ` (SKIPPED: ${obstacle})` : ''}`, () => {
  let site: Site;
  let files = 0;
  const open: Ssh2Transport[] = [];
  const signal = new AbortController().signal;
  setMaxListeners(100, signal); // one signal for many calls at once

  const own = (): string => path.join(site.folder, `own known hosts ${files++}`);
  const optionsWith = (change: Partial<Ssh2Options> = {}): Ssh2Options => ({
    host: site.host,
    port: site.port,
    user: site.user,
    identityFile: site.identityFile,
    knownHostsFiles: [site.knownHosts],
    ownKnownHosts: own(),
    confirmHostKey: () => assert.fail('nobody should be asked'),
    ...change,
  });
  const transportWith = (change?: Partial<Ssh2Options>): Ssh2Transport => {
    const transport = new Ssh2Transport(optionsWith(change));
    open.push(transport);
    return transport;
  };
  const fails = (call: Promise<unknown>, kind: RemoteErrorKind, text: RegExp): Promise<void> =>
    assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof RemoteError, String(error));
      assert.equal(error.kind, kind, `${error.message}\n${error.detail}`);
      assert.match(error.message, text);
      return true;
    });
  const makeKey = (name: string, passphrase = ''): string => {
    const file = path.join(site.folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', file]);
    return file;
  };

  suiteSetup(async function () {
    if (obstacle) return this.skip();
    site = await startSite({ bind: [] });
  });
  suiteTeardown(() => site?.stop());
  teardown(() => open.splice(0).forEach(transport => transport.dispose()));

  test('arguments, input and output arrive byte for byte', async () => {
    const words = ['', "it's", '"$HOME"', '$(id)', 'a\nb', '脾 🫁', '--help', '*', '\\', '`id`'];
    const { stdout, exitCode } = await transportWith().exec(
      ['sh', '-c', 'printf "%s\\0" "$@"; cat', 'sh', ...words],
      { stdin: 'in 脾\n', signal },
    );
    assert.deepEqual(stdout.split('\0'), [...words, 'in 脾\n']);
    assert.equal(exitCode, 0);
  });

  test('exit codes, signals and stderr are told', async () => {
    const transport = transportWith();
    const failed = await transport.exec(['sh', '-c', 'echo bad >&2; exit 7'], { signal });
    assert.deepEqual(failed, { exitCode: 7, stdout: '', stderr: 'bad\n' });
    const absent = await transport.exec(['no such program'], { signal });
    assert.equal(absent.exitCode, 127);
    const killed = await transport.exec(['sh', '-c', 'kill -TERM $$'], { signal });
    assert.equal(killed.exitCode, 143);
  });

  test('programs that end at once keep their exit code and output', async () => {
    const transport = transportWith();
    for (let i = 0; i < 200; i++)
      assert.deepEqual(await transport.exec(['echo', `${i}`], { signal }), {
        exitCode: 0,
        stdout: `${i}\n`,
        stderr: '',
      });
  });

  test('5 MB go through a stream in both directions', async () => {
    const bytes = randomBytes(5_000_000);
    const { stdin, stdout, done } = await transportWith().stream(['cat'], signal);
    const hash = createHash('sha256');
    stdout.on('data', (chunk: Buffer) => hash.update(chunk));
    const read = new Promise(resolve => stdout.on('end', resolve));
    stdin.end(bytes);
    assert.deepEqual(await done, { exitCode: 0, stderr: '' });
    await read;
    assert.equal(hash.digest('hex'), createHash('sha256').update(bytes).digest('hex'));
  });

  test('a program that does not read its input ends the stream', async () => {
    const { stdin, stdout, done } = await transportWith().stream(['sh', '-c', 'exit 3'], signal);
    stdout.resume();
    const closed = new Promise(resolve => stdin.on('close', resolve));
    stdin.write(Buffer.alloc(8_000_000));
    assert.equal((await done).exitCode, 3);
    await closed;
  });

  test('a reader that has enough ends the program', async () => {
    const { stdout, done } = await transportWith().stream(['yes'], signal);
    for await (const chunk of stdout) {
      assert.ok(chunk);
      break;
    }
    await done.catch(() => undefined);
  });

  test('an unknown host key is asked about, kept in our own file, and known from then on', async () => {
    const ownKnownHosts = own();
    const asked: string[][] = [];
    const confirmHostKey = (...question: string[]): Promise<boolean> =>
      Promise.resolve(asked.push(question) > 0);
    const before = readFileSync(site.knownHosts);
    const first = transportWith({ knownHostsFiles: [], ownKnownHosts, confirmHostKey });
    assert.equal((await first.exec(['true'], { signal })).exitCode, 0);
    const shown = execFileSync('ssh-keygen', ['-l', '-f', `${site.folder}/ssh/host.pub`], {
      encoding: 'utf8',
    });
    assert.deepEqual(asked, [
      [`${site.host}:${site.port}`, 'ssh-ed25519', shown.split(' ')[1] ?? ''],
    ]);
    const second = transportWith({ knownHostsFiles: [], ownKnownHosts });
    assert.equal((await second.exec(['true'], { signal })).exitCode, 0);
    assert.deepEqual(readFileSync(site.knownHosts), before);
  });

  test('an unknown host key that is refused leaves nothing behind', async () => {
    const ownKnownHosts = own();
    let asked = 0;
    const confirmHostKey = (): Promise<boolean> => Promise.resolve(++asked < 0);
    const transport = transportWith({ knownHostsFiles: [], ownKnownHosts, confirmHostKey });
    await fails(transport.exec(['true'], { signal }), 'host-key', /was not trusted/);
    await fails(transport.exec(['true'], { signal }), 'host-key', /was not trusted/);
    assert.equal(asked, 1, 'a view that refreshes itself must not ask again and again');
    assert.equal(existsSync(ownKnownHosts), false);
  });

  test('a changed host key is a hard stop that names both keys and the file', async () => {
    const [type, key] = readFileSync(`${makeKey('other host')}.pub`, 'utf8').split(' ');
    const file = own();
    writeFileSync(file, `[${site.host}]:${site.port} ${type} ${key}\n`);
    const call = transportWith({ knownHostsFiles: [file] }).exec(['true'], { signal });
    await fails(call, 'host-key', /changed: expected SHA256:\S+, but it shows SHA256:.*own known/s);
  });

  test('a known key of another type than the shown one is a hard stop, too', async () => {
    const file = path.join(site.folder, 'rsa');
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-N', '', '-f', file]);
    const [type, key] = readFileSync(`${file}.pub`, 'utf8').split(' ');
    writeFileSync(file, `[${site.host}]:${site.port} ${type} ${key}\n`);
    const call = transportWith({ knownHostsFiles: [file] }).exec(['true'], { signal });
    await fails(call, 'host-key', /changed/);
  });

  test('a revoked host key is a hard stop', async () => {
    const [type, key] = readFileSync(`${site.folder}/ssh/host.pub`, 'utf8').split(' ');
    const file = own();
    writeFileSync(file, `@revoked * ${type} ${key}\n`);
    const call = transportWith({ knownHostsFiles: [site.knownHosts, file] });
    await fails(call.exec(['true'], { signal }), 'host-key', /revoked/);
  });

  test('a wrong key, an absent key and a wrong user are about the login', async () => {
    const call = (change: Partial<Ssh2Options>): Promise<unknown> =>
      transportWith(change).exec(['true'], { signal });
    await fails(call({ identityFile: makeKey('stranger') }), 'login', /alice.*identityFile/);
    await fails(call({ identityFile: '/no such key' }), 'login', /no such key/);
    await fails(call({ user: 'nobody' }), 'login', /nobody/);
  });

  test('a key with a passphrase asks for it once', async () => {
    const file = makeKey('locked', 'open sesame');
    execFileSync('sh', [
      '-c',
      'cat "$1.pub" >> "$2"',
      'sh',
      file,
      `${site.folder}/ssh/authorized_alice`,
    ]);
    let asked = 0;
    const passphrase = (): Promise<string> => Promise.resolve(asked++ ? '' : 'open sesame');
    const transport = transportWith({ identityFile: file, passphrase });
    assert.equal((await transport.exec(['true'], { signal })).exitCode, 0);
    await transport.exec(['sh', '-c', 'kill -9 $PPID'], { signal }).catch(() => undefined);
    assert.equal((await transport.exec(['true'], { signal })).exitCode, 0);
    assert.equal(asked, 1);
    const wrong = transportWith({ identityFile: file, passphrase });
    await fails(wrong.exec(['true'], { signal }), 'login', /passphrase/);
  });

  test('the agent is used', async () => {
    const socket = path.join(site.folder, 'agent');
    // it ends with its child, and that ends with this process
    const agent = spawn('ssh-agent', ['-a', socket, 'cat'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    try {
      for (let i = 0; i < 100 && !existsSync(socket); i++) await delay(20);
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', ['-q', site.identityFile], { env, stdio: 'ignore' });
      const { identityFile: _, ...others } = optionsWith({ agent: socket });
      const transport = new Ssh2Transport(others);
      open.push(transport);
      assert.equal((await transport.exec(['true'], { signal })).exitCode, 0);
    } finally {
      agent.stdin.end();
    }
  });

  test('a dead port, an unknown name and a host that is no SSH server cannot be reached', async () => {
    const server = createServer(socket => socket.resume().end('hello\r\n')).listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const other = transportWith({ port }).exec(['true'], { signal });
    await fails(other, 'unreachable', new RegExp(`127.0.0.1:${port}`));
    await new Promise(resolve => server.close(resolve));
    const dead = transportWith({ port }).exec(['true'], { signal });
    await fails(dead, 'unreachable', new RegExp(`127.0.0.1:${port} .*ECONNREFUSED`));
    const unknown = transportWith({ host: 'nowhere.invalid' }).exec(['true'], { signal });
    await fails(unknown, 'unreachable', /nowhere\.invalid:\d+/);
  });

  test('an abort ends the program and frees its channel', async () => {
    const transport = transportWith();
    const sleepers = Array.from({ length: 4 }, () => new AbortController());
    const sleeping = sleepers.map((stop, i) =>
      transport.exec(['sleep', `98765${i}`], { signal: stop.signal }),
    );
    const fifth = transport.exec(['true'], { signal }); // no channel is free
    const sixth = new AbortController();
    const waiting = transport.exec(['true'], { signal: sixth.signal });
    await delay(300);
    sixth.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    sleepers.forEach(stop => stop.abort());
    for (const call of sleeping) await assert.rejects(call, { name: 'AbortError' });
    assert.equal((await fifth).exitCode, 0);
    const left = await transport.exec(['pgrep', '-f', '^sleep 98765'], { signal });
    assert.equal(left.stdout, '');
  });

  test('40 calls at once all answer', async () => {
    const transport = transportWith();
    const calls = Array.from({ length: 40 }, (_, i) =>
      transport.exec(['sh', '-c', 'sleep 0.02; echo "$1"', 'sh', `${i}`], { signal }),
    );
    const answers = (await Promise.all(calls)).map(({ stdout }) => Number(stdout));
    assert.deepEqual(answers, [...answers.keys()]);
  });

  test('a lost connection is told, and the next call makes a new one', async () => {
    const transport = transportWith();
    const sleeping = transport.exec(['sleep', '60'], { signal });
    const { stdin, stdout, done } = await transport.stream(['cat'], signal);
    const ended = new Promise(resolve => stdout.on('end', resolve).resume());
    const closed = new Promise(resolve => stdin.on('close', resolve));
    const cut = transport.exec(['sh', '-c', 'kill -9 $PPID; sleep 60'], { signal });
    for (const call of [cut, sleeping, done]) await fails(call, 'unreachable', /was lost/);
    await Promise.all([ended, closed]);
    assert.equal((await transport.exec(['echo', 'again'], { signal })).stdout, 'again\n');
  });

  test('a disposed transport ends what is under way', async () => {
    const transport = transportWith();
    await transport.exec(['true'], { signal });
    const sleeping = transport.exec(['sleep', '60'], { signal });
    await delay(50);
    transport.dispose();
    await fails(sleeping, 'unreachable', /lost/);
    await fails(transport.exec(['true'], { signal }), 'unreachable', /lost/);
  });

  test('a job that is submitted over the connection completes', async () => {
    const transport = transportWith();
    const script = '#!/bin/sh\necho "gpu $CUDA_VISIBLE_DEVICES on $SLURMD_NODENAME"\n';
    const submitted = await transport.exec(
      ['sbatch', '--parsable', '--gpus=1', '--time=1', '--output=job out'],
      { stdin: script, signal },
    );
    assert.equal(submitted.exitCode, 0, submitted.stderr);
    const job = submitted.stdout.trim();
    const deadline = Date.now() + 15_000;
    let state = '';
    while (state !== 'COMPLETED' && Date.now() < deadline) {
      const shown = await transport.exec(['scontrol', 'show', 'job', job], { signal });
      state = /JobState=(\S+)/.exec(shown.stdout)?.[1] ?? '';
      await delay(100);
    }
    assert.equal(state, 'COMPLETED');
    const output = await transport.exec(['cat', 'job out'], { signal });
    assert.equal(output.stdout, 'gpu 0 on cn1\n');
  });
});
