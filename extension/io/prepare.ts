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
import { readDatalist, type Datalist, type DatalistCase } from '../core/mmar/datalist.ts';
import { resolvedPath, variablesOf } from '../core/mmar/environment.ts';
import {
  toBundle,
  type Bundle,
  type BundleFinding,
  type BundleText,
} from '../core/mmar/toBundle.ts';
import { isValues } from '../core/mmar/kind.ts';
import { checkCases } from './caseCheck.ts';
import { RemoteError } from './errors.ts';
import { isFile, mmarFiles, readJsonFile, readOptionalJson } from './mmarFolder.ts';
import { checkPython } from './pythonCheck.ts';
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
    if (problem) problems.push({ message: problem.message, file });
    return value;
  };
  const environmentFile = at('environment.json');
  const hasEnvironment = await isFile(environmentFile);
  if (!hasEnvironment)
    problems.push({
      message: t(
        '{0} has no config/environment.json: create it with DATA_ROOT and DATASET_JSON.',
        path.basename(request.mmar),
      ),
      file: environmentFile,
    });
  const train = await read(path.join(request.mmar, request.config));
  const environment = hasEnvironment ? await read(environmentFile) : {};
  return {
    train,
    validation: await readOptionalJson(at('config_validation.json')),
    inference: await readOptionalJson(at('config_inference.json')),
    environment: isValues(environment) ? { ...environment } : {},
    problems,
  };
}

interface Data {
  readonly file: string;
  readonly root: string;
  /** Checkpoint that the MMAR names, there or not. */
  readonly weights: string;
  readonly lists: Record<string, readonly DatalistCase[]>;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly problems: Problem[];
}

/** The datalist, narrowed to the lists that the run reads; all paths absolute. */
async function readData(
  request: RunRequest,
  train: unknown,
  environment: Record<string, unknown>,
): Promise<Data> {
  const variables = variablesOf({ config: train, environment, set: request.set });
  const absolute = (name: string): string | undefined => {
    const found = resolvedPath(variables[name], variables);
    return found === undefined ? undefined : path.resolve(request.mmar, found);
  };
  const file = absolute('DATASET_JSON') ?? '';
  const root = absolute('DATA_ROOT') ?? path.dirname(file);
  const weights = absolute('MMAR_CKPT') ?? path.join(request.mmar, weightsPath);
  const none = { file, root, weights, lists: {} };
  const environmentFile = path.join(request.mmar, 'config', 'environment.json');
  if (!(await isFile(file)))
    return {
      ...none,
      problems: [
        {
          message: file
            ? t('The datalist {0} does not exist. Correct DATASET_JSON.', file)
            : t('environment.json does not say where the datalist is: set DATASET_JSON.'),
          file: environmentFile,
        },
      ],
    };
  const { value, problem } = await readJsonFile(file);
  if (problem) return { ...none, problems: [{ message: problem.message, file }] };
  const datalist = readDatalist(value, root);
  return { ...none, ...narrow(request, train, datalist, file), labels: datalist.labels };
}

function narrow(
  request: RunRequest,
  train: unknown,
  datalist: Datalist,
  file: string,
): Pick<Data, 'lists' | 'problems'> {
  const wanted = request.purpose === 'infer' ? [request.list ?? 'test'] : listsOf(train);
  const lists: Record<string, readonly DatalistCase[]> = {};
  const problems: Problem[] = datalist.problems
    .filter(p => p.severity === 'error')
    .map(p => ({ message: p.message, file }));
  for (const name of wanted) {
    const cases = datalist.lists[name];
    if (cases && cases.length > 0) lists[name] = cases;
    else
      problems.push({
        message: t('The datalist {0} has no cases in "{1}".', path.basename(file), name),
        file,
      });
  }
  return { lists, problems };
}

/** Lists that a training config reads. */
function listsOf(train: unknown): string[] {
  const of = (section: string, fallback: string): string => {
    const part = isValues(train) ? train[section] : undefined;
    const dataset = isValues(part) ? part['dataset'] : undefined;
    const key = isValues(dataset) ? dataset['data_list_key'] : undefined;
    return typeof key === 'string' ? key : fallback;
  };
  return [...new Set([of('train', 'training'), of('validate', 'validation')])];
}

function compile(
  request: RunRequest,
  configs: Configs,
  data: Data,
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
  { data, bundle, files }: { data: Data; bundle: Bundle; files: MmarFile[] },
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
