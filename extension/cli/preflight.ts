import { setMaxListeners } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { t } from '@vscode/l10n';
import { isLive, type JobStatus } from '../core/runs/job.ts';
import { locateFindings, type LocatedFinding } from '../core/runs/preflight/locate.ts';
import { memoryText, verdict } from '../core/runs/preflight/markdown.ts';
import type { PreflightReport } from '../core/runs/preflight/report.ts';
import { RemoteError } from '../io/errors.ts';
import { LocalTransport } from '../io/local.ts';
import type { Machine, ReportedRun } from '../io/machine.ts';
import { preflightScripts } from '../io/preflightScripts.ts';
import { prepareRun, type Problem, type Target } from '../io/prepare.ts';
import { readReport } from '../io/readReport.ts';
import { HostRuns } from '../io/runs.ts';
import { setValues, type Out } from './check.ts';

const help = (): string =>
  t(`Usage: mmar preflight [--config FILE] [--set KEY=VALUE]... [--python PATH] [--root DIR] [--json] MMAR

Tries a training out on this machine before a queue does: builds every component, puts one case through
the transforms, makes one small step of training and one of validation, and says at which line of the
MMAR each fault is.

  --config FILE    training config below the MMAR; config/config_train.json
  --set KEY=VALUE  a variable, as on the command line of the training
  --python PATH    Python that has MONAI; $MMAR_PYTHON, else python3
  --root DIR       where runs are kept; .mmar in this folder
  --json           one JSON document instead of lines
  --help           this text

Exit status: 0 no errors (warnings do not count), 1 errors, 2 wrong use, 3 it could not be run.`);

interface Wanted {
  readonly mmar: string;
  readonly config: string;
  readonly set: Readonly<Record<string, string | number | boolean>>;
  readonly python: string;
  readonly root: string;
  readonly json: boolean;
}

/** `mmar preflight`: the preflight of the editor for CI. Gives the exit status. */
export async function runPreflight(
  argv: readonly string[],
  out: Out,
  signal: AbortSignal = uninterrupted(),
): Promise<number> {
  let wanted;
  try {
    wanted = readArguments(argv);
  } catch (error) {
    wanted = error instanceof Error ? error.message : String(error);
  }
  if (wanted === undefined) {
    out(help());
    return 0;
  }
  if (typeof wanted === 'string') {
    out(`mmar preflight: ${wanted}`);
    return 2;
  }
  try {
    return await preflight(wanted, out, signal);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    out(`mmar preflight: ${error.message}`);
    return 3;
  }
}

/** Many volumes are looked at together, each with a listener: that is no leak to warn of. */
function uninterrupted(): AbortSignal {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return signal;
}

/** What is asked for; a text says what is wrong with it, undefined asks for help. */
function readArguments(argv: readonly string[]): Wanted | string | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      set: { type: 'string', multiple: true },
      python: { type: 'string' },
      root: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const set = setValues(values.set ?? []);
  if (typeof set === 'string') return t('--set takes KEY=VALUE, not "{0}"', set);
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0) return t('give the folder of one MMAR (--help)');
  const mmar = path.resolve(given);
  const config = values.config ?? 'config/config_train.json';
  if (!existsSync(path.join(mmar, config))) return t('{0} has no {1}', given, config);
  const python = (values.python ?? process.env['MMAR_PYTHON']) || 'python3';
  return {
    mmar,
    config: config.split(path.sep).join('/'),
    set: set as Wanted['set'],
    // the job works in its own folder
    python: /[/\\]/.test(python) ? path.resolve(python) : python,
    root: path.resolve(values.root ?? '.mmar'),
    json: values.json === true,
  };
}

async function preflight(wanted: Wanted, out: Out, signal: AbortSignal): Promise<number> {
  const { mmar, config, set, json } = wanted;
  const { machine, target } = thisMachine(wanted);
  const request = { purpose: 'preflight', mmar, config, set } as const;
  const { plan, problems } = await prepareRun(request, target, signal);
  if (!plan) return tellProblems(problems, json, out);
  const run = await machine.submit(plan, { signal });
  const status = await ended(machine, run, signal);
  const report = await readReport(machine, run.record.id, new AbortController().signal);
  if (!report) {
    const log = path.join(run.folder, 'job.log');
    throw new RemoteError(
      'missing',
      t('It ended as {0} without a report: see {1}', status.state, log),
    );
  }
  const findings = await locateFindings(report, {
    mmar: slashed(mmar),
    config,
    set,
    read: file => readFile(file, 'utf8').catch(() => undefined),
  });
  tell(report, findings, { json, out });
  return report.ok && report.finished ? 0 : 1;
}

function thisMachine({ python, root }: Wanted): { machine: Machine; target: Target } {
  const transport = new LocalTransport();
  const program = shipped('remote');
  const host = { name: t('this machine'), transport, python, root, program, local: true };
  return {
    machine: new HostRuns({ ...host, log: () => undefined }),
    target: {
      transport,
      python,
      scheduler: 'process',
      inPlace: true,
      resources: {},
      runtime: readFileSync(path.join(program, 'runtime', 'mmar_runtime.py'), 'utf8'),
      preflight: () => preflightScripts(program),
    },
  };
}

/** A folder that ships beside the programs: above the bundle (dist/) as at the top of the sources. */
function shipped(name: string): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, name)) && path.dirname(folder) !== folder)
    folder = path.dirname(folder);
  return path.join(folder, name);
}

async function ended(machine: Machine, run: ReportedRun, signal: AbortSignal): Promise<JobStatus> {
  const always = new AbortController().signal;
  let status = run.status;
  let cancelled = false;
  while (isLive(status.state)) {
    await sleep(500, undefined, cancelled ? {} : { signal }).catch(() => undefined);
    if (signal.aborted && !cancelled) {
      cancelled = true;
      await machine.cancel(run.record.id, always);
    }
    status = (await machine.status([run.record.id], always)).get(run.record.id) ?? status;
  }
  return status;
}

interface Told {
  readonly json: boolean;
  readonly out: Out;
}

function tell(report: PreflightReport, all: readonly LocatedFinding[], { json, out }: Told): void {
  const findings = all.map(({ path: file, line, column, finding }) => ({
    path: slashed(path.relative(process.cwd(), file)) || file,
    line,
    column,
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
  }));
  if (json) {
    const { ok, finished, seconds, stages, memory } = report;
    out(JSON.stringify({ ok, finished, seconds, stages, memory, findings }, undefined, 2));
    return;
  }
  for (const { path: file, line, column, severity, code, message } of findings)
    out(`${file}:${line}:${column} ${severity} ${code} ${message}`);
  out(verdict(report, findings.length));
  if (report.memory) out(memoryText(report.memory));
}

/** What stands in the way before anything is run. */
function tellProblems(problems: readonly Problem[], json: boolean, out: Out): number {
  const findings = problems.map(({ message, file, line = 1 }) => ({
    path: file === undefined ? '' : slashed(path.relative(process.cwd(), file)),
    line,
    column: 1,
    code: 'preflight-prepare',
    severity: 'error',
    message,
  }));
  if (json) out(JSON.stringify({ ok: false, finished: false, findings }, undefined, 2));
  else
    for (const { path: file, line, message } of findings)
      out(file === '' ? message : `${file}:${line}:1 error preflight-prepare ${message}`);
  return 1;
}

const slashed = (file: string): string => (path.sep === '\\' ? file.replaceAll('\\', '/') : file);
