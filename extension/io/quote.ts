/**
 * The one place where an argument array becomes a line for a POSIX shell, because SSH carries only a line.
 * Every word is put in single quotes, so the shell looks at nothing inside; only a single quote itself
 * has to leave them. A leading dash stays as it is: whether it is an option is for the program to say.
 */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}

/** Words without any meaning for a shell stay readable in logs and in `ps`. */
const plain = /^[A-Za-z0-9_@%+:,./-]+$/;

/** As the first word these would be grammar, not programs. */
const reserved =
  /^(if|then|else|elif|fi|do|done|case|esac|while|until|for|in|time|select|function|coproc)$/;

function quoteWord(word: string): string {
  // an argument ends at its first NUL for every program; refusing says so, cutting off would hide it
  if (word.includes('\0')) throw new RangeError('An argument cannot contain a NUL character.');
  return plain.test(word) && !reserved.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
