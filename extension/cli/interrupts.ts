import { setMaxListeners } from 'node:events';
import { Exit } from './commandLine.ts';

/** What the user asked for with Ctrl-C while a command waits. */
export interface Interrupts {
  /** Aborted by the first one: end what goes on, politely. */
  readonly stop: AbortSignal;
  /** Aborted by the second one: wait no longer. */
  readonly leave: AbortSignal;
}

/** Takes Ctrl-C, and SIGTERM as CI systems send it, over from Node. A third one ends the process at once. */
export function listenForInterrupts(): Interrupts & { dispose(): void } {
  const [stop, leave] = [controller(), controller()];
  const take = (): void => {
    if (leave.signal.aborted) process.exit(Exit.left);
    (stop.signal.aborted ? leave : stop).abort();
  };
  process.on('SIGINT', take).on('SIGTERM', take);
  return {
    stop: stop.signal,
    leave: leave.signal,
    dispose: () => void process.off('SIGINT', take).off('SIGTERM', take),
  };
}

/** For a caller that is never interrupted. */
export const uninterrupted = (): Interrupts => ({
  stop: controller().signal,
  leave: controller().signal,
});

/** Many volumes are looked at together, each with a listener: that is no leak to warn of. */
function controller(): AbortController {
  const made = new AbortController();
  setMaxListeners(0, made.signal);
  return made;
}
