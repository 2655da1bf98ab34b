import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A running cluster of this machine, made by site.sh. */
export interface Site {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  readonly knownHosts: string;
  /** Home of the user, on a file system that all nodes and this process see. */
  readonly home: string;
  /** A root for runs, below the home. */
  readonly root: string;
  /** First process of the site, as this side counts. */
  readonly pid: number;
  /** State of the site; logs are in `log/`. */
  readonly folder: string;
  stop(): Promise<void>;
}

export interface SiteOptions {
  /** Folders that the site's user must be able to read, e.g. a Python environment and what it links to. */
  readonly bind: readonly string[];
}

const run = promisify(execFile);
const script = path.join(__dirname, 'site.sh');
const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'sshd', 'ssh-keygen', 'unshare'];
const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

/** Why no site can be made here; undefined when one can. */
export function whyNoSite(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  const absent = programs.filter(name => !folders.some(f => existsSync(path.join(f, name))));
  if (absent.length > 0)
    return `needs ${absent.join(', ')} (Debian: slurm-wlm munge openssh-server)`;
  const { status } = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']);
  return status === 0 ? undefined : 'needs the right to make namespaces';
}

/** What the site's user has to reach to run an interpreter: its environment, what that was made from, its packages. */
export async function foldersOf(python: string): Promise<string[]> {
  const code =
    'import json, os, sys; print(json.dumps([sys.prefix, sys.base_prefix, os.path.dirname(os.path.realpath(sys.executable)), *sys.path[1:]]))';
  const { stdout } = await run(python, ['-c', code]);
  const found = [...new Set(JSON.parse(stdout) as string[])].filter(
    folder => existsSync(folder) && !/^\/(usr|lib|opt)(\/|$)/.test(folder),
  );
  // what lies below another one comes with it
  return found.filter(a => !found.some(b => a !== b && a.startsWith(`${b}/`)));
}

export async function startSite({ bind }: SiteOptions): Promise<Site> {
  const folder = await mkdtemp(path.join(await realpath(tmpdir()), 'mmar-site-'));
  const env = { ...process.env, BIND: bind.join(':') };
  const { stdout } = await run(script, ['up', folder], { env });
  const stop = async (): Promise<void> => {
    await run(script, ['down', folder]);
    await rm(folder, { recursive: true, force: true });
  };
  return { ...(JSON.parse(stdout) as Omit<Site, 'folder' | 'stop'>), folder, stop };
}
