import { t } from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { diagnose } from '../core/runs/diagnose.ts';
import { locateFindings, type LocatedFinding } from '../core/runs/preflight/locate.ts';
import type { PreflightReport } from '../core/runs/preflight/report.ts';
import { RemoteError } from '../io/errors.ts';
import type { ReportedRun } from '../io/machine.ts';
import { preflightScripts } from '../io/preflightScripts.ts';
import { prepareRun } from '../io/prepare.ts';
import { readReport } from '../io/readReport.ts';
import {
  everywhere,
  Exit,
  readArguments,
  setValues,
  WrongUse,
  type SetValues,
  type Terminal,
} from './commandLine.ts';
import { answering, jsonDocument } from './failure.ts';
import { follow, readLogEnd } from './follow.ts';
import { uninterrupted, type Interrupts } from './interrupts.ts';
import { mmarFolder, slashed, trainConfig } from './mmarFolder.ts';
import { shipped } from './packageFolder.ts';
import { blankPreflight, documentOf, printFound, printProblems } from './preflightReport.ts';
import { pythonNamed, submitWhole, thisMachine, type ThisMachine } from './thisMachine.ts';
import { unusedSet } from './unusedSet.ts';

const help = (): string =>
  t(`Usage: mmar preflight MMAR [--config FILE] [--set KEY=VALUE]... [--python PATH] [--root DIR] [--json]

Tries a training out on this machine before a queue does: builds every component, puts a case through
the transforms, makes one small step of training and one of validation, and says at which line of the
MMAR each fault is. Nothing is written into the MMAR.

  --config FILE    training config of the MMAR; config/config_train.json
  --set KEY=VALUE  a variable, as on the command line of the training; several may follow
  --python PATH    Python that has MONAI; $MMAR_PYTHON, else python3
  --root DIR       where runs are kept; .mmar in this folder, where VS Code finds them, too
  --json           one JSON document on stdout
  --help           this text

Exit status: 0 no errors (warnings do not count), 1 errors, 2 wrong use, 3 could not run,
130 left by Ctrl-C.`);

interface Wanted {
  readonly mmar: string;
  readonly config: string;
  readonly set: SetValues;
  readonly json: boolean;
}

/** `mmar preflight`: the preflight of the editor for CI. Gives the exit status. */
export async function runPreflight(
  argv: readonly string[],
  terminal: Terminal,
  interrupts: Interrupts = uninterrupted(),
): Promise<number> {
  return answering('preflight', { argv, terminal, blank: blankPreflight }, async () => {
    const { values, positionals } = readArguments(argv, {
      ...everywhere,
      config: { type: 'string' },
      python: { type: 'string' },
      root: { type: 'string' },
    });
    if (values.help === true) {
      terminal.out(help());
      return Exit.ok;
    }
    const [given, ...more] = positionals;
    const mmar = mmarFolder(given);
    if (more.length > 0)
      throw new WrongUse(t('one MMAR at a time, not {0} as well (--help)', more.join(' ')));
    const config = trainConfig(mmar, values.config);
    const wanted = { mmar, config, set: setValues(values.set), json: values.json === true };
    for (const warning of unusedSet(mmar, config, wanted.set))
      terminal.err(`mmar preflight: ${warning}`);
    const root = path.resolve(values.root ?? '.mmar');
    const here = thisMachine(pythonNamed(values.python), root, line => {
      if (process.env['MMAR_DEBUG']) terminal.err(line);
    });
    return preflight(wanted, here, terminal, interrupts).catch((error: unknown) => {
      if (!interrupts.stop.aborted) throw error;
      terminal.err(t('mmar preflight: stopped.'));
      return Exit.left;
    });
  });
}

async function preflight(
  wanted: Wanted,
  here: ThisMachine,
  { out, err }: Terminal,
  interrupts: Interrupts,
): Promise<number> {
  const { mmar, config, set, json } = wanted;
  const target = { ...here.target, preflight: () => preflightScripts(shipped('remote')) };
  const request = { purpose: 'preflight', mmar, config, set } as const;
  const { plan, problems } = await prepareRun(request, target, interrupts.stop);
  if (!plan) {
    if (json) out(jsonDocument({ ...blankPreflight, problems }));
    else printProblems(problems, out);
    return Exit.failed;
  }
  const run = await submitWhole(here, plan, interrupts.stop);
  const ended = await follow(here.machine, run, {
    interrupts,
    withLog: false,
    show: () => undefined,
    cancelling: () => err(t('Ending the preflight.')),
  });
  if (!ended || ended.status.state === 'CANCELLED') return Exit.left;
  const report = await readReport(here.machine, run.record.id, uninterrupted().stop);
  if (!report) throw await lost(here, run, ended.status);
  const findings = await locate(report, wanted);
  if (json) out(jsonDocument(documentOf(report, findings)));
  else printFound(report, findings, out);
  return report.ok && report.finished ? Exit.ok : Exit.failed;
}

const locate = (
  report: PreflightReport,
  { mmar, config, set }: Wanted,
): Promise<LocatedFinding[]> =>
  locateFindings(report, {
    mmar: slashed(mmar),
    config,
    set,
    read: file => readFile(file, 'utf8').catch(() => undefined),
  });

/** The job died before it could write anything down: its log says why. */
async function lost(
  { machine }: ThisMachine,
  { record, folder, status: before }: ReportedRun,
  status: ReportedRun['status'],
): Promise<RemoteError> {
  const size = Math.max(status.logSize, before.logSize);
  const { text } = await readLogEnd(machine, record.id, size, uninterrupted().stop);
  const why = diagnose(status, text)?.title ?? status.state;
  const log = path.join(folder, 'job.log');
  return new RemoteError('missing', t('It ended without a report: {0} See {1}', why, log));
}
