import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isLive } from '../../extension/core/runs/job.ts';
import type { Resources, RunPlan } from '../../extension/core/runs/plan.ts';
import { RemoteError } from '../../extension/io/errors.ts';
import { HostRuns } from '../../extension/io/runs.ts';
import { Ssh2Transport } from '../../extension/io/ssh2.ts';
import { foldersOf, startSite, whyNoSite, type Site } from './site.ts';
import { ended, hostile, planOf, printed, until } from './trainings.ts';

const obstacle = whyNoSite();
const repository = path.resolve(__dirname, '..', '..');
const { signal } = new AbortController();
/** An interpreter with MONAI, where one is set up. */
const monaiPython = process.env['MMAR_PYTHON'];

suite(`runs on a real Slurm over SSH${obstacle ? ` (SKIPPED: ${obstacle})` : ''}`, function () {
  this.timeout(120_000);
  let site: Site;
  const open: Ssh2Transport[] = [];
  const log: string[] = [];
  let folder = '';

  suiteSetup(async function () {
    if (obstacle) return this.skip();
    site = await startSite({ bind: monaiPython ? await foldersOf(monaiPython) : [] });
    folder = site.scratch('runs');
  });
  suiteTeardown(() => site?.stop());
  teardown(() => open.splice(0).forEach(transport => transport.dispose()));

  function machine({ root = `~/${hostile}`, python = 'python3' } = {}): HostRuns {
    const transport = new Ssh2Transport({
      host: site.host,
      port: site.port,
      user: site.user,
      identityFile: site.identityFile,
      knownHostsFiles: [site.knownHosts],
      ownKnownHosts: path.join(site.folder, 'own_known_hosts'),
      confirmHostKey: () => assert.fail('nobody should be asked'),
    });
    open.push(transport);
    const program = path.join(repository, 'remote');
    const host = { name: 'site', transport, python, root, program, local: false };
    return new HostRuns({ ...host, log: line => log.push(line) });
  }

  const plan = (id: string, seconds: number, resources: Resources = {}): RunPlan =>
    planOf({ id, seconds, folder, resources });

  test('the machine tells what it has', async () => {
    const found = await machine().probe('/no such/python', signal);
    assert.equal(found.user, site.user);
    assert.equal(found.root, `${site.home}/${hostile}`);
    assert.match(found.slurm ?? '', /^\d+\.\d+/);
    assert.match(found.training?.problem ?? '', /no such/);
  });

  test('upload, submit, watch, log by offset, results, fetch, remove', async () => {
    const runs = machine();
    const given = plan('whole', 1, {
      gpus: 2,
      cpus: 2,
      memory: '500M',
      time: '5',
      partition: 'gpu',
    });
    const sent: number[] = [];
    const made = await runs.submit(given, { signal, onProgress: bytes => sent.push(bytes) });
    assert.equal(made.folder, `${site.home}/${hostile}/runs/whole`);
    assert.ok((sent.at(-1) ?? 0) > 3_000_000);
    assert.match(made.status.jobId, /^\d+$/);
    const status = await until(runs, 'whole', ended);
    assert.equal(status.state, 'COMPLETED', (await runs.read('whole', 'job.log', 0, signal)).text);
    assert.equal(status.exitCode, 0);
    assert.ok((status.ended ?? 0) >= (status.started ?? Infinity));

    let text = '';
    for (let next = 0; ;) {
      const read = await runs.read('whole', 'job.log', next, signal);
      text += read.text;
      if (read.next === next) break;
      next = read.next;
    }
    assert.ok(text.includes(`\n3000000 x,y=1 ${hostile}\n`), text);
    assert.match(text, /\ngpu \d,\d\n/);

    const results = await runs.results('whole', 'eval', signal);
    assert.deepEqual(results, [{ path: `eval/${hostile}`, size: 10 }]);
    const into = site.scratch('into');
    await runs.fetch('whole', [`eval/${hostile}`], into, signal);
    assert.equal(readFileSync(path.join(into, 'eval', hostile), 'utf8'), 'prediction');

    sent.length = 0;
    await runs.submit(
      { ...given, record: { ...given.record, id: 'again' } },
      { signal, onProgress: bytes => sent.push(bytes) },
    );
    assert.deepEqual(sent, [], 'what the machine has is not sent again');
    await until(runs, 'again', ended);
    const listed = await runs.list(signal);
    assert.deepEqual(
      listed.map(run => run.record.id),
      ['again', 'whole'],
    );
    await runs.remove('again', signal);
    await runs.remove('whole', signal);
    assert.deepEqual(await runs.list(signal), []);
    assert.equal(existsSync(path.join(site.home, 'x')), false, 'a name was run as a command');
  });

  test('a running job saves when it is cancelled, and a resume goes on in the same folder', async () => {
    const runs = machine();
    const { record } = plan('stop', 60);
    const first = await runs.submit(plan('stop', 60), { signal });
    await printed(runs, 'stop', 'gpu ');
    await assert.rejects(runs.remove('stop', signal), /cancel it first/);
    await runs.cancel('stop', signal);
    const cancelled = await until(runs, 'stop', ended);
    assert.equal(cancelled.state, 'CANCELLED');
    await printed(runs, 'stop', 'saved\n');
    const again = await runs.resume(record, 'python3', signal);
    assert.notEqual(again.jobId, first.status.jobId);
    assert.ok(isLive(again.state), again.state);
    const done = await until(runs, 'stop', ended);
    assert.deepEqual([done.state, done.attempt, done.exitCode], ['COMPLETED', 2, 0]);
    assert.match(
      (await runs.read('stop', 'job.log', 0, signal)).text,
      /attempt 1[^]*attempt 2[^]*x,y=1/,
    );
  });

  test('a waiting job is taken out of the queue', async () => {
    const runs = machine();
    const made = await runs
      .submit(plan('wait', 0, { partition: 'no such' }), { signal })
      .catch((error: unknown) => error);
    assert.ok(made instanceof RemoteError && made.kind === 'refused', String(made));
    assert.match(made.message, /Slurm refused the job: .*partition specified: no such/);
    const left = (await runs.list(signal)).filter(run => run.record.id === 'wait');
    assert.deepEqual(left, [], 'what never was a job is no run to look at');
    const busy = [
      plan('busy', 60, { partition: 'viz', cpus: 8 }),
      plan('next', 60, { partition: 'viz', cpus: 8 }),
    ];
    for (const each of busy) await runs.submit(each, { signal });
    const waiting = await until(runs, 'next', s => s.reason !== '' && s.reason !== 'None');
    assert.equal(waiting.state, 'PENDING');
    await runs.cancel('next', signal);
    assert.equal((await until(runs, 'next', ended)).state, 'CANCELLED');
    await runs.cancel('busy', signal);
    await until(runs, 'busy', ended);
  });

  test('the same submission from two windows is one job', async () => {
    const given = plan('twice', 1);
    const [a, b] = await Promise.all([
      machine().submit(given, { signal }),
      machine().submit(given, { signal }),
    ]);
    assert.equal(a.status.jobId, b.status.jobId);
    const runs = machine();
    await until(runs, 'twice', ended);
    const { text } = await runs.read('twice', 'job.log', 0, signal);
    assert.equal(text.match(/-- attempt/g)?.length, 1);
  });

  test('a failed job keeps its exit code, a killed one says so', async () => {
    const runs = machine();
    const given = plan('fails', 0);
    const files = [{ path: 'bundle/train.py', source: { text: 'raise SystemExit(3)' } }];
    await runs.submit({ ...given, files }, { signal });
    const status = await until(runs, 'fails', ended);
    assert.deepEqual([status.state, status.exitCode], ['FAILED', 3]);
  });

  test('a job that nears its time limit saves and is TIMEOUT, not COMPLETED', async () => {
    const runs = machine();
    await runs.submit(plan('limit', 100, { time: '1' }), { signal });
    const status = await until(runs, 'limit', ended);
    assert.equal(status.state, 'TIMEOUT');
    assert.match(status.reason, /Resume goes on/);
  });

  test('a host without that Python, and a root that cannot be written, are named', async () => {
    await assert.rejects(machine({ python: 'python9' }).list(signal), (error: unknown) => {
      assert.ok(error instanceof RemoteError && error.kind === 'no-python', String(error));
      assert.match(error.message, /site has no "python9"\. Name another Python in its profile/);
      return true;
    });
    await assert.rejects(machine({ root: '/proc/no/where' }).list(signal), (error: unknown) => {
      assert.ok(error instanceof RemoteError && error.kind === 'refused', String(error));
      assert.match(error.message, /could not be written on site. Correct "root"/);
      return true;
    });
  });

  test('an upload that is given up leaves nothing half-made there', async () => {
    const runs = machine({ root: '~/aborted' });
    const given = plan('aborted', 0);
    const volume = path.join(folder, 'big');
    writeFileSync(volume, randomBytes(64 << 20));
    const stop = new AbortController();
    const onProgress = (sent: number): void => {
      if (sent > 16 << 20) stop.abort();
    };
    const data = [{ path: 'data/big', file: volume }];
    const call = runs.submit({ ...given, data }, { signal: stop.signal, onProgress });
    await assert.rejects(call, { name: 'AbortError' });
    const store = path.join(site.home, 'aborted', 'store');
    const left = readdirSync(store, { recursive: true, withFileTypes: true });
    assert.deepEqual(
      left.filter(e => e.isFile() && e.name.endsWith('.part')),
      [],
    );
  });

  test('the interpreter with MONAI is there for the user, wherever it lies', async function () {
    if (!monaiPython) return this.skip();
    const found = await machine().probe(monaiPython, signal);
    assert.equal(found.training?.problem, '');
    assert.match(found.training.monai ?? '', /^\d+\./);
    const runs = machine();
    const given = plan('monai', 0);
    const source = { text: 'import torch, monai; print("monai", monai.__version__)' };
    const files = [{ path: 'bundle/train.py', source }];
    await runs.submit({ ...given, files, python: monaiPython }, { signal });
    const status = await until(runs, 'monai', ended);
    const { text } = await runs.read('monai', 'job.log', 0, signal);
    assert.equal(status.state, 'COMPLETED', text);
    assert.match(text, /\nmonai \d/);
  });

  test('a Slurm that does not answer ends no run, and gets no second job', async () => {
    const runs = machine();
    await runs.submit(plan('silence', 60), { signal });
    await printed(runs, 'silence', 'gpu ');
    await site.inside(['pkill', '-STOP', '-x', 'slurmctld']);
    try {
      const status = (await runs.status(['silence'], signal)).get('silence');
      assert.equal(status?.state, 'RUNNING');
      assert.match(status.reason, /Slurm does not answer/);
      const later = runs.submit(plan('later', 0), { signal });
      await assert.rejects(later, { kind: 'no-scheduler', message: /does not answer/ });
    } finally {
      await site.inside(['pkill', '-CONT', '-x', 'slurmctld']);
    }
    await until(runs, 'silence', s => s.reason === '');
    await runs.cancel('silence', signal);
    await until(runs, 'silence', ended);
    const later = await runs.submit(plan('later', 0), { signal });
    assert.equal(later.status.attempt, 1);
    await until(runs, 'later', ended);
  });

  test('a program that was deleted there is put there again', async () => {
    const runs = machine({ root: '~/gone' });
    await runs.list(signal);
    const transport = open.at(-1);
    await transport?.exec(['rm', '-rf', `${site.home}/gone/bin`], { signal });
    await assert.rejects(runs.list(signal), { kind: 'bad-reply' });
    assert.deepEqual(await runs.list(signal), []);
  });
});
