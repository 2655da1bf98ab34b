import { t } from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { utils, type ParsedKey } from 'ssh2';
import { RemoteError } from './errors.ts';
import type { Ssh2Options } from './sshConnect.ts';

/** Private keys to log in with. */
export interface Keys {
  readonly open: ParsedKey[];
  /** Files of keys that need a passphrase. */
  readonly locked: string[];
}

const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

export async function readKeys(
  { identityFile, keyFiles }: Ssh2Options,
  unlocked: ReadonlyMap<string, ParsedKey>,
): Promise<Keys> {
  if (identityFile)
    return sortKeys([{ file: identityFile, text: await readIdentity(identityFile) }], unlocked);
  const files = keyFiles ?? defaultKeys.map(name => path.join(homedir(), '.ssh', name));
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

export async function unlock(
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
