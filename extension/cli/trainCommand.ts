import { t } from '@vscode/l10n';
import path from 'node:path';
import { everywhere, readArguments, setValues, WrongUse, type SetValues } from './commandLine.ts';
import { mmarFolder, trainConfig } from './mmarFolder.ts';
import { pythonNamed } from './thisMachine.ts';

export const trainHelp = (): string =>
  t(`Usage: mmar train MMAR [--config FILE] [--set KEY=VALUE]... [--python PATH] [--root DIR]
                  [--detach] [--log] [--json]

Trains an MMAR on this machine: checks it, its data and its Python modules, compiles it to a MONAI
Bundle, starts the run and follows it to its end. Nothing is written into the MMAR.
Ctrl-C asks the run to save a checkpoint and end; a second Ctrl-C leaves it to that.

  --config FILE    training config of the MMAR; config/config_train.json
  --set KEY=VALUE  a variable, as on the command line of the training; several may follow
  --python PATH    Python that has MONAI; $MMAR_PYTHON, else python3
  --root DIR       where runs are kept; .mmar in this folder, where VS Code finds them, too
  --detach         starts the run and does not wait for it
  --log            shows the run's log instead of a line for each epoch
  --json           one JSON document on stdout at the end; how it goes is told on stderr
  --help           this text

Exit status: 0 completed, or started with --detach; 1 failed or cancelled; 2 wrong use;
3 could not run; 130 left by Ctrl-C.`);

export interface TrainCommand {
  /** As the user names it. */
  readonly shown: string;
  readonly mmar: string;
  readonly config: string;
  readonly set: SetValues;
  readonly python: string;
  readonly root: string;
  readonly detach: boolean;
  readonly withLog: boolean;
  readonly json: boolean;
}

/** The options of `mmar train`; throws `WrongUse`. */
export function readTrainCommand(argv: readonly string[]): TrainCommand | 'help' {
  const { values, positionals } = readArguments(argv, {
    ...everywhere,
    config: { type: 'string' },
    python: { type: 'string' },
    root: { type: 'string' },
    detach: { type: 'boolean' },
    log: { type: 'boolean' },
  });
  if (values.help === true) return 'help';
  const [given, ...more] = positionals;
  const mmar = mmarFolder(given);
  if (more.length > 0)
    throw new WrongUse(t('one MMAR at a time, not {0} as well (--help)', more.join(' ')));
  if (values.python === '' || values.root === '')
    throw new WrongUse(t('--python and --root take a path, not an empty text'));
  return {
    shown: path.relative(process.cwd(), mmar),
    mmar,
    config: trainConfig(mmar, values.config),
    set: setValues(values.set),
    python: pythonNamed(values.python),
    root: path.resolve(values.root ?? '.mmar'),
    detach: values.detach === true,
    withLog: values.log === true,
    json: values.json === true,
  };
}
