import { t } from '@vscode/l10n';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  Client,
  type AnyAuthMethod,
  type ClientChannel,
  type ClientErrorExtensions,
  type ConnectConfig,
  type ParsedKey,
  type ServerHostKeyAlgorithm,
} from 'ssh2';
import { RemoteError } from './errors.ts';
import {
  addHostLine,
  algorithmsFor,
  checkHostKey,
  fingerprint,
  keysOf,
  keyType,
  parseKnownHosts,
  type HostEntry,
} from './knownHosts.ts';
import { readKeys, unlock } from './sshKeys.ts';

export interface Ssh2Options {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Without it: `keyFiles`, or the agent, then the default files in ~/.ssh. */
  readonly identityFile?: string;
  /** Keys of the SSH configuration; those that do not exist are passed over. */
  readonly keyFiles?: readonly string[];
  /** Socket of an SSH agent (SSH_AUTH_SOCK). */
  readonly agent?: string;
  /** Read only; files that do not exist are empty. */
  readonly knownHostsFiles: readonly string[];
  /** Read, too; keys that the user confirmed are appended here, never in ~/.ssh. */
  readonly ownKnownHosts: string;
  confirmHostKey(host: string, type: string, fingerprint: string): Promise<boolean>;
  passphrase?(file: string): Promise<string | undefined>;
  /** The host to go through. */
  readonly jump?: Ssh2Options;
}

const readyTimeout = 20_000;
const keepaliveInterval = 15_000;
const keepaliveCountMax = 3;

/**
 * A logged-in connection, or a RemoteError that says what to do.
 * `unlocked` keeps opened keys by file, so that a new connection asks for no passphrase again.
 */
export async function connect(
  options: Ssh2Options,
  unlocked: Map<string, ParsedKey>,
): Promise<Client> {
  const keys = await readKeys(options, unlocked);
  const way: Way = { options, keys: keys.open, unlocked };
  try {
    return await connectKnown(way);
  } catch (error) {
    // Nobody is asked for a passphrase before everything without one was tried: the agent often has the key.
    if (!(error instanceof RemoteError) || error.kind !== 'login' || keys.locked.length === 0)
      throw error;
    const key = await unlock(options, keys.locked, unlocked);
    if (!key) throw error;
    return connectKnown({ ...way, options: { ...options, agent: '' }, keys: [key] });
  }
}

interface Way {
  readonly options: Ssh2Options;
  readonly keys: readonly ParsedKey[];
  /** For the hosts to go through. */
  readonly unlocked: Map<string, ParsedKey>;
}

/**
 * Asks about an unknown key between two connections, not inside of one: a person may take minutes to compare
 * fingerprints, and the host ends a login that takes that long.
 */
async function connectKnown(way: Way): Promise<Client> {
  const { options } = way;
  const first = await tryConnect(way);
  if (first instanceof Client) return first;
  const { host, port, ownKnownHosts } = options;
  const type = keyType(first.unknown) ?? '';
  if (!(await options.confirmHostKey(hostPort(options), type, fingerprint(first.unknown))))
    throw new RemoteError('host-key', t('The key of {0} was not trusted.', hostPort(options)));
  await mkdir(path.dirname(ownKnownHosts), { recursive: true });
  await appendFile(ownKnownHosts, addHostLine(host, port, first.unknown), { mode: 0o600 });
  const second = await tryConnect(way);
  if (second instanceof Client) return second;
  throw new RemoteError(
    'host-key',
    t('{0} showed another key than the confirmed one.', hostPort(options)),
    fingerprint(second.unknown),
  );
}

export const hostPort = ({ host, port }: { host: string; port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** A connection, or the key that no file knows. */
async function tryConnect({ options, keys, unlocked }: Way): Promise<Client | { unknown: Buffer }> {
  const known = await readKnownHosts(options);
  const entries = known.flatMap(file => file.entries);
  let verdict: RemoteError | { unknown: Buffer } | undefined;
  const config: ConnectConfig = {
    host: options.host,
    port: options.port,
    username: options.user,
    readyTimeout,
    keepaliveInterval,
    keepaliveCountMax,
    algorithms: { serverHostKey: hostKeyOrder(algorithmsFor(entries, options.host, options.port)) },
    // without a verifier ssh2 accepts every key
    hostVerifier: (key: Buffer): boolean => {
      const found = checkHostKey(entries, options.host, options.port, key);
      if (found === 'known') return true;
      verdict = found === 'unknown' ? { unknown: key } : hostKeyError(options, found, known, key);
      return false;
    },
    authHandler: loginMethods(options, keys),
  };
  const gate = options.jump && (await connect(options.jump, unlocked));
  try {
    const sock = gate && (await throughGate(gate, options));
    const client = await opened({ ...config, ...(sock ? { sock } : {}) }, options);
    return client.on('close', () => gate?.end());
  } catch (error) {
    gate?.end();
    if (verdict instanceof RemoteError) throw verdict;
    if (verdict) return verdict;
    throw error;
  }
}

/** A way from the host in between to the one behind it. */
function throughGate(gate: Client, options: Ssh2Options): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const fail = ({ message }: Error): void => {
      const names = [hostPort(options), hostPort(options.jump ?? options)];
      reject(
        new RemoteError('unreachable', t('{0} cannot be reached from {1}.', ...names), message),
      );
    };
    gate.once('close', () => fail(new Error('closed')));
    gate.forwardOut('127.0.0.1', 0, options.host, options.port, (error, channel) =>
      error ? fail(error) : resolve(channel),
    );
  });
}

