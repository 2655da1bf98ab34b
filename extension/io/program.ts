import { t } from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import { RemoteError } from './errors.ts';
import type { Host } from './remote.ts';
import { replyMarker } from './reply.ts';

/** Where the program and the runs are on a machine, and what Python is called there. */
export interface Place {
  readonly python: string;
  readonly program: string;
  readonly root: string;
}

/** Puts the program there under the hash of its content, unless it is there already. */
export async function install(host: Host, signal: AbortSignal): Promise<Place> {
  const { python, program, root } = host;
  if (host.local) return { python, program, root };
  const isRelative = [root, python].some(name => /^~(\/|$)/.test(name)) || !root.startsWith('/');
  const home = isRelative ? await homeOf(host, signal) : '';
  const there = below(home, root).replace(/(?<=.)\/+$/, '');
  const folder = `${there}/bin/${await hashFolder(program)}`;
  const test = await host.transport.exec(['test', '-e', `${folder}/__main__.py`], { signal });
  if (test.exitCode !== 0) await upload(host, folder, signal);
  return {
    python: /^~\//.test(python) ? below(home, python) : python,
    program: folder,
    root: there,
  };
}

const below = (home: string, name: string): string =>
  name.startsWith('/') ? name : `${home}/${name.replace(/^~\/?/, '')}`;

async function homeOf({ transport, name }: Host, signal: AbortSignal): Promise<string> {
  const { stdout } = await transport.exec(['sh', '-c', `printf '\\n${replyMarker}%s\\n' "$HOME"`], {
    signal,
  });
  const line = stdout.split('\n').find(text => text.startsWith(replyMarker));
  const home = line?.slice(replyMarker.length);
  if (home) return home;
  throw new RemoteError(
    'bad-reply',
    t('{0} did not say where the home folder is. Use an absolute "root" in the profile.', name),
    stdout,
  );
}

/**
 * Unpacked under another name and renamed, so that two windows may do it at once. A folder that is there
 * already takes the new one into itself, from where it is deleted.
 */
const unpack = `p="$1.$$.part"
mkdir -p "$p" && tar -xf - -C "$p" && { [ -e "$1/__main__.py" ] || mv "$p" "$1"; }
rm -rf "$p" "$1/\${p##*/}"
test -e "$1/__main__.py"`;

async function upload(host: Host, folder: string, signal: AbortSignal): Promise<void> {
  const argv = ['sh', '-c', unpack, 'sh', folder];
  const { stdin, stdout, done } = await host.transport.stream(argv, signal);
  stdout.resume();
  const archive = create({ cwd: host.program, portable: true, filter: ships }, ['.']);
  await pipeline(archive, stdin, { signal }).catch(() => undefined); // the exit code and stderr say why
  const { exitCode, stderr } = await done;
  signal.throwIfAborted();
  if (exitCode === 0) return;
  if (/No space left|quota exceeded/i.test(stderr))
    throw new RemoteError(
      'no-space',
      t('There is no space left in {0} on {1}.', folder, host.name),
      stderr,
    );
  throw new RemoteError(
    'refused',
    t('{0} could not be written on {1}. Correct "root" in the profile.', folder, host.name),
    stderr,
  );
}

/** What of `remote/` goes to a machine: not the runtime of bundles, no caches. */
const ships = (file: string): boolean =>
  !/(^|\/)(runtime|__pycache__|\.[a-z_]+cache)(\/|$)/.test(file);

/** A name for the content of the program. */
async function hashFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(e => e.isFile())
    .map(e => path.relative(folder, path.join(e.parentPath, e.name)).split(path.sep).join('/'))
    .filter(ships)
    .toSorted();
  const hash = createHash('sha256');
  for (const file of files) {
    const content = await readFile(path.join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
