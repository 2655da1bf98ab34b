import { t } from '@vscode/l10n';
import { execFile } from 'node:child_process';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { RemoteError } from './errors.ts';
import type { Ssh2Options } from './sshConnect.ts';

const run = promisify(execFile);

/** What a name of the SSH configuration stands for, as `ssh -G` prints it. */
export interface SshConfig {
  readonly hostName: string;
  readonly user: string;
  readonly port: number;
  /** Files that the configuration names; none means the usual ones. */
  readonly identityFiles: readonly string[];
  /** Socket; '' for no agent at all, undefined for the one of the environment. */
  readonly agent: string | undefined;
  readonly knownHostsFiles: readonly string[];
  /** Hosts to go through, the first one first: `user@host:port`, each again a name of the configuration. */
  readonly jumps: readonly string[];
  readonly proxyCommand: string | undefined;
}

export interface SshConfigAsk {
  readonly host: string;
  /** What is said elsewhere wins over the configuration, and is known to its `Match user`. */
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** Instead of ~/.ssh/config and the system's. */
  readonly file?: string | undefined;
}

/** Asks the machine's own ssh, which knows Include, Match and all; undefined where there is none. */
export async function readSshConfig(ask: SshConfigAsk): Promise<SshConfig | undefined> {
  const { host, user, port, file } = ask;
  const argv = [
    ...['-G', '-T'],
    ...(file === undefined ? [] : ['-F', file]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', host], // a name that begins with a dash is no option
  ];
  try {
    const { stdout } = await run('ssh', argv, { timeout: 10_000 });
    return parseSshConfig(stdout, homedir());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const said = (error as { stderr?: string }).stderr?.trim() ?? '';
    const words = said.split('\n').find(line => line !== '') ?? String(error);
    throw new RemoteError(
      'unreachable',
      t('The SSH configuration of {0} cannot be read: {1}', host, words),
      said,
    );
  }
}

const usualKey = /^~[/\\]\.ssh[/\\]id_(rsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss|dsa)$/;

/** Reads what `ssh -G` printed: a key and a value per line, some keys several times. */
export function parseSshConfig(text: string, home: string): SshConfig {
  const lines = text.split('\n').map(line => line.trim());
  const all = (key: string): string[] =>
    lines.filter(line => line.startsWith(`${key} `)).map(line => line.slice(key.length + 1));
  const one = (key: string): string | undefined => all(key).find(value => value !== 'none');
  const [hostName = '', user = ''] = [one('hostname'), one('user')];
  const expand = (file: string): string => expandFile(file, { home, hostName, user });
  const identities = all('identityfile').filter(file => file !== 'none');
  const [agent] = all('identityagent');
  // the names are not quoted: a new one begins where a path can begin
  const files = [...all('userknownhostsfile'), ...all('globalknownhostsfile')]
    .flatMap(names => names.split(/ (?=[~/]|[A-Za-z]:[\\/])/))
    .filter(file => file !== 'none');
  return {
    hostName,
    user,
    port: Number(one('port') ?? 22),
    identityFiles: identities.every(file => usualKey.test(file)) ? [] : identities.map(expand),
    agent: agent === 'none' ? '' : agent === 'SSH_AUTH_SOCK' ? undefined : agent && expand(agent),
    knownHostsFiles: files.map(expand),
    jumps: one('proxyjump')?.split(',') ?? [],
    proxyCommand: one('proxycommand'),
  };
}

/** `~/` and the tokens that make sense in the name of a key (`man ssh_config`, TOKENS). */
function expandFile(
  file: string,
  { home, hostName, user }: { home: string; hostName: string; user: string },
): string {
  const tokens: Readonly<Record<string, string>> = {
    '%%': '%',
    '%d': home,
    '%h': hostName,
    '%r': user,
    '%u': userInfo().username,
  };
  const named = file.replace(/%[%dhru]/g, token => tokens[token] ?? token);
  return /^~[/\\]/.test(named) ? path.join(home, named.slice(2)) : named;
}

/** How to reach a host, as far as somebody said so. */
export interface Wanted extends Omit<
  Ssh2Options,
  'port' | 'user' | 'knownHostsFiles' | 'keyFiles' | 'jump'
> {
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** Instead of the configuration's files. */
  readonly knownHosts?: string | undefined;
}

/**
 * The options of a connection after the SSH configuration was asked about the host and those to go through.
 * What is wanted wins; without an ssh on this machine it is all there is.
 */
export async function withSshConfig(wanted: Wanted, file?: string): Promise<Ssh2Options> {
  const found = await optionsOf(wanted, { file, way: [] });
  // only hosts that are on the way already are left out
  return found ?? plain(wanted);
}

interface Way {
  readonly file: string | undefined;
  /** Hosts to go through; undefined: those that the configuration names. */
  readonly jumps?: readonly string[];
  /** Hosts behind this one. */
  readonly way: readonly Ssh2Options[];
}

/** Undefined for a host that is on the way already: `Host *` with a ProxyJump means the others. */
async function optionsOf(
  wanted: Wanted,
  { file, jumps, way }: Way,
): Promise<Ssh2Options | undefined> {
  const config = await readSshConfig({ ...wanted, file });
  if (!config) return plain(wanted);
  const found = merged(wanted, config);
  if (way.some(o => o.host === found.host && o.port === found.port && o.user === found.user))
    return undefined;
  const hops = jumps ?? config.jumps;
  const last = parseJump(hops.at(-1) ?? '');
  if (!last) return found;
  // the key that was named is for the host itself
  const { identityFile: _, port: _p, user: _u, ...others } = wanted;
  const before = hops.slice(0, -1);
  const next: Way = { file, way: [...way, found], ...(before.length > 0 ? { jumps: before } : {}) };
  const jump = await optionsOf({ ...others, ...last }, next);
  return jump ? { ...found, jump } : found;
}

function plain({ knownHosts, ...wanted }: Wanted): Ssh2Options {
  return {
    ...wanted,
    port: wanted.port ?? 22,
    user: wanted.user ?? userInfo().username,
    knownHostsFiles: [knownHosts ?? path.join(homedir(), '.ssh', 'known_hosts')],
  };
}

function merged({ knownHosts, ...wanted }: Wanted, config: SshConfig): Ssh2Options {
  if (config.proxyCommand !== undefined)
    throw new RemoteError(
      'unreachable',
      t('{0} is reached by a ProxyCommand, which is not supported: use ProxyJump.', wanted.host),
      config.proxyCommand,
    );
  const named = config.identityFiles.length > 0 && wanted.identityFile === undefined;
  return {
    ...wanted,
    host: config.hostName,
    port: config.port,
    user: config.user,
    ...(named ? { keyFiles: config.identityFiles } : {}),
    ...(config.agent === undefined ? {} : { agent: config.agent }),
    knownHostsFiles: knownHosts === undefined ? config.knownHostsFiles : [knownHosts],
  };
}

/** `user@host:port`, as ProxyJump takes it, or an ssh:// address. */
function parseJump(text: string): { host: string; port?: number; user?: string } | undefined {
  const found = /^(?:ssh:\/\/)?(?:(.+)@)?(\[[^\]]+\]|[^:@]+)(?::(\d+))?\/?$/.exec(text.trim());
  const host = found?.[2]?.replace(/^\[|\]$/g, '');
  if (!host) return undefined;
  const [user, port] = [found?.[1], found?.[3]];
  return { host, ...(user ? { user } : {}), ...(port ? { port: Number(port) } : {}) };
}
