import { t } from '@vscode/l10n';
import type { RunAction, RunView, Series } from '../../../webviews/protocol/run.ts';
import type { Diagnosis } from '../../core/runs/diagnose.ts';
import { purposeName } from '../../core/runs/job.ts';
import { isRunning, type KnownRun } from '../../core/runs/knownRun.ts';
import { reasonInWords } from '../../core/runs/reason.ts';
import { fractionDone, secondsLeft, type Curves } from '../../core/runs/progress.ts';
import { thin } from '../../core/runs/thin.ts';

/** Everything that the run page shows. `now` in Unix seconds. */
export function makeRunView(
  run: KnownRun,
  curves: Curves,
  diagnosis: Diagnosis | undefined,
  now: number,
): RunView {
  const { record, status, cluster } = run;
  const failure = diagnosis && status.state !== 'CANCELLED' ? failureOf(run, diagnosis) : undefined;
  return {
    title: `${purposeName(record.purpose)} ${record.mmar}`,
    subtitle: t('{0} on {1}', record.config, cluster),
    state: status.state,
    reason:
      reasonInWords(status.reason) || (status.state === 'CANCELLED' ? (diagnosis?.next ?? '') : ''),
    progress: progressOf(run, curves, now),
    series: seriesOf(curves),
    ...(failure ? { failure } : {}),
    actions: actionsOf(run, curves.best !== undefined),
  };
}

/** A preflight that found something is no run that broke down. */
const failureOf = ({ record, status }: KnownRun, diagnosis: Diagnosis): Diagnosis =>
  record.purpose === 'preflight' && status.exitCode === 1
    ? {
        ...diagnosis,
        title: t('The preflight found faults.'),
        next: t('Show Preflight Report lists them with their places.'),
      }
    : diagnosis;

const units = { train: 'epoch', infer: 'case', preflight: 'stage' } as const;

function progressOf(run: KnownRun, curves: Curves, now: number): RunView['progress'] {
  const { status } = run;
  const loss = curves.loss.at(-1)?.[1];
  const name = curves.key;
  const value = name === undefined ? undefined : curves.metrics.get(name)?.at(-1)?.[1];
  const end = status.ended ?? (isRunning(run) ? now : curves.latest);
  const elapsed = status.started && end ? Math.max(0, end - status.started) : undefined;
  // stages are of very different lengths
  const paced = isRunning(run) && run.record.purpose !== 'preflight';
  const remaining = paced ? secondsLeft(curves, now) : undefined;
  return {
    unit: units[run.record.purpose],
    epoch: run.record.purpose === 'train' ? curves.epoch : curves.iteration,
    epochs: run.record.purpose === 'train' ? curves.epochs : curves.perEpoch,
    fraction: fractionDone(curves),
    ...(loss === undefined ? {} : { loss }),
    ...(name !== undefined && value !== undefined && curves.best
      ? { metric: { name, value, best: curves.best.value, bestEpoch: curves.best.epoch } }
      : {}),
    ...(elapsed === undefined ? {} : { elapsed }),
    ...(remaining === undefined ? {} : { remaining }),
  };
}

const seriesOf = (curves: Curves): Series[] =>
  [
    { name: 'loss', kind: 'loss' as const, points: curves.loss },
    ...[...curves.metrics].map(([name, points]) => ({ name, kind: 'metric' as const, points })),
    { name: 'lr', kind: 'lr' as const, points: curves.lr },
  ]
    .filter(({ points, kind }) => kind === 'metric' || points.length > 0)
    .map(series => ({ ...series, points: thin(series.points) }));

/** Without a validation there is no best model that could predict. */
function actionsOf(run: KnownRun, hasModel: boolean): RunAction[] {
  const train = run.record.purpose === 'train';
  if (isRunning(run)) return ['cancel', 'openLog', 'openFolder'];
  const resumable = train && run.status.state !== 'COMPLETED';
  return [
    ...(resumable ? ['resume' as const] : []),
    ...(train && hasModel ? ['infer' as const] : []),
    'openLog',
    'openFolder',
  ];
}
