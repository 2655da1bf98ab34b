import { t } from '@vscode/l10n';
import { RemoteError, type RemoteErrorKind } from '../io/errors.ts';
import { Exit, WrongUse, type Terminal } from './commandLine.ts';

/** Something that stands in the way, as `--json` shows it. */
export interface Problem {
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/**
 * Does the work of a command. A failure that the user can act on becomes one line on stderr, with `--json` also the
 * document `{...blank, problems}`, and its exit status; any other one is thrown on.
 */
export async function answering(
  command: string,
  { argv, terminal, blank = {} }: { argv: readonly string[]; terminal: Terminal; blank?: object },
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const message = messageOf(error);
    if (message === undefined) throw error;
    terminal.err(`mmar ${command}: ${message}`);
    debug(error, terminal);
    const problems: Problem[] = [{ message }];
    if (argv.includes('--json')) terminal.out(jsonDocument({ ...blank, problems }));
    return error instanceof WrongUse ? Exit.wrongUse : Exit.couldNot;
  }
}

/** JSON may hold these control characters as they are; a terminal should not. */
const rare = /[\u007f-\u009f]/g;

/** The one JSON document of a command. */
export const jsonDocument = (value: object): string =>
  JSON.stringify(value, undefined, 2).replace(
    rare,
    letter => `\\u00${letter.charCodeAt(0).toString(16)}`,
  );

/** What a failure means and what to do about it; undefined for a fault of ours. */
export function messageOf(error: unknown): string | undefined {
  if (error instanceof WrongUse) return error.message;
  if (error instanceof RemoteError)
    return [error.message, said(error), nextStep[error.kind]()].filter(Boolean).join(' ');
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || code === undefined || path === undefined) return undefined;
  const known = path.replace(/\.\d+\.part(?=\/|$)/, ''); // the user does not know what is half made
  return t('{0}: {1}.', known, systemReason[code]?.() ?? message);
}

const nothing = (): string => '';

const nextStep: Readonly<Record<RemoteErrorKind, () => string>> = {
  'no-python': () =>
    t('--python PATH or MMAR_PYTHON names the Python to use: one with the packages of MONAI.'),
  'no-space': () => t('Free some, or choose another folder.'),
  'bad-reply': () => t('MMAR_DEBUG=1 shows all that was said.'),
  unreachable: nothing,
  'host-key': nothing,
  login: nothing,
  'no-scheduler': nothing,
  refused: nothing,
  missing: nothing,
};

/** The last words of a program that failed tell most. */
function said({ kind, detail }: RemoteError): string {
  if (kind !== 'bad-reply') return ''; // the others say it themselves
  const line = detail.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' || line.startsWith('spawn ')
    ? ''
    : t('It says: {0}.', line.slice(0, 300).replace(/\.$/, ''));
}

const systemReason: Readonly<Record<string, () => string>> = {
  EACCES: () => t('permission denied; choose another place, or change its permissions'),
  EPERM: () => t('not permitted; choose another place'),
  EROFS: () => t('this file system is read-only; choose another place'),
  ENOENT: () => t('it does not exist'),
  ENOTDIR: () => t('a part of this path is a file, not a folder'),
  ENOSPC: () => t('no space left; free some, or choose another place'),
  EDQUOT: () => t('the quota is used up; free some, or choose another place'),
  ENAMETOOLONG: () => t('this name is too long'),
};

/** Details that only somebody who looks for a fault wants to see. */
export function debug(error: unknown, terminal: Terminal): void {
  if (!process.env['MMAR_DEBUG'] || !(error instanceof Error)) return;
  terminal.err(error.stack ?? error.message);
  if (error instanceof RemoteError && error.detail) terminal.err(error.detail);
}
