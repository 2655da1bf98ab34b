import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Machine } from '../../extension/io/machine.ts';
import { startSite, whyNoSite, type Site } from './site.ts';
import { cluster, openWindow, type Window } from './window.ts';

const obstacle = whyNoSite();
const { signal } = new AbortController();

suite(`a host of ~/.ssh/config${obstacle ? ` (SKIPPED: ${obstacle})` : ''}`, function () {
  this.timeout(60_000);
  let site: Site;
  let folder: string;
  const open: Window[] = [];

  suiteSetup(async function () {
    if (obstacle) return this.skip();
    site = await startSite({ bind: [] });
    folder = site.scratch('config');
  });
  suiteTeardown(() => site?.stop());
  teardown(() => open.splice(0).forEach(window => window.close()));

  /** The profile that names only the host, and what the configuration says of it. */
  function machine(...config: string[]): Promise<Machine> {
    const keys = ['host: mycluster', 'scheduler: slurm', 'root: ~/mmar', 'python: python3'];
    const text = `clusters:\n  ${cluster}:\n${keys.map(key => `    ${key}\n`).join('')}`;
    const sshConfig = path.join(folder, 'config');
    const known = path.join(folder, 'known hosts');
    const gate = readFileSync(site.knownHosts, 'utf8').replace('127.0.0.1', 'localhost');
    writeFileSync(known, readFileSync(site.knownHosts, 'utf8') + gate);
    const lines = [
      ...['Host mycluster', `HostName ${site.host}`, ...config],
      ...['Host gate', 'HostName localhost'],
      ...['Host *', `Port ${site.port}`, `User ${site.user}`, `UserKnownHostsFile "${known}"`],
      `IdentityFile ${site.identityFile}`,
    ];
    writeFileSync(sshConfig, lines.join('\n'));
    const window = openWindow({ text, folder, sshConfig });
    open.push(window);
    return window.hosts.machineOf(cluster);
  }
  const connections = (): number =>
    readFileSync(path.join(site.folder, 'log', 'sshd.log'), 'utf8').split('Connection from').length;

  test('a profile that names only the host gets the rest from there', async () => {
    assert.deepEqual(await (await machine()).list(signal), []);
  });

  test('a host behind another one is reached through it', async () => {
    const before = connections();
    const runs = await machine('ProxyJump gate');
    assert.deepEqual(await runs.list(signal), []);
    assert.equal(connections() - before, 2, 'one connection to the gate, one through it');
    await site.kill('sshd');
    await assert.rejects(runs.list(signal), { kind: 'unreachable' });
    await site.start('sshd');
    assert.deepEqual(await runs.list(signal), []);
  });

  test('it is said which of the hosts is not there', async () => {
    const dead = await machine('ProxyJump gate', 'Port 1');
    await assert.rejects(dead.list(signal), {
      kind: 'unreachable',
      message: /127\.0\.0\.1:1 cannot be reached from localhost:\d+/,
    });
    const noGate = await machine('ProxyJump gate:1');
    await assert.rejects(noGate.list(signal), {
      kind: 'unreachable',
      message: /localhost:1 cannot be reached \(ECONNREFUSED\)/,
    });
  });
});
