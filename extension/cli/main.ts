import { t } from '@vscode/l10n';
import { Exit, type Out, type Terminal } from './commandLine.ts';
import { dispatch } from './dispatch.ts';
import { debug } from './failure.ts';

/** A name may hold anything: what would move the cursor is shown as it is written; colours are harmless. */
const visible = (text: string): string =>
  text.replace(/\u001b\[[\d;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, found =>
    found.length > 1 ? found : `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

const writer =
  (stream: NodeJS.WriteStream): Out =>
  line =>
    void stream.write(`${visible(line)}\n`);

const terminal: Terminal = { out: writer(process.stdout), err: writer(process.stderr) };

/** Our fault, or the system's: one line, and nothing that looks like a result. */
function crash(error: unknown): void {
  const what = error instanceof Error ? error.message : String(error);
  terminal.err(t('mmar: something went wrong that should not: {0}', what.split('\n')[0] ?? ''));
  if (process.env['MMAR_DEBUG']) debug(error, terminal);
  else terminal.err(t('MMAR_DEBUG=1 shows where.'));
  process.exitCode = Exit.couldNot;
}

/** 128 + SIGPIPE: what other programs end with then. */
const brokenPipe = 141;

for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(brokenPipe); // the reader has seen enough; a run goes on
    crash(error);
  });
process.on('uncaughtException', error => {
  crash(error);
  process.exit();
});
dispatch(process.argv.slice(2), terminal).then(status => {
  process.exitCode = status;
}, crash);
