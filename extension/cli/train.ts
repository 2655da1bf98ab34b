import { t } from '@vscode/l10n';
import path from 'node:path';
import { diagnose } from '../core/runs/diagnose.ts';
import { noCurves } from '../core/runs/progress.ts';
import type { Machine, ReportedRun } from '../io/machine.ts';
import { prepareRun } from '../io/prepare.ts';
import { Exit, type Terminal } from './commandLine.ts';
import { placeFindings, printFindings, type CompilerFinding } from './compilerFindings.ts';
import { answering, jsonDocument, messageOf } from './failure.ts';
import { follow, readLogEnd, type Seen } from './follow.ts';
import { uninterrupted, type Interrupts } from './interrupts.ts';
import { makeLogPrinter, makeProgressPrinter } from './followPrinters.ts';
import { submitWhole, thisMachine, type ThisMachine } from './thisMachine.ts';
import { blankReport, printEnd, printProblems, reportOf, type TrainReport } from './trainReport.ts';
import { readTrainCommand, trainHelp, type TrainCommand } from './trainCommand.ts';
import { unusedSet } from './unusedSet.ts';

/** `mmar train`: runs an MMAR here and follows it. Gives the exit status. */
export async function runTrain(
  argv: readonly string[],
  terminal: Terminal,
  interrupts: Interrupts = uninterrupted(),
): Promise<number> {
  return answering('train', { argv, terminal, blank: blankReport }, async () => {
    const command = readTrainCommand(argv);
    if (command === 'help') {
      terminal.out(trainHelp());
      return Exit.ok;
    }
    for (const warning of unusedSet(command.mmar, command.config, command.set))
      terminal.err(`mmar train: ${warning}`);
    const { status, report } = await train(command, terminal, interrupts);
    if (command.json) terminal.out(jsonDocument(report));
    return status;
  });
}

interface Outcome {
  readonly status: number;
  readonly report: TrainReport;
}

async function train(
  command: TrainCommand,
  terminal: Terminal,
  interrupts: Interrupts,
): Promise<Outcome> {
  const here = thisMachine(command.python, command.root, line => {
    if (process.env['MMAR_DEBUG']) terminal.err(line);
  });
  const begun = await begin(command, here, terminal, interrupts.stop);
  if ('status' in begun) return begun;
  const { run, findings } = begun;
  if (command.detach) {
    const seen = { status: run.status, curves: noCurves };
    return { status: Exit.ok, report: { ...reportOf(run, seen), findings } };
  }
  const ended = await watch(command, here, { run, terminal, interrupts });
  return { ...ended, report: { ...ended.report, findings } };
}

/** Checks, compiles and submits; or says what stands in the way. */
async function begin(
  { mmar, config, set, shown, json }: TrainCommand,
  here: ThisMachine,
  { out, err }: Terminal,
  signal: AbortSignal,
): Promise<Outcome | { run: ReportedRun; findings: CompilerFinding[] }> {
  const say = json ? err : out;
  say(t('Checking {0} and its data', path.basename(mmar)));
  try {
    const prepared = await prepareRun({ purpose: 'train', mmar, config, set }, here.target, signal);
    const findings = placeFindings(mmar, config, prepared.findings);
    printFindings(
      findings.filter(found => found.severity !== 'info'),
      shown,
      err,
    );
    const { plan, problems } = prepared;
    if (!plan) {
      printProblems(problems, err);
      return { status: Exit.couldNot, report: { ...blankReport, findings, problems } };
    }
    const run = await submitWhole(here, plan, signal);
    say(t('Run {0}', run.record.id));
    say(`  ${run.folder}`);
    return { run, findings };
  } catch (error) {
    if (!signal.aborted) throw error;
    const message = t('stopped before the run was submitted');
    err(`mmar train: ${message}`);
    return { status: Exit.left, report: { ...blankReport, problems: [{ message }] } };
  }
}

interface Watched {
  readonly run: ReportedRun;
  readonly terminal: Terminal;
  readonly interrupts: Interrupts;
}

async function watch(
  { withLog, json }: TrainCommand,
  { machine }: ThisMachine,
  { run, terminal, interrupts }: Watched,
): Promise<Outcome> {
  const { out, err } = terminal;
  const say = json ? err : out;
  const print = withLog ? makeLogPrinter(say) : makeProgressPrinter(say);
  let last: Seen = { status: run.status, curves: noCurves, log: '' };
  const show = (seen: Seen): void => print((last = seen));
  const cancelling = (): void =>
    err(t('Asking the run to save a checkpoint and end; Ctrl-C again leaves it to that.'));
  try {
    const ended = await follow(machine, run, { interrupts, withLog, show, cancelling });
    if (ended) return await conclude(machine, run, ended, { out: say, err });
    err(t('Left. The run goes on ending by itself: {0}', run.folder));
    return { status: Exit.left, report: reportOf(run, last) };
  } catch (error) {
    const message = messageOf(error);
    if (message === undefined) throw error;
    err(`mmar train: ${message}`);
    err(t('The run {0} is no longer followed; it may go on: {1}', run.record.id, run.folder));
    return { status: Exit.couldNot, report: { ...reportOf(run, last), problems: [{ message }] } };
  }
}

async function conclude(
  machine: Machine,
  run: ReportedRun,
  ended: Seen,
  terminal: Terminal,
): Promise<Outcome> {
  const { status } = ended;
  const isDone = status.state === 'COMPLETED';
  const log = isDone
    ? { text: '', firstLine: 0 }
    : await readLogEnd(machine, run.record.id, status.logSize, uninterrupted().stop);
  const report = reportOf(run, ended, diagnose(status, log.text, log.firstLine));
  printEnd(report, terminal);
  return { status: isDone ? Exit.ok : Exit.failed, report };
}
