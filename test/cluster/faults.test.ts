import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunPlan } from '../../extension/core/runs/plan.ts';
import type { Machine } from '../../extension/io/machine.ts';
import { startSite, whyNoSite, type Site } from './site.ts';
import { ended, planOf, printed, until } from './trainings.ts';
import { cluster, clustersText, openWindow, type Window } from './window.ts';

const obstacle = whyNoSite();
const { signal } = new AbortController();
setMaxListeners(100, signal); // one signal for many calls at once

suite(`faults of a site${obstacle ? ` (SKIPPED: ${obstacle})` : ''}`, function () {
  this.timeout(120_000);
  let site: Site;
  let folder: string;
  const open: Window[] = [];

  suiteSetup(async function () {
    if (obstacle) return this.skip();
    site = await startSite({ bind: [] });
    folder = site.scratch('faults');
  });
  suiteTeardown(() => site?.stop());
  teardown(() => open.splice(0).forEach(window => window.close()));

  function newWindow(more: Readonly<Record<string, string>> = {}, memory?: Map<string, unknown>) {
    const text = clustersText(site, more);
    const window = openWindow({ text, folder, ...(memory ? { memory } : {}) });
    open.push(window);
    return window;
  }
  const plan = (id: string, seconds: number): RunPlan => planOf({ id, seconds, folder });
  const jobsOf = async (runs: Machine, id: string): Promise<string[]> => {
    const names = ['squeue', '-h', '-t', 'all', '-o', '%j'];
    const conf = `SLURM_CONF=${site.folder}/slurm/slurm.conf`;
    assert.ok(await runs.status([id], signal));
    const all = (await site.inside(['env', conf, ...names])).split('\n');
    return all.filter(name => name.startsWith(`mmar-${id}-`));
  };
  /** How often somebody knocked so far. */
  const knocks = (): number =>
    readFileSync(path.join(site.folder, 'log', 'sshd.log'), 'utf8').split('Connection from').length;

  /** Waits for the notice of an end. */
  async function told({ endings }: Window, wanted: string): Promise<void> {
    for (let i = 0; i < 1200 && endings.length === 0; i++) await delay(50);
    assert.deepEqual(endings, [wanted]);
  }

  test('an sshd that is killed and comes back: told once, and watching goes on by itself', async () => {
    const window = newWindow();
    const runs = await window.hosts.machineOf(cluster);
    window.book.add(cluster, await runs.submit(plan('knocked', 4), { signal }));
    await printed(runs, 'knocked', 'gpu ');
    const waiting = runs.read('knocked', 'job.log', 0, signal).catch((error: unknown) => error);
    await site.kill('sshd');
    await waiting;
    await assert.rejects(runs.read('knocked', 'job.log', 0, signal), { kind: 'unreachable' });
    await delay(2_000);
    assert.equal(window.warnings.length, 1, window.warnings.join('\n'));
    assert.match(window.warnings[0] ?? '', /127\.0\.0\.1:\d+ (was lost|cannot be reached)/);
    await site.start('sshd');
    await told(window, 'train COMPLETED');
    assert.equal(window.warnings.length, 1, window.warnings.join('\n'));
  });

  test('a connection that is lost in an upload leaves no half file, and a second try is one job', async () => {
    const runs = await newWindow({ root: '~/cut' }).hosts.machineOf(cluster);
    const big = path.join(folder, 'big');
    writeFileSync(big, randomBytes(96 << 20));
    const given = plan('cut', 0);
    const data = [...given.data, { path: 'data/big', file: big }];
    let killed: Promise<void> | undefined;
    const onProgress = (sent: number): void => {
      if (sent > 16 << 20) killed ??= site.kill('sshd');
    };
    const sending = runs.submit({ ...given, data }, { signal, onProgress });
    await assert.rejects(sending, { kind: 'unreachable', message: /was lost/ });
    await killed;
    await site.start('sshd');
    let total = 0;
    await runs.submit({ ...given, data }, { signal, onProgress: (_, all) => (total = all) });
    assert.ok(total >= 96 << 20 && total < (96 << 20) + 3_000_000, 'what had arrived is kept');
    await until(runs, 'cut', ended);
    assert.deepEqual(await jobsOf(runs, 'cut'), ['mmar-cut-1']);
    const store = path.join(site.home, 'cut', 'store');
    assert.equal(execFileSync('find', [store, '-name', '*.part'], { encoding: 'utf8' }), '');
  });

  test('a slurmctld that is down: said so, no run is left, and a second try is one job', async () => {
    const runs = await newWindow().hosts.machineOf(cluster);
    await runs.list(signal);
    await site.kill('slurmctld');
    const given = plan('down', 0);
    const refused = { kind: 'no-scheduler', message: /Slurm does not answer, try again later: / };
    await assert.rejects(runs.submit(given, { signal }), refused);
    const left = (await runs.list(signal)).map(run => run.record.id);
    assert.ok(!left.includes('down'), 'what never was a job is no run to look at');
    await site.start('slurmctld');
    await runs.submit(given, { signal });
    assert.equal((await until(runs, 'down', ended)).state, 'COMPLETED');
    assert.deepEqual(await jobsOf(runs, 'down'), ['mmar-down-1']);
  });

  test('a slurmctld that falls silent over a submission: its job is found, not submitted again', async () => {
    const runs = await newWindow().hosts.machineOf(cluster);
    await runs.list(signal);
    const [asked, go] = [path.join(site.home, 'asked'), path.join(site.home, 'go')];
    // sbatch itself, held back until the controller has fallen silent
    const held = `#!/bin/sh\ntouch ${asked}\nwhile [ ! -e ${go} ]; do sleep 0.05; done\nexec /usr/bin/sbatch "$@"\n`;
    await site.inside(['mkdir', '-p', `${site.home}/bin`]);
    writeFileSync(`${site.home}/bin/sbatch`, held, { mode: 0o755 });
    writeFileSync(`${site.home}/.bashrc`, `PATH=${site.home}/bin:$PATH\n`);
    try {
      const submitting = runs.submit(plan('silent', 0), { signal });
      for (let i = 0; i < 200 && !existsSync(asked); i++) await delay(50);
      await site.inside(['pkill', '-STOP', '-x', 'slurmctld']);
      writeFileSync(go, '');
      const { status } = await submitting;
      assert.deepEqual([status.state, status.jobId], ['PENDING', '']);
      assert.match(status.reason, /Slurm did not answer the submission/);
    } finally {
      await site.inside(['pkill', '-CONT', '-x', 'slurmctld']);
      writeFileSync(`${site.home}/.bashrc`, '');
    }
    const done = await until(runs, 'silent', ended);
    assert.deepEqual([done.state, done.attempt], ['COMPLETED', 1]);
    assert.deepEqual(await jobsOf(runs, 'silent'), ['mmar-silent-1']);
  });

  test('a host that shows another key: a hard stop with both fingerprints, and nobody knocks on', async () => {
    const memory = new Map<string, unknown>();
    const before = newWindow({}, memory);
    const runs = await before.hosts.machineOf(cluster);
    before.book.add(cluster, await runs.submit(plan('key', 30), { signal }));
    before.close();
    const key = `${site.folder}/ssh/host`;
    const printOf = (file: string): string =>
      /SHA256:\S+/.exec(execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }))?.[0] ?? '';
    const expected = printOf(key);
    await site.kill('sshd');
    await site.inside(['mv', key, `${key}.kept`]);
    await site.inside(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key]);
    try {
      await site.start('sshd');
      const window = newWindow({}, memory);
      await window.book.load();
      const knocked = knocks();
      await delay(3_000);
      assert.equal(window.warnings.length, 1, window.warnings.join('\n'));
      const [warning = ''] = window.warnings;
      assert.match(warning, /changed: expected SHA256:\S+, but it shows SHA256:/);
      assert.ok(warning.includes(expected) && warning.includes(printOf(key)), warning);
      assert.ok(warning.includes(site.knownHosts), warning);
      assert.ok(knocks() - knocked <= 1, `${knocks() - knocked} connections`);
    } finally {
      await site.kill('sshd');
      await site.inside(['mv', `${key}.kept`, key]);
      await site.start('sshd');
    }
    const window = newWindow({}, memory);
    await window.book.load();
    const [run] = window.book.live();
    assert.ok(run);
    const machine = await window.hosts.machineOf(cluster);
    window.book.update(run, await machine.cancel(run.record.id, signal));
    await told(window, 'train CANCELLED');
  });

  test('a wrong login: said in words, and after two attempts nobody knocks on', async () => {
    const memory = new Map<string, unknown>();
    const before = newWindow({}, memory);
    const there = await before.hosts.machineOf(cluster);
    before.book.add(cluster, await there.submit(plan('login', 3), { signal }));
    before.close();
    const stranger = path.join(folder, 'stranger');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    const window = newWindow({ identityFile: stranger }, memory);
    const knocked = knocks();
    await window.book.load();
    const runs = await window.hosts.machineOf(cluster);
    const refused = {
      kind: 'login',
      message: /does not let alice log in\. Check "user" and "iden/,
    };
    await assert.rejects(runs.list(signal), refused);
    await assert.rejects(runs.list(signal), refused);
    await delay(12_000); // longer than a refused login is held
    assert.equal(window.warnings.length, 1, window.warnings.join('\n'));
    assert.ok(knocks() - knocked <= 2, `${knocks() - knocked} connections`);
    const after = newWindow({}, memory);
    await after.book.load();
    await told(after, 'train COMPLETED');
  });
});
