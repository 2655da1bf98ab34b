import { createHash, createHmac } from 'node:crypto';

/** One usable line of a known_hosts file. */
export interface HostEntry {
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  /** Host patterns as written: `a,*.b,!c`, `[h]:2222`, or one hashed name `|1|salt|hash`. */
  readonly hosts: string;
  readonly type: string;
  /** The key as SSH sends it. */
  readonly key: Buffer;
}

export type HostKeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

/** Reads a known_hosts file. Lines that nobody can read are passed over, as OpenSSH does. */
export function parseKnownHosts(text: string): HostEntry[] {
  return text.split('\n').flatMap(line => parseLine(line.trim()));
}

function parseLine(line: string): HostEntry[] {
  if (line.startsWith('#')) return [];
  const words = line.split(/[ \t]+/);
  const marker = words[0]?.startsWith('@') ? words.shift()?.slice(1) : undefined;
  // an unknown marker changes what the line means, so the line must not count as an ordinary one
  if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') return [];
  const [hosts, type, encoded] = words;
  if (!hosts || !type || !encoded) return [];
  const key = Buffer.from(encoded, 'base64');
  return keyType(key) === undefined ? [] : [{ marker, hosts, type, key }];
}

/**
 * What the files say about the key that a host shows.
 * A certificate authority vouches for certificates only, never for the plain key that is asked about here.
 */
export function checkHostKey(
  entries: readonly HostEntry[],
  host: string,
  port: number,
  key: Buffer,
): HostKeyVerdict {
  // a revoked key is refused under every name: whoever lists it as stolen means the key
  if (entries.some(entry => entry.marker === 'revoked' && entry.key.equals(key))) return 'revoked';
  const kept = keysOf(entries, host, port);
  if (kept.some(entry => entry.key.equals(key))) return 'known';
  return kept.length > 0 ? 'changed' : 'unknown';
}

/** The keys that are trusted for a host, without authorities and revoked ones. */
export function keysOf(entries: readonly HostEntry[], host: string, port: number): HostEntry[] {
  const name = hostName(host, port);
  return entries.filter(entry => entry.marker === undefined && matches(entry.hosts, name));
}

/** A host as known_hosts names it. */
const hostName = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name);
  const patterns = hosts.toLowerCase().split(',');
  const hit = (pattern: string): boolean => wildcard(pattern).test(name);
  const denied = patterns.some(pattern => pattern.startsWith('!') && hit(pattern.slice(1)));
  return !denied && patterns.some(pattern => !pattern.startsWith('!') && hit(pattern));
}

function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = hosts.split('|');
  if (version !== '1' || !salt || !hash) return false;
  const found = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return found.equals(Buffer.from(hash, 'base64'));
}

/** `*` and `?` stand for characters; brackets belong to the `[host]:port` form and mean themselves. */
function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*') // one run of stars is one star: many would make matching slow
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}

/** As `ssh-keygen -l` shows it. */
export function fingerprint(key: Buffer): string {
  const digest = createHash('sha256').update(key).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/** The line of a known_hosts file that trusts this key for this host. */
export function addHostLine(host: string, port: number, key: Buffer): string {
  return `${hostName(host, port)} ${keyType(key) ?? ''} ${key.toString('base64')}\n`;
}

/** The algorithm's name that every key begins with; undefined when these bytes are no key. */
export function keyType(key: Buffer): string | undefined {
  if (key.length < 8) return undefined;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length <= 4 + length) return undefined;
  const name = key.toString('latin1', 4, 4 + length);
  return /^[\x21-\x7e]+$/.test(name) ? name : undefined;
}

/**
 * The signature algorithms of the keys that are kept for a host. To be asked for first: hosts have keys of
 * several types, and a key of another type than the kept one could not be compared.
 */
export function algorithmsFor(entries: readonly HostEntry[], host: string, port: number): string[] {
  const types = new Set(keysOf(entries, host, port).map(entry => entry.type));
  return [...types].flatMap(type =>
    type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type],
  );
}
