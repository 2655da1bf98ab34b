import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isLive, type JobStatus, type RunRecord } from '../../../extension/core/runs/job.ts';
import type { RunPlan } from '../../../extension/core/runs/plan.ts';
import { RemoteError } from '../../../extension/io/errors.ts';
import { LocalTransport } from '../../../extension/io/local.ts';
import { HostRuns } from '../../../extension/io/runs.ts';

const repository = path.resolve(__dirname, '..', '..', '..');
const { signal } = new AbortController();
const hostile = "a b'c $(touch x)\n日本";

function machine(root: string, local = true, env = process.env): HostRuns {
  return new HostRuns({
    name: 'test',
    transport: new LocalTransport(env),
    python: 'python3',
    root,
    program: path.join(repository, 'remote'),
    local,
    log: () => undefined,
  });
}

const newRoot = (): string => path.join(mkdtempSync(path.join(tmpdir(), 'mmar-runs-')), hostile);

function plan(id: string, script: string, files: RunPlan['files'] = []): RunPlan {
  const record: RunRecord = {
    id,
    purpose: 'train',
    mmar: hostile,
    mmarPath: `/nowhere/${hostile}`,
    config: 'config/config_train.json',
    created: '2026-11-24T12:00:00.000Z',
    scheduler: 'process',
    command: ['-c', script],
    resumeCommand: ['-c', `print("resumed"); ${script}`],
  };
  return {
    record,
    files: [{ path: 'bundle/x.txt', source: { text: 'x' } }, ...files],
    data: [],
    python: 'python3',
    env: {},
    resources: {},
  };
}

async function until(
  runs: HostRuns,
  id: string,
  wanted: (s: JobStatus) => boolean,
): Promise<JobStatus> {
  for (let i = 0; i < 200; i++) {
    const status = (await runs.status([id], signal)).get(id);
    if (status && wanted(status)) return status;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`${id} did not get there`);
}
const ended = (s: JobStatus): boolean => !isLive(s.state);

