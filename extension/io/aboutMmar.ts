import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { resolvedPath, variablesOf } from '../core/mmar/environment.ts';
import { isValues } from '../core/mmar/kind.ts';
import type { BundleCopy, JsonObject, MmarAbout } from '../core/mmar/toBundle.ts';
import { weightsPath } from '../core/runs/planRun.ts';
import { isFile, mmarFiles, readJsonFile } from './mmarFolder.ts';

export interface AboutSource {
  /** Absolute folder. */
  readonly mmar: string;
  /** The training config, below the MMAR. */
  readonly config: string;
  readonly train: unknown;
  readonly environment: unknown;
}

/** Reads what an MMAR says of itself beside its configs. What is missing or broken is left out. */
export async function readAbout({
  mmar,
  config,
  train,
  environment,
}: AboutSource): Promise<MmarAbout> {
  const variables = variablesOf({
    config: train,
    environment: isValues(environment) ? environment : {},
  });
  const placed = (name: string): string | undefined => {
    const found = resolvedPath(variables[name], variables);
    return found === undefined ? undefined : path.resolve(mmar, found);
  };
  const files = await mmarFiles(mmar);
  const text = async (below: string): Promise<string | undefined> => {
    const found = files.find(file => file.path.toLowerCase() === below);
    return found && (await readFile(found.file, 'utf8').catch(() => undefined));
  };
  const datalist = placed('DATASET_JSON');
  const data = await dataPlaces(mmar, placed('DATA_ROOT'), datalist);
  return {
    config,
    readme: await text('docs/readme.md'),
    license: await text('docs/license.txt'),
    logConfig: await text('resources/log.config'),
    aiaa: await valueOf(path.join(mmar, 'config', 'config_aiaa.json')),
    datalist: datalist === undefined ? undefined : await valueOf(datalist),
    variables: { ...data.variables, ...outputs },
    copies: [...(await weightFiles(placed)), ...data.copies],
    custom: files.flatMap(({ path: below }) =>
      below.startsWith('custom/') ? [below.slice('custom/'.length)] : [],
    ),
  };
}

const scriptPath = weightsPath.replace(/\.pt$/, '.ts');

/** What a bundle writes and loads lies in its own folder, never in the MMAR. */
const outputs: JsonObject = {
  MMAR_CKPT_DIR: 'models',
  MMAR_EVAL_OUTPUT_PATH: 'eval',
  MMAR_CKPT: weightsPath,
  MMAR_TORCHSCRIPT: scriptPath,
};

async function valueOf(file: string): Promise<unknown> {
  if (!(await isFile(file))) return undefined;
  const { value, problem } = await readJsonFile(file);
  return problem ? undefined : value;
}

/** Checkpoint and TorchScript, where there are any. */
async function weightFiles(placed: (name: string) => string | undefined): Promise<BundleCopy[]> {
  const copies: BundleCopy[] = [];
  for (const [variable, below] of [
    ['MMAR_CKPT', weightsPath],
    ['MMAR_TORCHSCRIPT', scriptPath],
  ] as const) {
    const file = placed(variable);
    if (file !== undefined && (await isFile(file))) copies.push({ path: below, file });
  }
  return copies;
}

/** Data stay where they are, by their absolute paths; a datalist that lies in the MMAR comes along. */
async function dataPlaces(
  mmar: string,
  root: string | undefined,
  datalist: string | undefined,
): Promise<Pick<MmarAbout, 'variables' | 'copies'>> {
  if (datalist === undefined)
    return { variables: root === undefined ? {} : { DATA_ROOT: root }, copies: [] };
  const isInside = !path.relative(mmar, datalist).startsWith('..') && (await isFile(datalist));
  const copy = 'configs/datalist.json';
  return {
    variables: {
      DATA_ROOT: root ?? path.dirname(datalist),
      DATASET_JSON: isInside ? copy : datalist,
    },
    copies: isInside ? [{ path: copy, file: datalist }] : [],
  };
}
