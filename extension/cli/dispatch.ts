import { t } from '@vscode/l10n';
import { closest } from '../core/config/closest.ts';
import { runBundle } from './bundle.ts';
import { runCheck } from './check.ts';
import { Exit, type Terminal } from './commandLine.ts';
import { listenForInterrupts, type Interrupts } from './interrupts.ts';
import { runLsp } from './lsp.ts';
import { version } from './packageFolder.ts';
import { runPreflight } from './preflight.ts';
import { runTrain } from './train.ts';

const help = (): string =>
  t(`Usage: mmar COMMAND ...

  mmar check PATH...     checks the configurations of MMARs, as the editor does
  mmar bundle MMAR OUT   compiles an MMAR to a MONAI Bundle
  mmar preflight MMAR    tries a training out before a queue does
  mmar train MMAR        trains an MMAR on this machine
  mmar lsp               serves an editor: completion, hover, findings and more

  mmar COMMAND --help    what a command takes
  mmar --version         the version of this program

MMAR_DEBUG=1 shows the details of a failure.`);

type Command = (argv: readonly string[], terminal: Terminal) => Promise<number>;

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['check', (argv, { out, err }) => runCheck(argv, out, err)],
  ['bundle', runBundle],
  ['preflight', interruptible(runPreflight)],
  ['train', interruptible(runTrain)],
  ['lsp', runLsp],
]);

/** Runs the command that the arguments name. Gives the exit status. */
export async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = argv;
  const command = commands.get(name);
  if (command) return command(rest, terminal);
  if (name === '--version') {
    terminal.out(version());
    return Exit.ok;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    const about = commands.get(rest[0] ?? '');
    if (about) return about(['--help'], terminal);
    terminal.out(help());
    return Exit.ok;
  }
  terminal.err(name === '' ? help() : unknown(name));
  return Exit.wrongUse;
}

function unknown(name: string): string {
  const meant = closest(name, [...commands.keys(), '--help', '--version']);
  const kind = name.startsWith('-') ? t('option') : t('command');
  return meant === undefined
    ? t('mmar: there is no {0} {1}: mmar --help lists all.', kind, name)
    : t('mmar: there is no {0} {1}. Did you mean mmar {2}?', kind, name, meant);
}

/** A command that takes Ctrl-C over while it waits. */
function interruptible(
  run: (argv: readonly string[], terminal: Terminal, interrupts: Interrupts) => Promise<number>,
): Command {
  return async (argv, terminal) => {
    const interrupts = listenForInterrupts();
    try {
      return await run(argv, terminal, interrupts);
    } finally {
      interrupts.dispose();
    }
  };
}
