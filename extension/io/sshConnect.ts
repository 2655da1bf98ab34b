import { t } from '@vscode/l10n';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import {
  Client,
  utils,
  type AnyAuthMethod,
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

export interface Ssh2Options {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Without it: the agent, then the default files in ~/.ssh. */
  readonly identityFile?: string;
  /** Socket of an SSH agent (SSH_AUTH_SOCK). */
  readonly agent?: string;
  /** Read only; files that do not exist are empty. */
  readonly knownHostsFiles: readonly string[];
  /** Read, too; keys that the user confirmed are appended here, never in ~/.ssh. */
  readonly ownKnownHosts: string;
  confirmHostKey(host: string, type: string, fingerprint: string): Promise<boolean>;
  passphrase?(file: string): Promise<string | undefined>;
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
  try {
    return await connectKnown(options, keys.open);
  } catch (error) {
    // Nobody is asked for a passphrase before everything without one was tried: the agent often has the key.
    if (!(error instanceof RemoteError) || error.kind !== 'login' || keys.locked.length === 0)
      throw error;
    const key = await unlock(options, keys.locked, unlocked);
    if (!key) throw error;
    return connectKnown({ ...options, agent: '' }, [key]);
  }
}

/**
 * Asks about an unknown key between two connections, not inside of one: a person may take minutes to compare
 * fingerprints, and the host ends a login that takes that long.
 */
async function connectKnown(options: Ssh2Options, keys: readonly ParsedKey[]): Promise<Client> {
  const first = await tryConnect(options, keys);
  if (first instanceof Client) return first;
  const { host, port, ownKnownHosts } = options;
  const type = keyType(first.unknown) ?? '';
  if (!(await options.confirmHostKey(hostPort(options), type, fingerprint(first.unknown))))
    throw new RemoteError('host-key', t('The key of {0} was not trusted.', hostPort(options)));
  await mkdir(path.dirname(ownKnownHosts), { recursive: true });
  await appendFile(ownKnownHosts, addHostLine(host, port, first.unknown), { mode: 0o600 });
  const second = await tryConnect(options, keys);
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
async function tryConnect(
  options: Ssh2Options,
  keys: readonly ParsedKey[],
): Promise<Client | { unknown: Buffer }> {
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
  try {
    return await opened(config, options);
  } catch (error) {
    if (verdict instanceof RemoteError) throw verdict;
    if (verdict) return verdict;
    throw error;
  }
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
  const methods = options.identityFile ? [...files, ...agent] : [...agent, ...files];
  return (_left, _partial, next) => {
    const method = methods.shift();
    // the types leave out `false`, which is how ssh2 is told that nothing is left
    next(method ?? (false as unknown as AnyAuthMethod));
  };
}

interface Keys {
  readonly open: ParsedKey[];
  /** Files of keys that need a passphrase. */
  readonly locked: string[];
}

const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

async function readKeys(
  { identityFile }: Ssh2Options,
  unlocked: ReadonlyMap<string, ParsedKey>,
): Promise<Keys> {
  if (identityFile)
    return sortKeys([{ file: identityFile, text: await readIdentity(identityFile) }], unlocked);
  const files = defaultKeys.map(name => path.join(homedir(), '.ssh', name));
  const found = await Promise.all(
    files.map(async file => ({ file, text: await readFile(file, 'utf8').catch(() => '') })),
  );
  return sortKeys(
    found.filter(({ text }) => text !== ''),
    unlocked,
  );
}

async function readIdentity(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RemoteError(
      'login',
      t('The key {0} cannot be read. Correct "identityFile" in the profile.', file),
      String(error),
    );
  }
}

function sortKeys(
  found: readonly { file: string; text: string }[],
  unlocked: ReadonlyMap<string, ParsedKey>,
): Keys {
  const keys: Keys = { open: [], locked: [] };
  for (const { file, text } of found) {
    const key = unlocked.get(file) ?? utils.parseKey(text);
    if (!(key instanceof Error)) keys.open.push(key);
    else if (/encrypted|passphrase/i.test(key.message)) keys.locked.push(file);
  }
  return keys;
}

async function unlock(
  options: Ssh2Options,
  files: readonly string[],
  unlocked: Map<string, ParsedKey>,
): Promise<ParsedKey | undefined> {
  for (const file of files) {
    const phrase = await options.passphrase?.(file);
    if (phrase === undefined) continue;
    const key = utils.parseKey(await readIdentity(file), phrase);
    if (key instanceof Error)
      throw new RemoteError('login', t('The passphrase does not open {0}.', file), key.message);
    unlocked.set(file, key);
    return key;
  }
  return undefined;
}
