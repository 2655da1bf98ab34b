import { t } from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Purpose, RunRecord } from '../core/runs/job.ts';
import type { Resources, RunPlan } from '../core/runs/plan.ts';
import {
  hasEqualStems,
  makeRunId,
  planRun,
  runVariables,
  weightsPath,
  type MmarFile,
} from '../core/runs/planRun.ts';
import {
  toBundle,
  type Bundle,
  type BundleFinding,
  type BundleText,
} from '../core/mmar/toBundle.ts';
import { isValues } from '../core/mmar/kind.ts';
import { checkCases } from './caseCheck.ts';
import { RemoteError } from './errors.ts';
import { isFile, mmarFiles, readJsonFile } from './mmarFolder.ts';
import { checkPython } from './pythonCheck.ts';
import { readData, type RunData } from './runData.ts';
import type { Transport } from './transport.ts';

export interface RunRequest {
  readonly purpose: Purpose;
  /** Absolute folder of the MMAR. */
  readonly mmar: string;
  /** Training config below the MMAR, also for an inference: it holds the network. */
  readonly config: string;
  /** `--set`: wins over everything in the MMAR. */
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  /** List of the datalist that an inference reads. */
  readonly list?: string;
  /** Run whose best model an inference uses; absent: the MMAR's own models/model.pt. */
  readonly parent?: string;
}

/** Where the run will be, as far as preparing needs to know. */
export interface Target {
  readonly transport: Transport;
  readonly python: string;
  readonly scheduler: RunRecord['scheduler'];
  readonly inPlace: boolean;
  readonly resources: Resources;
  /** Source of the bundle's `scripts/mmar_runtime.py`. */
  readonly runtime: string;
  /** The modules that a preflight adds to the bundle. */
  readonly preflight?: () => Promise<readonly BundleText[]>;
}

/** Something in the MMAR or its data that makes a run pointless. */
export interface Problem {
  readonly message: string;
  /** File to open. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
}

export interface Prepared {
  /** Absent when there are problems. */
  readonly plan?: RunPlan;
  readonly problems: readonly Problem[];
  readonly findings: readonly BundleFinding[];
}

/**
 * Reads an MMAR from disk and plans a run of it, or says everything that stands in the way:
 * broken configs, missing or unreadable volumes, modules that do not parse. Sends nothing.
 */
export async function prepareRun(
  request: RunRequest,
  target: Target,
  signal: AbortSignal,
): Promise<Prepared> {
  const configs = await readConfigs(request);
  if (configs.problems.length > 0) return { problems: configs.problems, findings: [] };
  const data = await readData(request, configs.train, configs.environment);
  if (data.problems.length > 0) return { problems: data.problems, findings: [] };

  const cases = Object.values(data.lists).flat();
  const scripts = await scriptsOf(request, target);
  const bundle = compile(request, configs, data, { ...target, scripts });
  const files = await runFiles(request, data.weights);
  const problems = [
    ...bundleProblems(bundle, request),
    ...(await checkPython(target.transport, target.python, files, signal)).map(broken => ({
      message: t('{0}, line {1}: {2}', broken.path, broken.line, broken.message),
      file: path.join(request.mmar, broken.path),
      line: broken.line,
    })),
    ...(await checkWeights(request, data.weights)),
    ...(await checkCases(cases, data.file, request.purpose !== 'infer', signal)),
  ];
  if (problems.length > 0) return { problems, findings: bundle.findings };
  return {
    plan: plan(request, target, { data, bundle, files }),
    problems,
    findings: bundle.findings,
  };
}

async function scriptsOf(
  { purpose }: RunRequest,
  { preflight }: Target,
): Promise<readonly BundleText[] | undefined> {
  if (purpose !== 'preflight') return undefined;
  if (preflight) return preflight();
  throw new RemoteError('missing', t('This installation is incomplete: it has no preflight.'));
}

interface Configs {
  readonly train: unknown;
  readonly validation: unknown;
  readonly inference: unknown;
  readonly environment: Record<string, unknown>;
  readonly problems: Problem[];
}

