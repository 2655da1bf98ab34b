import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Terminal } from '../../../extension/cli/commandLine.ts';
import { nifti } from '../volumes.ts';

export const repository = path.resolve(__dirname, '..', '..', '..');
export const hostile = "a b'c $(touch x)";

export const scratch = (): string => mkdtempSync(path.join(tmpdir(), "mmar cli ü '$(x) "));

/** A copy of the sample, beside small volumes that its datalist names; gives the MMAR's folder. */
export function sampleMmar(parent: string, name = 'spleen'): string {
  const mmar = path.join(parent, name);
  cpSync(path.join(repository, 'samples', 'spleen'), mmar, { recursive: true });
  const data = path.join(parent, 'data', 'phantom');
  const volume = nifti({ dims: [2, 2, 2], values: [0, 1, 0, 1, 0, 1, 0, 1] });
  const entries = (list: string) =>
    ['0', '1'].map(i => ({ image: `${list}/image${i}.nii`, label: `${list}/label${i}.nii` }));
  const lists = Object.fromEntries(['training', 'validation', 'test'].map(l => [l, entries(l)]));
  for (const { image, label } of Object.values(lists).flat())
    for (const file of [image, label]) {
      mkdirSync(path.dirname(path.join(data, file)), { recursive: true });
      writeFileSync(path.join(data, file), volume);
    }
  writeFileSync(path.join(data, 'dataset.json'), JSON.stringify(lists));
  return mmar;
}

/**
 * An interpreter that seems to have what training needs. The packages are empty, but for `monai.bundle`, which is
 * `bundle`: enough for what is said about a run, never for a training.
 */
export function seemingPython(folder: string, bundle: string): string {
  const site = path.join(folder, "site '");
  for (const name of ['torch', 'monai', 'monai/bundle', 'numpy', 'nibabel', 'ignite', 'fire']) {
    mkdirSync(path.join(site, name), { recursive: true });
    writeFileSync(path.join(site, name, '__init__.py'), '');
  }
  writeFileSync(path.join(site, 'monai/bundle/__main__.py'), bundle);
  const python = path.join(folder, "python '3");
  const quoted = site.replaceAll("'", `'\\''`);
  writeFileSync(python, `#!/bin/sh\nPYTHONPATH='${quoted}' exec python3 "$@"\n`);
  chmodSync(python, 0o755);
  return python;
}

export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

type Command = (argv: readonly string[], terminal: Terminal) => Promise<number>;

/** Runs a command and gives what it said. */
export async function said(command: Command, ...argv: string[]): Promise<Said> {
  const [out, err]: [string[], string[]] = [[], []];
  const status = await command(argv, {
    out: line => void out.push(line),
    err: line => void err.push(line),
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

/** Relative paths of everything below a folder, sorted. */
export const everythingBelow = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[]).toSorted();
