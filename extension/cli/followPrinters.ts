import type { Out } from './commandLine.ts';
import type { Seen } from './follow.ts';
import { epochLine, iterationLine, milestone } from './progressLine.ts';

/** Shows the log as it grows. */
export function makeLogPrinter(print: Out): (seen: Seen) => void {
  let rest = '';
  return ({ log, status }) => {
    const lines = (rest + log).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) print(overwritten(line));
    if (status.ended !== undefined && rest !== '') print(rest);
  };
}

/** Progress bars go back to the line's start: what a terminal would show in the end. */
const overwritten = (line: string): string => line.split('\r').findLast(part => part !== '') ?? '';

/** Seconds after which a long epoch shows that it goes on. */
const signOfLife = 30;

/** Shows a line for each epoch and validation. */
export function makeProgressPrinter(print: Out): (seen: Seen) => void {
  let [shown, iteration, at] = ['', -1, 0];
  return ({ curves }) => {
    const now = Date.now() / 1000;
    const isNew = milestone(curves) !== shown;
    const isDue = curves.iteration !== iteration && now - at >= signOfLife;
    if (curves.epochs === 0 || !(isNew || isDue)) return;
    [shown, iteration, at] = [milestone(curves), curves.iteration, now];
    print(isNew ? epochLine(curves, now) : iterationLine(curves, now));
  };
}