async function readConfigs(request: RunRequest): Promise<Configs> {
  const at = (name: string): string => path.join(request.mmar, 'config', name);
  const problems: Problem[] = [];
  const read = async (file: string): Promise<unknown> => {
    const { value, problem } = await readJsonFile(file);
    if (problem) problems.push({ ...problem, file });
    return value;
  };
  const environmentFile = at('environment.json');
  const hasEnvironment = await isFile(environmentFile);
  if (!hasEnvironment) problems.push(noEnvironment(request, environmentFile));
  const train = await read(path.join(request.mmar, request.config));
  const environment = hasEnvironment ? await read(environmentFile) : {};
  const inferenceFile = at('config_inference.json');
  const infers = request.purpose === 'infer' && (await isFile(inferenceFile));
  return {
    train,
    validation: await readIfWhole(at('config_validation.json')),
    inference: await (infers ? read(inferenceFile) : readIfWhole(inferenceFile)),
    environment: isValues(environment) ? { ...environment } : {},
    problems,
  };
}

const noEnvironment = ({ mmar }: RunRequest, file: string): Problem => ({
  message: t(
    '{0} has no config/environment.json: create it with DATA_ROOT and DATASET_JSON.',
    path.basename(mmar),
  ),
  file,
});

/** A config that this run does not execute: one that is broken is as good as none. */
async function readIfWhole(file: string): Promise<unknown> {
  if (!(await isFile(file))) return undefined;
  const { value, problem } = await readJsonFile(file);
  return problem ? undefined : value;
}

function compile(
  request: RunRequest,
  configs: Configs,
  data: RunData,
  target: Pick<Target, 'runtime' | 'inPlace'> & { scripts: readonly BundleText[] | undefined },
): Bundle {
  const cases = Object.values(data.lists).flat();
  return toBundle({
    train: configs.train,
    validation: configs.validation,
    inference: configs.inference,
    environment: configs.environment,
    set: {
      ...request.set,
      ...runVariables({
        inPlace: target.inPlace,
        dataRoot: data.root,
        parent: request.parent,
      }),
    },
    ...(request.purpose === 'infer' ? { inferenceList: request.list ?? 'test' } : {}),
    keepFolders: hasEqualStems(cases),
    runtime: target.runtime,
    ...(target.scripts ? { scripts: target.scripts } : {}),
    name: path.basename(request.mmar),
  });
}

/** What of the compiler's findings stops this run. */
function bundleProblems(bundle: Bundle, request: RunRequest): Problem[] {
  const sources = request.purpose === 'infer' ? ['train', 'inference'] : ['train'];
  const inTrain = path.join(request.mmar, request.config);
  const inInference = path.join(request.mmar, 'config', 'config_inference.json');
  return bundle.findings
    .filter(f => f.severity === 'error' && sources.includes(f.source))
    .map(f => ({
      message: `${f.path.join('.')}: ${f.message}`,
      file: f.source === 'inference' ? inInference : inTrain,
    }));
}

/** The MMAR's files, and its weights where it has any and no run lends its own. */
async function runFiles(request: RunRequest, weights: string): Promise<MmarFile[]> {
  const files = await mmarFiles(request.mmar);
  const wanted = request.parent === undefined && (await isFile(weights));
  return wanted ? [...files, { path: weightsPath, file: weights }] : files;
}

async function checkWeights(request: RunRequest, weights: string): Promise<Problem[]> {
  if (request.purpose !== 'infer' || request.parent !== undefined) return [];
  if (await isFile(weights)) return [];
  return [
    {
      message: t(
        '{0} has no {1} yet: train it first, or choose a run to infer with.',
        path.basename(request.mmar),
        path.relative(request.mmar, weights),
      ),
    },
  ];
}

function plan(
  request: RunRequest,
  target: Target,
  { data, bundle, files }: { data: RunData; bundle: Bundle; files: MmarFile[] },
): RunPlan {
  const created = new Date().toISOString();
  const name = path.basename(request.mmar);
  return planRun({
    id: makeRunId(created, name, randomBytes(3).toString('hex')),
    created,
    purpose: request.purpose,
    mmar: { name, path: request.mmar },
    config: request.config,
    parent: request.parent,
    scheduler: target.scheduler,
    dataRoot: data.root,
    lists: data.lists,
    labels: data.labels,
    files,
    bundle,
    inPlace: target.inPlace,
    python: target.python,
    resources: target.resources,
  });
}
