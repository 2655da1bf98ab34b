import { t } from '@vscode/l10n';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ClusterProfile } from '../core/cluster/profile.ts';
import type { Resources } from '../core/runs/plan.ts';
import { RemoteError } from './errors.ts';
import { LocalTransport } from './local.ts';
import type { Machine } from './machine.ts';
import type { Target } from './prepare.ts';
import { preflightScripts } from './preflightScripts.ts';
import { HostRuns } from './runs.ts';
import { Ssh2Transport } from './ssh2.ts';
import { withSshConfig, type Wanted } from './sshConfig.ts';
import type { Transport } from './transport.ts';

/** Name of the embedded cluster: this machine, with the process scheduler. */
export const localCluster = 'local';

export interface HostsOptions {
  /** Folder for runs on this machine; undefined without a workspace folder. */
  localRoot(): string | undefined;
  /** Interpreter for runs on this machine; '' for `python3`. */
  localPython(): string;
  /** The profile of a cluster by its name. */
  profileOf(name: string): Promise<ClusterProfile | undefined>;
  /** The extension's `remote/` folder. */
  readonly program: string;
  /** Source of the bundles' runtime module. */
  runtime(): Promise<string>;
  /** File of our own for host keys that the user confirmed. */
  readonly ownKnownHosts: string;
  confirmHostKey(host: string, type: string, fingerprint: string): Promise<boolean>;
  /** Asks for the passphrase of a key file; undefined when the user gives none. */
  readonly passphrase?: (file: string) => Promise<string | undefined>;
  /** SSH configuration instead of the user's own and the system's. */
  readonly sshConfig?: string;
  readonly log: (message: string) => void;
}

interface Known {
  readonly key: string;
  readonly machine: Machine;
  readonly transport: Transport;
}

/** The machines that runs can be on, each connected to when it is first needed. */
export class Hosts {
  private readonly known = new Map<string, Known>();

  constructor(private readonly options: HostsOptions) {}

  async machineOf(cluster: string): Promise<Machine> {
    return (await this.find(cluster)).machine;
  }

  /** What preparing a run for a cluster needs. */
  async targetOf(cluster: string): Promise<Target> {
    const { transport } = await this.find(cluster);
    const runtime = await this.options.runtime();
    const preflight = () => preflightScripts(this.options.program);
    if (cluster === localCluster) {
      await keepFromGit(this.options.localRoot());
      return {
        transport,
        python: this.options.localPython() || 'python3',
        scheduler: 'process',
        inPlace: true,
        resources: {},
        runtime,
        preflight,
      };
    }
    const profile = await this.profile(cluster);
    return {
      transport,
      python: profile.python,
      scheduler: profile.scheduler,
      inPlace: false,
      resources: resourcesOf(profile),
      runtime,
      preflight,
    };
  }

  dispose(): void {
    for (const { transport } of this.known.values()) transport.dispose();
    this.known.clear();
  }

  /** A profile that was edited gets a new connection. */
  private async find(cluster: string): Promise<Known> {
    const profile = cluster === localCluster ? undefined : await this.profile(cluster);
    const root = profile?.root ?? this.options.localRoot();
    if (root === undefined)
      throw new RemoteError('missing', t('Open a folder first: runs on this machine lie in it.'));
    const key = JSON.stringify(profile ?? [root, this.options.localPython()]);
    const before = this.known.get(cluster);
    if (before?.key === key) return before;
    before?.transport.dispose();
    const transport = profile ? this.connect(profile) : new LocalTransport();
    const machine = new HostRuns(
      {
        name: cluster,
        transport,
        python: profile
          ? (profile.remotePython ?? 'python3')
          : this.options.localPython() || 'python3',
        root,
        program: this.options.program,
        local: profile === undefined,
        log: this.options.log,
      },
      profile ? resourcesOf(profile) : {},
    );
    const made = { key, machine, transport };
    this.known.set(cluster, made);
    return made;
  }

  private connect(profile: ClusterProfile): Transport {
    const { ownKnownHosts, sshConfig, passphrase } = this.options;
    const { host, port, user, identityFile, knownHosts } = profile;
    const agent = process.env['SSH_AUTH_SOCK'];
    const wanted: Wanted = {
      host,
      port,
      user,
      ...(identityFile ? { identityFile: expand(identityFile) } : {}),
      ...(knownHosts ? { knownHosts: expand(knownHosts) } : {}),
      ...(agent ? { agent } : {}),
      ownKnownHosts,
      confirmHostKey: (...question) => this.options.confirmHostKey(...question),
      ...(passphrase ? { passphrase } : {}),
    };
    return new Ssh2Transport(() => withSshConfig(wanted, sshConfig));
  }

  private async profile(cluster: string): Promise<ClusterProfile> {
    const profile = await this.options.profileOf(cluster);
    if (profile) return profile;
    throw new RemoteError(
      'unreachable',
      t('There is no cluster "{0}" in .mmar/clusters.yaml.', cluster),
    );
  }
}

/** Runs are large and nobody else's; the cluster profiles beside them may be shared. What is there is left alone. */
async function keepFromGit(root: string | undefined): Promise<void> {
  if (root === undefined) return;
  try {
    await mkdir(root, { recursive: true });
    await writeFile(path.join(root, '.gitignore'), 'runs/\nstore/\n', { flag: 'wx' });
  } catch {
    // there already; or nothing can be written there, which the run itself will say
  }
}

const expand = (file: string): string =>
  file.startsWith('~/') ? path.join(homedir(), file.slice(2)) : file;

function resourcesOf(profile: ClusterProfile): Resources {
  const { partition, account, qos, gpus, cpus, memory, time } = profile;
  return Object.fromEntries(
    Object.entries({ partition, account, qos, gpus, cpus, memory, time }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
