import { t } from '@vscode/l10n';
import { secondsLeft, type Curves } from '../core/runs/progress.ts';

/** Epochs that are done; `curves.epoch` is the one that goes on. */
export const epochsDone = ({ iteration, perEpoch }: Curves): number =>
  perEpoch > 0 ? Math.floor(iteration / perEpoch) : 0;

/** What a new line is worth printing for: an epoch that ended, a validation. */
export const milestone = (curves: Curves): string =>
  `${epochsDone(curves)} ${newestMetric(curves)?.[0] ?? ''}`;

/** `epoch 12/80  loss 0.3124  val_mean_dice 0.8412 (best)  3 min left`; `now` in Unix seconds. */
export function epochLine(curves: Curves, now: number): string {
  const done = epochsDone(curves);
  return line(t('epoch {0}/{1}', done, curves.epochs), metricPart(curves, done), curves, now);
}

/** `epoch 13/80, iteration 40/900  loss 0.3098  3 min left`: that a long epoch goes on. */
export function iterationLine(curves: Curves, now: number): string {
  const { iteration, perEpoch, epochs } = curves;
  const done = epochsDone(curves);
  const where = [done + 1, epochs, iteration - done * perEpoch, perEpoch] as const;
  return line(t('epoch {0}/{1}, iteration {2}/{3}', ...where), [], curves, now);
}

function line(where: string, metric: string[], curves: Curves, now: number): string {
  const loss = curves.loss.at(-1)?.[1];
  const left = epochsDone(curves) < curves.epochs ? secondsLeft(curves, now) : undefined;
  return [
    where,
    ...(loss === undefined ? [] : [`loss ${round(loss)}`]),
    ...metric,
    ...(left === undefined ? [] : [t('{0} left', duration(left))]),
  ].join('  ');
}

/** The key metric, where it was measured after the last epoch that is done. */
function metricPart(curves: Curves, done: number): string[] {
  const newest = newestMetric(curves);
  if (!newest || newest[0] !== done || curves.key === undefined) return [];
  const [epoch, value] = newest;
  const best = curves.best?.epoch === epoch ? ` ${t('(best)')}` : '';
  return [`${curves.key} ${round(value)}${best}`];
}

const newestMetric = (curves: Curves): readonly [number, number] | undefined =>
  curves.key === undefined ? undefined : curves.metrics.get(curves.key)?.at(-1);

/** Four digits that matter, also for a loss of 3e-6. */
export const round = (value: number): string =>
  Math.abs(value) >= 0.001 || value === 0 ? value.toFixed(4) : value.toExponential(2);

/** `45 s`, `3 min`, `2 h 05 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 100) return t('{0} s', whole);
  const minutes = Math.round(whole / 60);
  if (minutes < 100) return t('{0} min', minutes);
  return t('{0} h {1} min', Math.floor(minutes / 60), String(minutes % 60).padStart(2, '0'));
}
