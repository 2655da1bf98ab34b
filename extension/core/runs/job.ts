import { t } from '@vscode/l10n';

/** Slurm's own words (`man squeue`, JOB STATE CODES); the process scheduler of this machine uses the same. */
export type JobState =
  | 'PENDING'
  | 'RUNNING'
  | 'COMPLETING'
  | 'COMPLETED'
  | 'FAILED'
  | 'CANCELLED'
  | 'TIMEOUT'
  | 'OUT_OF_MEMORY'
  | 'NODE_FAIL'
  | 'PREEMPTED'
  | 'REQUEUED'
  | 'SUSPENDED'
  | 'DEADLINE'
  | 'BOOT_FAIL';

const live: ReadonlySet<JobState> = new Set([
  'PENDING',
  'RUNNING',
  'COMPLETING',
  'REQUEUED',
  'SUSPENDED',
]);

/** True while the scheduler may still change the state by itself. */
export const isLive = (state: JobState): boolean => live.has(state);

export type Purpose = 'train' | 'infer' | 'preflight';

/** What a run does, as its title says it. */
export function purposeName(purpose: Purpose): string {
  switch (purpose) {
    case 'train':
      return t('Train');
    case 'infer':
      return t('Infer');
    case 'preflight':
      return t('Preflight');
  }
}

/** What `run.json` in a run folder says: written once, never changed. */
export interface RunRecord {
  /** Name of the run folder: `20261124-141530-spleen-k3f9`, only `[A-Za-z0-9._-]`. */
  readonly id: string;
  readonly purpose: Purpose;
  /** The MMAR's folder name as the user sees it. */
  readonly mmar: string;
  /** Absolute path of the MMAR on the machine that submitted, to find it again there. */
  readonly mmarPath: string;
  /** Config file within the MMAR, e.g. `config/config_train.json`. */
  readonly config: string;
  /** Run id of the training whose weights an inference uses. */
  readonly parent?: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly scheduler: 'process' | 'slurm';
  /** The command in the bundle's folder, without the interpreter. */
  readonly command: readonly string[];
  readonly resumeCommand?: readonly string[];
  /** Names of the values of one label, `{"1": "spleen"}`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Cases of an inference: files as the submitting machine knows them. */
  readonly cases?: readonly RunCase[];
}

export interface RunCase {
  readonly image: string;
  readonly label?: string;
}

/** What the scheduler and the run folder say of a run now. */
export interface JobStatus {
  readonly state: JobState;
  readonly jobId: string;
  /** Slurm's pending reason, or why the process scheduler calls it failed. */
  readonly reason: string;
  readonly exitCode?: number;
  /** Unix seconds. */
  readonly started?: number;
  readonly ended?: number;
  /** 1 for the first submission, one more for each resume. */
  readonly attempt: number;
  readonly logSize: number;
  readonly progressSize: number;
}
