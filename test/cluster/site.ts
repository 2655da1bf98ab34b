import {
  execFile,
  spawn,
  spawnSync,
  type ChildProcessWithoutNullStreams,
} from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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
  /** A new folder of this process that goes with the site. */
  scratch(name: string): string;
  /** Runs a program in there as root and gives what it prints. */
  inside(argv: readonly string[]): Promise<string>;
  /** Ends a daemon at once, of sshd the logged-in sessions as well. */
  kill(daemon: Daemon): Promise<void>;
  start(daemon: Daemon): Promise<void>;
  stop(): Promise<void>;
}

export type Daemon = 'sshd' | 'slurmctld';
type Facts = Omit<Site, 'folder' | 'scratch' | 'inside' | 'kill' | 'start' | 'stop'>;

export interface SiteOptions {
  /** Folders that the site's user must be able to read, e.g. a Python environment and what it links to. */
  readonly bind: readonly string[];
}

const run = promisify(execFile);
const script = path.join(__dirname, 'site.sh');
const programs = [
  'munged',
  'slurmctld',
  'slurmd',
  'sbatch',
  'sshd',
  'ssh-keygen',
  'unshare',
  'nsenter',
];
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

/** How long a site may take to come up or to end. */
const patience = 30_000;

/** Starts a site of its own. When this process ends in whatever way, it ends as well and leaves no file behind. */
export async function startSite({ bind }: SiteOptions): Promise<Site> {
  const folder = await mkdtemp(path.join(await realpath(tmpdir()), 'mmar-site-'));
  const env = { ...process.env, BIND: bind.join(':') };
  const child = spawn(script, ['run', folder], { env, stdio: 'pipe', detached: true });
  const ended = new Promise(resolve => child.once('close', resolve));
  const said = await facts(child);
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await Promise.race([ended, delay(patience, undefined, { ref: false })]);
  };
  const inside = async (argv: readonly string[]): Promise<string> => {
    const { stdout } = await run('nsenter', ['-t', `${said.pid}`, '-m', '-p', '--', ...argv]);
    return stdout;
  };
  const scratch = (name: string): string => mkdtempSync(path.join(folder, `${name}-`));
  return { ...said, folder, scratch, inside, stop, ...daemonsOf(folder, inside) };
}

/** The line in which a site tells how to log in; an error with what it printed when it does not come up. */
function facts(child: ChildProcessWithoutNullStreams): Promise<Facts> {
  let out = '';
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => child.stdin.end(), patience);
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (!out.includes('\n')) return;
      clearTimeout(late);
      resolve(JSON.parse(out) as Facts);
    });
    child.once('close', () => {
      clearTimeout(late);
      reject(new Error(`The site did not come up:\n${err}`));
    });
  });
}

function daemonsOf(folder: string, inside: Site['inside']): Pick<Site, 'start' | 'kill'> {
  const configs = { slurmctld: `${folder}/slurm/slurm.conf`, sshd: `${folder}/ssh/sshd_config` };
  return {
    start: async name => {
      const log = name === 'sshd' ? ['-E', `${folder}/log/sshd.log`] : [];
      await inside([`/usr/sbin/${name}`, '-f', configs[name], ...log]);
    },
    kill: async name => {
      await inside(['pkill', '-KILL', '-x', name]);
      // a name without processes is an error for pgrep
      while (await inside(['pgrep', '-x', name]).catch(() => '')) await delay(20);
    },
  };
}
