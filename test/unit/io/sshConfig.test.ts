import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { parseSshConfig, withSshConfig, type Wanted } from '../../../extension/io/sshConfig.ts';
import type { Ssh2Options } from '../../../extension/io/sshConnect.ts';

const usual = ['rsa', 'ecdsa', 'ed25519', 'dsa'].map(name => `identityfile ~/.ssh/id_${name}`);
const parse = (...lines: string[]): ReturnType<typeof parseSshConfig> =>
  parseSshConfig(['user bob', 'hostname h', 'port 22', ...lines].join('\n'), '/home/bob');

suite('what ssh -G prints', () => {
  test('the usual key files are none that somebody named', () => {
    assert.deepEqual(parse(...usual).identityFiles, []);
    const named = parse('identityfile ~/.ssh/hpc', 'identityfile /a b/%r@%h %% %d');
    assert.deepEqual(named.identityFiles, ['/home/bob/.ssh/hpc', '/a b/bob@h % /home/bob']);
  });

  test('lists of files whose names have spaces', () => {
    const { knownHostsFiles } = parse(
      'globalknownhostsfile /etc/ssh/known',
      'userknownhostsfile /home/a b/.ssh/known ~/.ssh/two',
    );
    const wanted = ['/home/a b/.ssh/known', '/home/bob/.ssh/two', '/etc/ssh/known'];
    assert.deepEqual(knownHostsFiles, wanted);
    assert.deepEqual(parse('userknownhostsfile none').knownHostsFiles, []);
  });

  test('agents, jumps and proxies', () => {
    assert.equal(parse().agent, undefined);
    assert.equal(parse('identityagent SSH_AUTH_SOCK').agent, undefined);
    assert.equal(parse('identityagent none').agent, '');
    assert.equal(parse('identityagent ~/a b/sock').agent, '/home/bob/a b/sock');
    assert.deepEqual(parse('proxyjump none').jumps, []);
    assert.deepEqual(parse('proxyjump a@b:22,c').jumps, ['a@b:22', 'c']);
    assert.equal(parse('proxycommand nc %h %p').proxyCommand, 'nc %h %p');
    assert.equal(parse('proxyusefdpass no').proxyCommand, undefined);
  });
});

const noSsh = spawnSync('ssh', ['-V']).error !== undefined;

suite(`the SSH configuration${noSsh ? ' (SKIPPED: there is no ssh)' : ''}`, () => {
  let folder = '';
  let file = '';
  suiteSetup(function () {
    if (noSsh) return this.skip();
    folder = mkdtempSync(path.join(tmpdir(), 'mmar-ssh-'));
    file = path.join(folder, 'config');
  });
  suiteTeardown(() => folder && rmSync(folder, { recursive: true }));

  /** What becomes of a host, without what the test does not look at. */
  async function found(config: string, wanted: Partial<Wanted>): Promise<Partial<Ssh2Options>> {
    writeFileSync(file, config);
    const confirmHostKey = (): Promise<boolean> => Promise.resolve(false);
    const own = { host: 'mycluster', ownKnownHosts: '/own', confirmHostKey };
    return withSshConfig({ ...own, ...wanted }, file);
  }
  const facts = ({ host, port, user, jump }: Partial<Ssh2Options>): unknown[] => [
    `${user}@${host}:${port}`,
    ...(jump ? facts(jump) : []),
  ];
  const me = userInfo().username;

  const config = `
Host mycluster
  HostName login.example.org
  User bob
  Port 2222
  IdentityFile ~/.ssh/hpc
  UserKnownHostsFile /known
`;

  test('a name of it stands for a host, a port, a user and a key', async () => {
    const options = await found(config, {});
    assert.deepEqual(facts(options), ['bob@login.example.org:2222']);
    assert.deepEqual(options.keyFiles, [path.join(homedir(), '.ssh', 'hpc')]);
    assert.ok(options.knownHostsFiles?.includes('/known'));
  });

  test('what the profile says wins', async () => {
    const profile = { port: 22, user: 'eve', identityFile: '/key', knownHosts: '/mine' };
    const options = await found(config, profile);
    assert.deepEqual(facts(options), ['eve@login.example.org:22']);
    assert.deepEqual([options.identityFile, options.keyFiles], ['/key', undefined]);
    assert.deepEqual(options.knownHostsFiles, ['/mine']);
  });

  test('any other name stands for itself', async () => {
    const options = await found(config, { host: 'other.example.org' });
    assert.deepEqual(facts(options), [`${me}@other.example.org:22`]);
    assert.equal(options.keyFiles, undefined);
  });

  test('hosts to go through, with what the configuration says of each', async () => {
    const jumps = `${config}  ProxyJump eve@a,[::1]:2200,gate
Host gate
  HostName gate.example.org
  User carol
`;
    const all = ['bob@login.example.org:2222', 'carol@gate.example.org:22', `${me}@::1:2200`];
    const options = await found(jumps, { identityFile: '/key' });
    assert.deepEqual(facts(options), [...all, 'eve@a:22']);
    assert.equal(options.jump?.identityFile, undefined, 'the key is for the host of the profile');
  });

  test('a gate has a way of its own, but none through itself', async () => {
    const text = `Host gate
  ProxyJump front
Host *
  ProxyJump gate
`;
    const wanted = ['mycluster', 'gate', 'front'].map(name => `${me}@${name}:22`);
    assert.deepEqual(facts(await found(text, {})), wanted);
  });

  test('what is not supported or not readable is said in words', async () => {
    const proxy = found('Host *\n  ProxyCommand nc %h %p\n', {});
    await assert.rejects(proxy, { kind: 'unreachable', message: /ProxyCommand.*use ProxyJump/ });
    const broken = found('Nonsense yes\n', {});
    await assert.rejects(broken, { kind: 'unreachable', message: /mycluster .*nonsense/i });
    const option = found(config, { host: '-oProxyCommand=x' });
    await assert.rejects(option, { kind: 'unreachable', message: /invalid characters/ });
  });
});
