import { deriveInference, deriveValidation } from './bundle/derive.ts';
import { Notes, type BundleFinding, type BundleSource } from './bundle/findings.ts';
import { flatFile } from './bundle/flat.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from './bundle/json.ts';
import { sectionKeys } from './bundle/top.ts';
import { multiGpuFile, resumeFile, trainFile } from './bundle/train.ts';
import { Values } from './bundle/values.ts';
import { exportFiles } from './export.ts';
import type { BundleCopy, MmarAbout } from './export/about.ts';
import { metadata } from './export/metadata.ts';

export type { BundleFinding, BundleSource } from './bundle/findings.ts';
export type { BundleCopy, MmarAbout } from './export/about.ts';
export type { Json, JsonObject } from './bundle/json.ts';

/** What an MMAR is compiled from: the parsed files, and what `--set` adds. */
export interface BundleInput {
  readonly train: unknown;
  readonly validation?: unknown;
  readonly inference?: unknown;
  readonly environment?: unknown;
  /** Wins over environment.json, which wins over the configs' own variables (CLARA.md A.2). */
  readonly set?: JsonObject;
  /** List of the datalist that inference reads, instead of the one that its config names. */
  readonly inferenceList?: string;
  /** Saves predictions in the folders of their images below DATA_ROOT, where file names alone would collide. */
  readonly keepFolders?: boolean;
  /** Source of `scripts/mmar_runtime.py`. */
  readonly runtime: string;
  /** Further files of the bundle: the modules of a preflight. */
  readonly scripts?: readonly BundleText[];
  /** The MMAR's name, for metadata.json. */
  readonly name: string;
  /** Makes the bundle complete: docs, license, logging, weights. A run needs none of it. */
  readonly about?: MmarAbout | undefined;
}

export interface BundleText {
  /** Relative to the bundle's folder, `/` between. */
  readonly path: string;
  readonly text: string;
}

export interface Bundle {
  readonly files: readonly BundleText[];
  /** Files that are taken as they are; none without `about`. */
  readonly copies: readonly BundleCopy[];
  readonly findings: readonly BundleFinding[];
  /** True when nothing that training needs is missing. */
  readonly runnable: boolean;
}

/**
 * Compiles an MMAR of either dialect to a MONAI Bundle. Never throws: what does not map is a finding.
 * Files: configs/{train,evaluate,inference,resume,multi_gpu_train,metadata}.json, scripts/, conf.json;
 * with `about` also configs/logging.conf, docs/ and LICENSE.
 */
export function toBundle(input: BundleInput): Bundle {
  const environment = {
    ...(isObject(input.environment) ? input.environment : {}),
    ...input.about?.variables,
  };
  const { configs, findings } = compileConfigs(input, environment);
  const { value, assumed } = metadata({ ...input, environment }, configs);
  return {
    files: [
      ...textFiles(input, { ...configs, metadata: value }),
      ...completing(input, findings, assumed),
    ],
    copies: input.about?.copies ?? [],
    findings,
    runnable: !findings.some(f => f.severity === 'error' && f.source === 'train'),
  };
}

interface Configs {
  readonly trained: JsonObject;
  readonly evaluate: JsonObject;
  readonly inference: JsonObject;
}

