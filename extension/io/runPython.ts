import { t } from '@vscode/l10n';
import { RemoteError } from './errors.ts';
import { LocalTransport } from './local.ts';

/** Runs a script of ours on this machine; fails with what Python said last. */
export async function runPython(
  python: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { exitCode, stderr } = await new LocalTransport().exec([python, ...args], { signal });
  if (exitCode === 0) return;
  if (exitCode === 126 || exitCode === 127)
    throw new RemoteError('no-python', t('There is no Python at "{0}".', python), stderr);
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  const kind = /No space left|quota exceeded/i.test(stderr) ? 'no-space' : 'no-python';
  throw new RemoteError(kind, t('The Python "{0}" failed: {1}', python, last), stderr);
}