suite('runs on this machine', function () {
  this.timeout(60_000);

  test('submit, watch, read the log by offset, list, results, fetch, remove', async () => {
    const root = newRoot();
    const runs = machine(root);
    const script = 'open("../eval/ü b.txt", "w").write("out"); print("hällo", flush=True)';
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'mmar-src-')), hostile);
    writeFileSync(file, 'content');
    const given = plan('r1', script, [{ path: `mmar/${hostile}`, source: { file } }]);
    let sent = 0;
    const made = await runs.submit(given, { signal, onProgress: bytes => (sent = bytes) });
    assert.ok(sent >= 8);
    assert.equal(made.folder, path.join(root, 'runs', 'r1'));
    const status = await until(runs, 'r1', ended);
    assert.equal(status.state, 'COMPLETED');
    assert.equal(status.exitCode, 0);
    assert.equal(readFileSync(path.join(made.folder, 'mmar', hostile), 'utf8'), 'content');
    const log = await runs.read('r1', 'job.log', 0, signal);
    assert.match(log.text, /hällo/);
    assert.deepEqual(await runs.read('r1', 'job.log', log.next, signal), {
      text: '',
      next: log.next,
      size: log.next,
    });
    const listed = await runs.list(signal);
    assert.deepEqual(
      listed.map(r => r.record.mmar),
      [hostile],
    );
    const results = await runs.results('r1', 'eval', signal);
    assert.deepEqual(
      results.map(r => r.path),
      ['eval/ü b.txt'],
    );
    const into = mkdtempSync(path.join(tmpdir(), 'mmar-into-'));
    await runs.fetch('r1', ['eval/ü b.txt'], into, signal);
    assert.equal(readFileSync(path.join(into, 'eval', 'ü b.txt'), 'utf8'), 'out');
    await runs.remove('r1', signal);
    assert.deepEqual(await runs.list(signal), []);
  });

  test('the snapshot cannot be written to', async () => {
    const root = newRoot();
    const runs = machine(root);
    const { folder } = await runs.submit(plan('ro', 'pass'), { signal });
    const { mode } = await import('node:fs').then(fs =>
      fs.statSync(path.join(folder, 'bundle', 'x.txt')),
    );
    assert.equal(mode & 0o222, 0);
    await until(runs, 'ro', ended);
  });

  test('the same submission twice is one job', async () => {
    const runs = machine(newRoot());
    const slow = plan('twice', 'import time; print("once", flush=True); time.sleep(1)');
    const [a, b] = await Promise.all([
      runs.submit(slow, { signal }),
      runs.submit(slow, { signal }),
    ]);
    assert.equal(a.status.jobId, b.status.jobId);
    await until(runs, 'twice', ended);
    const { text } = await runs.read('twice', 'job.log', 0, signal);
    assert.equal(text.match(/^once$/gm)?.length, 1);
  });

  test('another run with the same id is refused', async () => {
    const runs = machine(newRoot());
    await runs.submit(plan('same', 'pass'), { signal });
    const other = plan('same', 'pass', [{ path: 'bundle/y', source: { text: 'y' } }]);
    await assert.rejects(runs.submit(other, { signal }), /another run with the id same/);
  });

  test('a failed job keeps its exit code', async () => {
    const runs = machine(newRoot());
    await runs.submit(plan('bad', 'raise SystemExit(7)'), { signal });
    const status = await until(runs, 'bad', ended);
    assert.equal(status.state, 'FAILED');
    assert.equal(status.exitCode, 7);
  });

  test('cancel asks the program, which may save; resume goes on in the same folder', async () => {
    const runs = machine(newRoot());
    const script = [
      'import signal, sys, time',
      'signal.signal(signal.SIGTERM, lambda *_: (print("saved", flush=True), sys.exit(0)))',
      'print("up", flush=True)',
      'time.sleep(30)',
    ].join('\n');
    const { record } = await runs.submit(plan('stop', script), { signal });
    for (;;) if ((await runs.read('stop', 'job.log', 0, signal)).text.includes('up\n')) break;
    await runs.cancel('stop', signal);
    const cancelled = await until(runs, 'stop', ended);
    assert.equal(cancelled.state, 'CANCELLED');
    assert.equal(cancelled.attempt, 1);
    const again = { ...record, resumeCommand: ['-c', 'print("resumed", flush=True)'] };
    await runs.resume(again, 'python3', signal);
    const done = await until(runs, 'stop', s => s.attempt === 2 && ended(s));
    assert.equal(done.state, 'COMPLETED');
    const { text } = await runs.read('stop', 'job.log', 0, signal);
    assert.match(text, /up\n[^]*saved\n[^]*attempt 2[^]*resumed\n/);
  });

  test('a run that never was a job begins anew when it is resumed', async () => {
    const runs = machine(newRoot());
    const given = plan('cut-off', 'print("begun")');
    const { record } = given;
    const { folder } = await runs.submit(given, { signal });
    await until(runs, record.id, ended);
    for (const name of ['job.json', 'exit.json', 'started.json', 'job.log'])
      rmSync(path.join(folder, name));
    const status = (await runs.status([record.id], signal)).get(record.id);
    assert.deepEqual([status?.state, status?.attempt], ['FAILED', 0]);
    await runs.resume(record, 'python3', signal);
    assert.equal((await until(runs, record.id, ended)).attempt, 1);
    const { text } = await runs.read(record.id, 'job.log', 0, signal);
    assert.match(text, /^begun$/m);
    assert.doesNotMatch(text, /^resumed$/m);
  });

  test('a job that was killed without a trace is FAILED, not running for ever', async () => {
    const runs = machine(newRoot());
    const { status } = await runs.submit(plan('gone', 'import time; time.sleep(60)'), { signal });
    process.kill(-Number(status.jobId), 'SIGKILL');
    const found = await until(runs, 'gone', ended);
    assert.equal(found.state, 'FAILED');
    assert.match(found.reason, /without a trace/);
  });

  test('a machine whose login scripts print: program uploaded once, noise does no harm', async () => {
    const bin = mkdtempSync(path.join(tmpdir(), 'mmar-bin-'));
    writeFileSync(
      path.join(bin, 'python3'),
      '#!/bin/sh\necho "Welcome {\\"ok\\": true}"\nexec /usr/bin/env -u NOISY PATH="$REALPATH" python3 "$@"\n',
      { mode: 0o755 },
    );
    const env = {
      ...process.env,
      REALPATH: process.env['PATH'],
      PATH: `${bin}:${process.env['PATH']}`,
    };
    const root = newRoot();
    const runs = machine(root, false, env);
    await runs.submit(plan('noise', 'open("../eval/a","w").write("b" * 70000)'), { signal });
    await until(runs, 'noise', ended);
    const into = path.join(mkdtempSync(path.join(tmpdir(), 'mmar-into-')), hostile);
    await runs.fetch('noise', ['eval/a'], into, signal);
    assert.equal(readFileSync(path.join(into, 'eval', 'a'), 'utf8').length, 70000);
    const versions = readdirSync(path.join(root, 'bin'));
    assert.equal(versions.length, 1);
    assert.ok(!existsSync(path.join(root, 'bin', versions[0] ?? '', 'runtime')));
  });

  test('no Python there: one error that names it', async () => {
    const runs = new HostRuns({
      name: 'gpu01',
      transport: new LocalTransport(),
      python: 'no-such-python',
      root: newRoot(),
      program: path.join(repository, 'remote'),
      local: true,
      log: () => undefined,
    });
    await assert.rejects(runs.list(signal), (error: unknown) => {
      assert.ok(error instanceof RemoteError);
      assert.equal(error.kind, 'no-python');
      assert.match(error.message, /gpu01 has no "no-such-python"/);
      return true;
    });
  });

  test('files outside of the run folder cannot be read', async () => {
    const runs = machine(newRoot());
    await runs.submit(plan('inside', 'pass'), { signal });
    for (const file of ['../../etc/passwd', '/etc/passwd', 'bundle/../../x'])
      await assert.rejects(runs.read('inside', file, 0, signal), /run folder/);
    await until(runs, 'inside', ended);
  });

  test('an abort ends the call and leaves nothing half-made', async () => {
    const root = newRoot();
    const abort = new AbortController();
    const runs = machine(root);
    const big = path.join(mkdtempSync(path.join(tmpdir(), 'mmar-big-')), 'big');
    writeFileSync(big, Buffer.alloc(32 << 20, 1));
    const given = plan('abort', 'pass', [{ path: 'mmar/big', source: { file: big } }]);
    const going = runs.submit(given, { signal: abort.signal, onProgress: () => abort.abort() });
    await assert.rejects(going, { name: 'AbortError' });
    mkdirSync(path.join(root, 'runs'), { recursive: true });
    assert.deepEqual(readdirSync(path.join(root, 'runs')), []);
  });
});