function compileConfigs(
  input: BundleInput,
  environment: JsonObject,
): { configs: Configs; findings: BundleFinding[] } {
  const findings: BundleFinding[] = [];
  const train = isObject(input.train) ? input.train : {};
  const segmentation = environment['PROCESSING_TASK'] !== 'classification';
  const compile = (
    source: BundleSource,
    config: JsonObject,
    make: (context: Context, variables: JsonObject) => JsonObject,
  ): JsonObject => {
    const notes = new Notes(source);
    const variables = variablesOf(config, environment, input.set ?? {});
    const values = new Values(notes, new Set([...Object.keys(variables), 'device']), defaults);
    const made = make({ values, notes }, variables);
    findings.push(...notes.all);
    return made;
  };
  const trained = compile('train', train, (context, variables) =>
    trainFile(context, train, variables, segmentation),
  );
  const network = isObject(trained['network_def']) ? trained['network_def'] : undefined;
  const flat = (source: 'validation' | 'inference', given: unknown, derived: JsonObject) => {
    const base = isObject(given) ? given : derived;
    const config = source === 'inference' ? adjusted(base, input) : base;
    const before = findings.length;
    const made = compile(source, config, (context, variables) =>
      flatFile(context, config, variables, { network, segmentation }),
    );
    // what a derived config has to say was said of the training config already
    if (!isObject(given)) findings.length = before;
    return made;
  };
  const evaluate = flat('validation', input.validation, deriveValidation(train));
  const inference = flat('inference', input.inference, deriveInference(train));
  return { configs: { trained, evaluate, inference }, findings };
}

function completing(
  { about, name, ...input }: BundleInput,
  findings: readonly BundleFinding[],
  assumed: readonly string[],
): BundleText[] {
  if (!about) return [];
  const train = isObject(input.train) ? input.train : {};
  const hasOwn = { validation: isObject(input.validation), inference: isObject(input.inference) };
  return exportFiles({ name, about, train, findings, assumed, hasOwn });
}

function adjusted(config: JsonObject, { inferenceList, keepFolders }: BundleInput): JsonObject {
  const dataset = isObject(config['dataset']) ? config['dataset'] : {};
  const post = isList(config['post_transforms']) ? config['post_transforms'] : [];
  return {
    ...config,
    ...(inferenceList === undefined
      ? {}
      : { dataset: { ...dataset, data_list_key: inferenceList } }),
    ...(keepFolders === true ? { post_transforms: post.map(inFolders) } : {}),
  };
}

function inFolders(transform: Json): Json {
  if (!isObject(transform) || !/^SaveImage(d|D|Dict)$/.test(textOf(transform['name'])))
    return transform;
  const args = isObject(transform['args']) ? transform['args'] : {};
  return { ...transform, args: { data_root_dir: '{DATA_ROOT}', ...args } };
}

interface Context {
  values: Values;
  notes: Notes;
}

/** What `topIds` falls back to, for the user to read. */
const defaults: Readonly<Record<string, string>> = {
  DATA_ROOT: '.',
  DATASET_JSON: 'dataset.json',
  MMAR_CKPT_DIR: 'models',
  MMAR_EVAL_OUTPUT_PATH: 'eval',
  MMAR_CKPT: '{MMAR_CKPT_DIR}/model.pt',
  epochs: '1',
};

function variablesOf(config: JsonObject, environment: JsonObject, set: JsonObject): JsonObject {
  const own = Object.entries(config).filter(
    ([key, value]) => !sectionKeys.has(key) && !(isObject(value) || Array.isArray(value)),
  );
  const odd = Object.entries(config).filter(
    ([key, value]) => !sectionKeys.has(key) && (isObject(value) || Array.isArray(value)),
  );
  return { ...Object.fromEntries([...own, ...odd]), ...environment, ...set };
}

function textFiles(
  input: BundleInput,
  files: Configs & { readonly metadata: JsonObject },
): BundleText[] {
  const json = (path: string, value: unknown): BundleText => ({
    path,
    text: `${JSON.stringify(value, null, 2)}\n`,
  });
  return [
    json('configs/train.json', files.trained),
    json('configs/resume.json', resumeFile(files.trained)),
    json('configs/multi_gpu_train.json', multiGpuFile(files.trained)),
    json('configs/evaluate.json', files.evaluate),
    json('configs/inference.json', files.inference),
    json('configs/metadata.json', files.metadata),
    // kept out of the bundle's own configs: its "@x" would be taken for references
    json('conf.json', input.train),
    { path: 'scripts/__init__.py', text: '' },
    { path: 'scripts/mmar_runtime.py', text: input.runtime },
    ...(input.scripts ?? []),
  ];
}
