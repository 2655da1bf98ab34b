import { t } from '@vscode/l10n';
import { isRunning, type KnownRun } from '../../core/runs/knownRun.ts';
import { reasonInWords } from '../../core/runs/reason.ts';
import { stageName } from '../../core/runs/preflight/markdown.ts';
import type { RunBook } from '../../io/runBook.ts';

interface Waiting {
  readonly signal: AbortSignal;
  report(message: string): void;
}

/** Resolves when a run has ended, telling what it does meanwhile; with nothing when the signal aborts before. */
export function waitForEnd(
  book: RunBook,
  run: KnownRun,
  { signal, report }: Waiting,
): Promise<KnownRun | undefined> {
  return new Promise(resolve => {
    const end = (ended: KnownRun | undefined): void => {
      changes.dispose();
      signal.removeEventListener('abort', stop);
      resolve(ended);
    };
    const stop = (): void => end(undefined);
    const look = (): void => {
      const now = book.get(run);
      if (!now)
        stop(); // its folder was removed
      else if (!isRunning(now)) end(now);
      else if (now.status.state === 'RUNNING') void tellStage(book, now, report);
      else report(reasonInWords(now.status.reason) || t('waiting in the queue'));
    };
    const changes = book.onChange(look);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    else look();
  });
}

async function tellStage(book: RunBook, run: KnownRun, report: Waiting['report']): Promise<void> {
  const { stage } = await book.curves(run);
  report(stage === undefined ? t('starting') : stageName(stage));
}
