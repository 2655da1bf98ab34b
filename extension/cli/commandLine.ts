import { parseArgs, type ParseArgsConfig } from 'node:util';
import { t } from '@vscode/l10n';
import { closest } from '../core/config/closest.ts';

/** Takes one line of output. */
export type Out = (line: string) => void;

export interface Terminal {
  /** What was asked for: a report, or the one JSON document. */
  readonly out: Out;
  /** What is said about it: why it failed, and with `--json` how it goes. */
  readonly err: Out;
}

/** Exit statuses; `check` has its own. */
export const Exit = { ok: 0, failed: 1, wrongUse: 2, couldNot: 3, left: 130 } as const;

/** The command was called in a way that it does not take; the message says what it takes. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

type Options = NonNullable<ParseArgsConfig['options']>;
interface Described<T extends Options> {
  args: string[];
  allowPositionals: true;
  options: T;
}

/** Options that every command has. */
export const everywhere = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  set: { type: 'string', multiple: true },
} as const satisfies Options;

/** The options and the other arguments; throws `WrongUse`. */
export function readArguments<const T extends Options>(
  argv: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<Described<T>>> {
  try {
    return parseArgs({ args: spreadSet(argv), allowPositionals: true, options });
  } catch (error) {
    throw new WrongUse(explained(error, Object.keys(options)));
  }
}

/** Clara takes several pairs after one `--set`; so do we. What follows `--` is left alone. */
function spreadSet(argv: readonly string[]): string[] {
  const made: string[] = [];
  let inSet: 'no' | 'begun' | 'open' = 'no';
  for (const [i, argument] of argv.entries()) {
    if (argument === '--') return [...made, ...argv.slice(i)];
    if (inSet === 'open' && isPair(argument)) made.push('--set');
    else if (argument === '--set') inSet = 'begun';
    else inSet = inSet === 'begun' || argument.startsWith('--set=') ? 'open' : 'no';
    made.push(argument);
  }
  return made;
}

const pair = /^([A-Za-z_]\w*)=([\s\S]*)$/;
const isPair = (argument: string): boolean => pair.test(argument);

function explained(error: unknown, names: readonly string[]): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const unknown = /^Unknown option '([^']*)'/.exec(message)?.[1];
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION' || unknown === undefined)
    return message.replace(/\s*\n\s*/g, ' ');
  const meant = closest(unknown.replace(/^-+/, ''), names);
  return meant === undefined
    ? t('there is no option {0} (--help lists all)', unknown)
    : t('there is no option {0}. Did you mean --{1}?', unknown, meant);
}

export type SetValues = Record<string, string | number | boolean>;

/** The values of `--set KEY=VALUE`, with the type that their text has in Clara; throws `WrongUse`. */
export function setValues(pairs: readonly string[] = []): SetValues {
  const values: SetValues = {};
  for (const given of pairs) {
    const [, key, text = ''] = pair.exec(given) ?? [];
    if (key === undefined) throw new WrongUse(t('--set takes KEY=VALUE, not "{0}"', given));
    values[key] = typed(text);
  }
  return values;
}

function typed(text: string): string | number | boolean {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
