import type { JobState } from '../../extension/core/runs/job.ts';

/** Everything that the run page shows, whole each time: the page keeps no state of its own but the scroll position. */
export interface RunView {
  readonly title: string;
  /** `MMAR spleen on local, submitted 14:03` */
  readonly subtitle: string;
  readonly state: JobState;
  /** In words: why it waits, or why it ended. */
  readonly reason: string;
  readonly progress: RunProgress;
  readonly series: readonly Series[];
  readonly failure?: RunFailure;
  /** What the user can do now. */
  readonly actions: readonly RunAction[];
}

export interface RunProgress {
  /** What `epoch` and `epochs` count: epochs of a training, cases of an inference, stages of a preflight. */
  readonly unit: 'epoch' | 'case' | 'stage';
  readonly epoch: number;
  readonly epochs: number;
  /** 0..1 within the whole run, by iterations. */
  readonly fraction: number;
  readonly loss?: number;
  readonly metric?: {
    readonly name: string;
    readonly value: number;
    readonly best: number;
    readonly bestEpoch: number;
  };
  /** Seconds. */
  readonly elapsed?: number;
  readonly remaining?: number;
}

/** One curve; `x` in epochs, ascending. */
export interface Series {
  readonly name: string;
  readonly kind: 'loss' | 'metric' | 'lr';
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface RunFailure {
  readonly title: string;
  readonly detail: string;
  readonly next: string;
  /** 0-based line of the log that shows it. */
  readonly logLine?: number;
}

export type RunAction = 'cancel' | 'resume' | 'infer' | 'openLog' | 'openFolder';

/** What the page may ask of the extension. */
export interface RunHost {
  ready(): Promise<RunView>;
  act(action: RunAction): void;
  openLog(line: number): void;
}

/** What the extension may ask of the page. */
export interface RunPage {
  show(view: RunView): void;
  /** Text to append to the log; `reset` first drops what is there. */
  log(text: string, reset: boolean): void;
}
