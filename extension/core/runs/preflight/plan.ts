import type { Resources } from '../plan.ts';

/** Where a preflight writes its report, below the run folder. */
export const reportFile = 'preflight.json';

/** A preflight looks for faults, it does not wait for a night's share of the machine. */
const shortMinutes = 10;

/** Configs of the bundle and the files of the MMAR that they are made of: what it does not have is not tried. */
const others: readonly (readonly [config: string, file: string])[] = [
  ['configs/evaluate.json', 'config/config_validation.json'],
  ['configs/inference.json', 'config/config_inference.json'],
];

/** The command in the bundle's folder. `files` are the MMAR's own, relative to it. */
export const preflightCommand = (files: readonly string[]): string[] => [
  '-m',
  'scripts.mmar_preflight',
  `../${reportFile}`,
  '../eval/progress.jsonl',
  'configs/train.json',
  ...others.flatMap(([config, file]) => (files.includes(file) ? [config] : [])),
];

/** The resources of a training for a job that is over in minutes: short jobs start sooner. */
export function shortResources(resources: Resources): Resources {
  const { gpus, time } = resources;
  const minutes = time === undefined ? undefined : minutesOf(time);
  return {
    ...resources,
    ...(gpus === undefined ? {} : { gpus: Math.min(1, gpus) }),
    time: minutes !== undefined && minutes < shortMinutes ? (time ?? '') : `${shortMinutes}`,
  };
}

/** Slurm's ways to write a time limit; undefined for another text (`man sbatch`, --time). */
export function minutesOf(time: string): number | undefined {
  const found = /^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?$/.exec(time.trim());
  if (!found) return undefined;
  const [, days, ...rest] = found;
  const [a = 0, b, c] = rest.map(part => (part === undefined ? undefined : Number(part)));
  if (days !== undefined) return Number(days) * 1440 + a * 60 + (b ?? 0) + (c ?? 0) / 60;
  if (c !== undefined) return a * 60 + (b ?? 0) + c / 60;
  return a + (b ?? 0) / 60;
}
