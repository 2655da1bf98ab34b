import { t } from '@vscode/l10n';
import { homedir } from 'node:os';
import path from 'node:path';
import { isLive } from '../core/runs/job.ts';
import type { RunPlan } from '../core/runs/plan.ts';
import { RemoteError } from '../io/errors.ts';
import { LocalTransport } from '../io/local.ts';
import type { Machine, ReportedRun } from '../io/machine.ts';
import type { Target } from '../io/prepare.ts';
import { HostRuns } from '../io/runs.ts';
import type { Out } from './commandLine.ts';
import { runtimeSource, shipped } from './packageFolder.ts';

export interface ThisMachine {
  readonly machine: Machine;
  /** Where runs are kept. */
  readonly root: string;
  readonly target: Target;
}

/** Runs on this machine, in `root`, with an interpreter that has MONAI. */
export function thisMachine(python: string, root: string, log: Out): ThisMachine {
  const transport = new LocalTransport();
  const program = shipped('remote');
  const name = t('this machine');
  return {
    root,
    machine: new HostRuns({ name, transport, python, root, program, local: true, log }),
    target: {
      transport,
      python,
      scheduler: 'process',
      inPlace: true,
      resources: {},
      runtime: runtimeSource(),
    },
  };
}

/** The interpreter by `--python`, else by MMAR_PYTHON. A job works in its own folder: a path must not be relative. */
export function pythonNamed(given: string | undefined): string {
  const named = (given ?? process.env['MMAR_PYTHON']) || 'python3';
  if (!/[/\\]/.test(named)) return named; // found on PATH
  return path.resolve(named.replace(/^~(?=\/)/, homedir()));
}

/** Taking back what was begun must not wait for ever. */
const takeBackMs = 30_000;

/** Submits a run; when that fails or is given up, nothing of it stays. */
export async function submitWhole(
  { machine, root }: ThisMachine,
  plan: RunPlan,
  signal: AbortSignal,
): Promise<ReportedRun> {
  try {
    return await machine.submit(plan, { signal });
  } catch (error) {
    // the failure itself is what the user must hear of, not that of the tidying
    await takeBack(machine, plan.record.id).catch(() => undefined);
    throw refusedRoot(error, root) ?? error;
  }
}

/** What the system said of the folder for runs, with what to do about it. */
function refusedRoot(error: unknown, root: string): RemoteError | undefined {
  const said = error instanceof RemoteError && /^\[Errno \d+\] (.*)/s.exec(error.message)?.[1];
  if (said === false || said === undefined) return undefined;
  return new RemoteError(
    'refused',
    t('Runs cannot be kept in {0} ({1}). --root DIR names another folder.', root, said),
  );
}

async function takeBack(machine: Machine, runId: string): Promise<void> {
  const signal = AbortSignal.timeout(takeBackMs);
  const status = (await machine.status([runId], signal)).get(runId);
  if (!status) return;
  if (isLive(status.state)) await machine.cancel(runId, signal);
  else await machine.remove(runId, signal);
}
