/** What `progress.jsonl` of a run folder says, taken in line by line (written by `mmar_runtime.Progress`). */
export interface Curves {
  readonly epoch: number;
  readonly epochs: number;
  readonly iteration: number;
  /** Iterations of one epoch; for an inference the number of cases. */
  readonly perEpoch: number;
  readonly loss: readonly Point[];
  readonly lr: readonly Point[];
  /** By metric name; points at the epochs at which they were measured. */
  readonly metrics: ReadonlyMap<string, readonly Point[]>;
  /** Name of the metric that chooses the best model. */
  readonly key: string | undefined;
  readonly best: { readonly epoch: number; readonly value: number } | undefined;
  /** Unix seconds of the first and the newest line. */
  readonly first: number | undefined;
  readonly latest: number | undefined;
  /** When this attempt began, and at which iteration: what the remaining time is judged by. */
  readonly attempt: { readonly time: number; readonly iteration: number } | undefined;
  /** What a preflight does now. */
  readonly stage: string | undefined;
  readonly end: 'done' | 'stopped' | 'failed' | undefined;
  readonly error: string | undefined;
}

/** x in epochs; y of the curve. */
export type Point = readonly [x: number, y: number];

export const noCurves: Curves = {
  epoch: 0,
  epochs: 0,
  iteration: 0,
  perEpoch: 0,
  loss: [],
  lr: [],
  metrics: new Map(),
  key: undefined,
  best: undefined,
  first: undefined,
  latest: undefined,
  attempt: undefined,
  stage: undefined,
  end: undefined,
  error: undefined,
};

/**
 * Curves after more text of the file. `rest` is an unfinished last line: hand it in again before the next text.
 * A line that is not JSON is passed over: a disk that filled up may have cut it.
 */
export function takeProgress(curves: Curves, text: string): { curves: Curves; rest: string } {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  let next = withOwnPoints(curves);
  for (const line of lines) {
    const event = decode(line);
    if (event) next = takeEvent(next, event);
  }
  return { curves: next, rest };
}

/** Points that may grow in place: a day of training has 170,000 lines, and each would copy those before it. */
const withOwnPoints = (curves: Curves): Curves => ({
  ...curves,
  loss: [...curves.loss],
  lr: [...curves.lr],
  metrics: new Map([...curves.metrics].map(([name, points]) => [name, [...points]])),
});

type Event = Readonly<Record<string, unknown>>;

function decode(line: string): Event | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Event) : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

function takeEvent(curves: Curves, event: Event): Curves {
  const time = number(event['t']);
  const base: Curves = {
    ...curves,
    first: curves.first ?? time,
    latest: time ?? curves.latest,
    epoch: number(event['epoch']) ?? curves.epoch,
    iteration: number(event['iteration']) ?? curves.iteration,
  };
  switch (event['kind']) {
    case 'start':
      return takeStart(base, event, time);
    case 'iteration':
      return { ...base, loss: append(base.loss, position(base), number(event['loss'])) };
    case 'epoch':
      return {
        ...base,
        loss: append(base.loss, position(base), number(event['loss'])),
        lr: append(base.lr, base.epoch, number(event['lr'])),
        metrics: takeMetrics(base, event['metrics']),
      };
    case 'validation':
      return takeValidation(base, event);
    case 'stage':
      return { ...base, stage: textOf(event['stage']) };
    case 'done':
    case 'stopped':
      return { ...base, end: event['kind'] };
    case 'failed':
      return { ...base, end: 'failed', error: textOf(event['error']) };
    default:
      return base;
  }
}

/** Epochs as a fraction, so that iterations and epochs share one axis. */
const position = (curves: Curves): number =>
  curves.perEpoch > 0 ? curves.iteration / curves.perEpoch : curves.epoch;

/** After a resume iterations repeat: what came after the one that it goes on from is dropped. */
function takeStart(curves: Curves, event: Event, time: number | undefined): Curves {
  const perEpoch = number(event['per_epoch']) ?? curves.perEpoch;
  const at = perEpoch > 0 ? curves.iteration / perEpoch : 0;
  const keep = (points: readonly Point[]): readonly Point[] => points.filter(([x]) => x <= at);
  const metrics = new Map([...curves.metrics].map(([name, points]) => [name, keep(points)]));
  return {
    ...curves,
    perEpoch,
    epochs: number(event['epochs']) ?? curves.epochs,
    loss: keep(curves.loss),
    lr: keep(curves.lr),
    metrics,
    best: bestOf(curves.key === undefined ? [] : (metrics.get(curves.key) ?? [])),
    attempt: { time: time ?? 0, iteration: curves.iteration },
    end: undefined,
    error: undefined,
  };
}

function takeValidation(curves: Curves, event: Event): Curves {
  const key = typeof event['key'] === 'string' ? event['key'] : curves.key;
  const metrics = takeMetrics(curves, event['metrics']);
  return {
    ...curves,
    key,
    metrics,
    best: bestOf(key === undefined ? [] : (metrics.get(key) ?? [])),
  };
}

function takeMetrics(curves: Curves, values: unknown): ReadonlyMap<string, readonly Point[]> {
  if (typeof values !== 'object' || values === null) return curves.metrics;
  const metrics = new Map(curves.metrics);
  for (const [name, value] of Object.entries(values))
    metrics.set(name, append(metrics.get(name) ?? [], curves.epoch, number(value)));
  return metrics;
}

/** Points ascend in x: one at the same place is replaced. Grows points that are this call's own. */
function append(points: readonly Point[], x: number, y: number | undefined): readonly Point[] {
  if (y === undefined) return points;
  const own = points as Point[];
  while ((own.at(-1)?.[0] ?? -1) >= x) own.pop();
  own.push([x, y]);
  return own;
}

function bestOf(points: readonly Point[]): Curves['best'] {
  return points.reduce<Curves['best']>(
    (best, [epoch, value]) => (best === undefined || value > best.value ? { epoch, value } : best),
    undefined,
  );
}

/** 0..1 by iterations; an inference counts cases. */
export function fractionDone({ iteration, perEpoch, epochs, end }: Curves): number {
  if (end === 'done') return 1;
  const total = perEpoch * epochs;
  return total > 0 ? Math.min(1, iteration / total) : 0;
}

/** Seconds that are left at the pace of this attempt; undefined before the first iterations. */
export function secondsLeft(curves: Curves, now: number): number | undefined {
  const { attempt, iteration, perEpoch, epochs } = curves;
  if (!attempt || iteration <= attempt.iteration) return undefined;
  const pace = (now - attempt.time) / (iteration - attempt.iteration);
  return Math.max(0, pace * (perEpoch * epochs - iteration));
}
