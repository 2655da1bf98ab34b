/** What a preflight found, as `scripts/mmar_preflight` of the bundle writes it down. */
export interface PreflightReport {
  /** False where it broke off: what is here was found before. */
  readonly finished: boolean;
  /** No errors; warnings do not count. */
  readonly ok: boolean;
  readonly seconds: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly device: { readonly name: string; readonly total: number | undefined } | undefined;
  readonly stages: readonly PreflightStage[];
  readonly faults: readonly PreflightFault[];
  /** Components that could not be tried because of what they refer to. */
  readonly blocked: readonly { readonly id: string; readonly by: string }[];
  readonly transforms: readonly TransformList[];
  readonly step: PreflightStep | undefined;
  readonly memory: PreflightMemory | undefined;
}

export interface PreflightStage {
  readonly name: string;
  readonly seconds: number;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly skipped: string;
}

/** Which file of the MMAR the ids of a fault belong to. */
export type PreflightConfig = 'train' | 'validation' | 'inference';

export interface PreflightFault {
  readonly stage: string;
  readonly config: PreflightConfig;
  /** Id in the bundle, `train::preprocessing::transforms::6`; '' for the file as a whole. */
  readonly id: string;
  /** Path of an argument below it. */
  readonly arg: readonly (string | number)[];
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** What kind of fault: unknown-arg, missing-arg, target, construct, call, file, memory... */
  readonly kind: string;
  /** Python's exception type, or ''. */
  readonly type: string;
  /** Class of the component, as the bundle names it. */
  readonly target: string;
  /** The innermost last. */
  readonly frames: readonly PreflightFrame[];
  /** Id of an earlier fault that this one may follow from. */
  readonly follows: string;
  /** Id of a component that this one is about, too. */
  readonly about: string;
  readonly case: { readonly section: string; readonly index: number } | undefined;
}

export interface PreflightFrame {
  /** Relative to the bundle, or to site-packages. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly function: string;
}

export interface TransformList {
  readonly config: PreflightConfig;
  readonly section: string;
  /** `preprocessing` or `postprocessing`. */
  readonly list: string;
  readonly steps: readonly TransformStep[];
}

export interface TransformStep {
  readonly name: string;
  readonly seconds: number;
  readonly samples: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

export interface PreflightStep {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly loss: number | undefined;
  readonly seconds: number;
}

/** Bytes. */
export interface PreflightMemory {
  readonly input: readonly number[];
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
  readonly activations: number;
  readonly atLeast: number;
  /** Peak of a real step on the GPU. */
  readonly measured: number | undefined;
  /** Mixed precision: half of the activations was counted. */
  readonly half: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const numbersOf = (value: unknown): number[] => listOf(value).flatMap(n => numberOf(n) ?? []);

/** Undefined for a text that is no report. What a report lacks is left empty: it may have broken off. */
export function decodeReport(text: string): PreflightReport | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const from = fieldsOf(value);
  if (from['version'] !== 1) return undefined;
  const faults = listOf(from['faults']).map(decodeFault);
  return {
    finished: from['finished'] === true,
    ok: from['ok'] === true && !faults.some(f => f.severity === 'error'),
    seconds: numberOf(from['seconds']) ?? 0,
    versions: Object.fromEntries(
      Object.entries(fieldsOf(from['versions'])).map(([name, text]) => [name, textOf(text)]),
    ),
    device: from['device'] === undefined ? undefined : decodeDevice(fieldsOf(from['device'])),
    stages: listOf(from['stages']).map(decodeStage),
    faults,
    blocked: listOf(from['blocked']).map(item => {
      const { id, by } = fieldsOf(item);
      return { id: textOf(id), by: textOf(by) };
    }),
    transforms: listOf(from['transforms']).map(decodeList),
    step: from['step'] ? decodeStep(fieldsOf(from['step'])) : undefined,
    memory: from['memory'] ? decodeMemory(fieldsOf(from['memory'])) : undefined,
  };
}

const decodeDevice = (from: Fields): PreflightReport['device'] => ({
  name: textOf(from['name']),
  total: numberOf(from['total']),
});

function decodeStage(value: unknown): PreflightStage {
  const from = fieldsOf(value);
  const state = from['state'];
  return {
    name: textOf(from['name']),
    seconds: numberOf(from['seconds']) ?? 0,
    state: state === 'failed' || state === 'skipped' ? state : 'passed',
    skipped: textOf(from['skipped']),
  };
}

const configOf = (value: unknown): PreflightConfig =>
  value === 'validation' || value === 'inference' ? value : 'train';

function decodeFault(value: unknown): PreflightFault {
  const from = fieldsOf(value);
  const place = fieldsOf(from['case']);
  const index = numberOf(place['index']);
  return {
    stage: textOf(from['stage']),
    config: configOf(from['config']),
    id: textOf(from['id']),
    arg: listOf(from['arg']).filter(step => typeof step === 'string' || typeof step === 'number'),
    message: textOf(from['message']),
    severity: from['severity'] === 'warning' ? 'warning' : 'error',
    kind: textOf(from['kind']) || 'fault',
    type: textOf(from['type']),
    target: textOf(from['target']),
    frames: listOf(from['frames']).map(decodeFrame),
    follows: textOf(from['follows']),
    about: textOf(from['about']),
    case: index === undefined ? undefined : { section: textOf(place['section']), index },
  };
}

function decodeFrame(value: unknown): PreflightFrame {
  const from = fieldsOf(value);
  return {
    file: textOf(from['file']),
    line: numberOf(from['line']) ?? 0,
    function: textOf(from['function']),
  };
}

function decodeList(value: unknown): TransformList {
  const from = fieldsOf(value);
  return {
    config: configOf(from['config']),
    section: textOf(from['section']),
    list: textOf(from['list']),
    steps: listOf(from['steps']).map(item => {
      const step = fieldsOf(item);
      const shapes = Object.entries(fieldsOf(step['shapes']));
      return {
        name: textOf(step['name']),
        seconds: numberOf(step['seconds']) ?? 0,
        samples: numberOf(step['samples']) ?? 1,
        shapes: Object.fromEntries(shapes.map(([key, shape]) => [key, numbersOf(shape)])),
      };
    }),
  };
}

const decodeStep = (from: Fields): PreflightStep => ({
  input: numbersOf(from['input']),
  output: numbersOf(from['output']),
  loss: numberOf(from['loss']),
  seconds: numberOf(from['seconds']) ?? 0,
});

const decodeMemory = (from: Fields): PreflightMemory => ({
  input: numbersOf(from['input']),
  weights: numberOf(from['weights']) ?? 0,
  gradients: numberOf(from['gradients']) ?? 0,
  optimizer: numberOf(from['optimizer']) ?? 0,
  activations: numberOf(from['activations']) ?? 0,
  atLeast: numberOf(from['at_least']) ?? 0,
  measured: numberOf(from['measured']),
  half: from['half'] === true,
});
