import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseClusters } from '../../extension/core/cluster/profile.ts';
import { Hosts } from '../../extension/io/hosts.ts';
import { RunBook } from '../../extension/io/runBook.ts';
import type { Site } from './site.ts';

export const repository = path.resolve(__dirname, '..', '..');
export const cluster = 'my cluster';

/** What a user writes into .mmar/clusters.yaml; the paths of the host are below the home there. */
export const clustersText = (site: Site, more: Readonly<Record<string, string>> = {}): string => {
  const { host, port, user, identityFile, knownHosts } = site;
  const keys = { host, port, user, identityFile, knownHosts, scheduler: 'slurm' };
  const profile = { ...keys, root: '~/mmar runs 脾', python: 'python3', partition: 'gpu', ...more };
  const lines = Object.entries(profile).map(([key, value]) => `    ${key}: ${value}\n`);
  return `clusters:\n  ${cluster}:\n${lines.join('')}`;
};

export interface Window {
  readonly hosts: Hosts;
  readonly book: RunBook;
  /** What the user would find in the log. */
  readonly warnings: string[];
  /** Notices at the end of runs. */
  readonly endings: string[];
  readonly calls: string[];
  close(): void;
}

export interface WindowOptions {
  /** Of .mmar/clusters.yaml. */
  readonly text: string;
  /** The workspace. */
  readonly folder: string;
  readonly memory?: Map<string, unknown>;
  readonly localPython?: string;
  /** SSH configuration; without one none is read, not even that of whoever runs the tests. */
  readonly sshConfig?: string;
}

/** Hosts and run book as `main.ts` builds them; a second window with the same memory finds the runs again. */
export function openWindow({ text, folder, memory = new Map(), ...more }: WindowOptions): Window {
  const { profiles, findings } = parseClusters(text);
  assert.deepEqual(findings, []);
  const calls: string[] = [];
  const warnings: string[] = [];
  const endings: string[] = [];
  const runtime = path.join(repository, 'remote', 'runtime', 'mmar_runtime.py');
  const hosts = new Hosts({
    localRoot: () => path.join(folder, '.mmar'),
    localPython: () => more.localPython ?? '',
    profileOf: name => Promise.resolve(profiles.find(p => p.name === name)),
    program: path.join(repository, 'remote'),
    runtime: () => readFile(runtime, 'utf8'),
    ownKnownHosts: path.join(folder, 'own_known_hosts'),
    sshConfig: more.sshConfig ?? 'none',
    confirmHostKey: () => assert.fail('nobody should be asked'),
    log: line => calls.push(line),
  });
  const book = new RunBook({
    memory: {
      // values, not objects: a window that is opened later has read them from a file
      get: key => JSON.parse(JSON.stringify(memory.get(key) ?? null)) as unknown,
      update: (key, value) => Promise.resolve(void memory.set(key, value)),
    },
    machineOf: name => hosts.machineOf(name),
    warn: message => warnings.push(message),
    pace: { quick: 0.3, slow: 1, growth: 1.2 },
  });
  book.onChange(ended => endings.push(...ended.map(r => `${r.record.purpose} ${r.status.state}`)));
  const close = (): void => {
    book.dispose();
    hosts.dispose();
  };
  return { hosts, book, warnings, endings, calls, close };
}