const supported: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/**
 * Kept types first: a host that has such a key must then show it. The rest stays behind them, so that
 * a host with none of them is told from one that cannot be reached; what it shows counts as changed.
 */
function hostKeyOrder(first: readonly string[]): ServerHostKeyAlgorithm[] {
  const kept = supported.filter(type => first.includes(type));
  return [...kept, ...supported.filter(type => !kept.includes(type))];
}

interface KnownFile {
  readonly file: string;
  readonly entries: HostEntry[];
}

async function readKnownHosts(options: Ssh2Options): Promise<KnownFile[]> {
  const files = [...new Set([...options.knownHostsFiles, options.ownKnownHosts])];
  return Promise.all(
    files.map(async file => ({
      file,
      entries: parseKnownHosts(await readFile(file, 'utf8').catch(() => '')),
    })),
  );
}

function hostKeyError(
  options: Ssh2Options,
  verdict: 'changed' | 'revoked',
  known: readonly KnownFile[],
  shown: Buffer,
): RemoteError {
  const name = hostPort(options);
  if (verdict === 'revoked')
    return new RemoteError(
      'host-key',
      t(
        '{0} shows a key that is marked as revoked ({1}). Do not connect; ask its administrators.',
        name,
        fingerprint(shown),
      ),
    );
  const kept = known.flatMap(({ file, entries }) =>
    keysOf(entries, options.host, options.port).map(entry => ({
      file,
      print: fingerprint(entry.key),
    })),
  );
  return new RemoteError(
    'host-key',
    t(
      'The host key of {0} has changed: expected {1}, but it shows {2}. Ask its administrators whether the new key is theirs; if so, remove the old line from {3}.',
      name,
      kept.map(entry => entry.print).join(', '),
      fingerprint(shown),
      [...new Set(kept.map(entry => entry.file))].join(', '),
    ),
  );
}

/** Waits until the login is through. */
function opened(config: ConnectConfig, options: Ssh2Options): Promise<Client> {
  const client = new Client();
  return new Promise((resolve, reject) => {
    let secure = false; // from here on it is about the login
    const hints: string[] = [];
    const fail = (error: RemoteError): void => {
      reject(error);
      client.destroy();
    };
    client.on('connect', () => client.setNoDelay(true)); // a call takes 2 ms instead of 48
    client.on('handshake', () => (secure = true));
    client.on('ready', () => resolve(client));
    client.on('error', (error: Error & ClientErrorExtensions) => {
      hints.push(error.message);
      if (!continues(error)) fail(connectError(error, secure, options, hints.join('\n')));
    });
    client.on('close', () => fail(closedError(secure, options, hints.join('\n'))));
    try {
      client.connect(config);
    } catch (error) {
      fail(connectError(error as Error, false, options, ''));
    }
  });
}

/** An agent that is gone or a key that cannot sign: ssh2 reports it and goes on with the next way. */
const continues = ({ level, message }: Error & ClientErrorExtensions): boolean =>
  level === 'agent' || (level === 'client-authentication' && message.startsWith('Error '));

function connectError(
  error: Error & ClientErrorExtensions & { code?: unknown },
  secure: boolean,
  options: Ssh2Options,
  detail: string,
): RemoteError {
  const broken = error.level === 'client-socket' || error.level === 'client-timeout';
  if (secure && !broken) return loginError(options, detail);
  const reason = typeof error.code === 'string' ? error.code : error.message;
  return new RemoteError(
    'unreachable',
    t('{0} cannot be reached ({1}).', hostPort(options), reason),
    detail,
  );
}

const closedError = (secure: boolean, options: Ssh2Options, detail: string): RemoteError =>
  secure
    ? loginError(options, detail)
    : new RemoteError('unreachable', t('{0} closed the connection.', hostPort(options)), detail);

const loginError = (options: Ssh2Options, detail: string): RemoteError =>
  new RemoteError(
    'login',
    t(
      '{0} does not let {1} log in. Check "user" and "identityFile" of the profile, or the SSH agent.',
      hostPort(options),
      options.user,
    ),
    detail,
  );

/** Every way to log in once: a key that was named first, else the agent first. */
function loginMethods(
  options: Ssh2Options,
  keys: readonly ParsedKey[],
): NonNullable<ConnectConfig['authHandler']> {
  const username = options.user;
  const files = keys.map((key): AnyAuthMethod => ({ type: 'publickey', username, key }));
  const agent: AnyAuthMethod[] = options.agent
    ? [{ type: 'agent', username, agent: options.agent }]
    : [];
  const named = options.identityFile ?? options.keyFiles;
  const methods = named ? [...files, ...agent] : [...agent, ...files];
  return (_left, _partial, next) => {
    const method = methods.shift();
    // the types leave out `false`, which is how ssh2 is told that nothing is left
    next(method ?? (false as unknown as AnyAuthMethod));
  };
}
