import { t } from '@vscode/l10n';
import path from 'node:path';
import { readDatalist, type Datalist, type DatalistCase } from '../core/mmar/datalist.ts';
import {
  resolveText,
  resolvedPath,
  variablesOf,
  type Variables,
} from '../core/mmar/environment.ts';
import { isValues } from '../core/mmar/kind.ts';
import { weightsPath } from '../core/runs/planRun.ts';
import { isFile, readJsonFile } from './mmarFolder.ts';
import type { Problem, RunRequest } from './prepare.ts';

export interface RunData {
  /** The datalist. */
  readonly file: string;
  readonly root: string;
  /** Checkpoint that the MMAR names, there or not. */
  readonly weights: string;
  readonly lists: Record<string, readonly DatalistCase[]>;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly problems: readonly Problem[];
}

/** The datalist, narrowed to the lists that the run reads; all paths absolute. */
export async function readData(
  request: RunRequest,
  train: unknown,
  environment: Record<string, unknown>,
): Promise<RunData> {
  const variables = variablesOf({ config: train, environment, set: request.set });
  const absolute = (name: string): string | undefined => {
    const found = resolvedPath(variables[name], variables);
    return found === undefined ? undefined : path.resolve(request.mmar, found);
  };
  const file = absolute('DATASET_JSON') ?? '';
  const root = absolute('DATA_ROOT') ?? path.dirname(file);
  const weights = absolute('MMAR_CKPT') ?? path.join(request.mmar, weightsPath);
  const none = { file, root, weights, lists: {} };
  if (!(await isFile(file))) return { ...none, problems: [absentDatalist(request, file)] };
  const { value, problem } = await readJsonFile(file);
  if (problem) return { ...none, problems: [{ ...problem, file }] };
  const datalist = readDatalist(value, root);
  const wanted = request.purpose === 'infer' ? [request.list ?? 'test'] : listsOf(train, variables);
  const lists = chosenLists(datalist, wanted);
  const problems = [
    ...datalistProblems(datalist, wanted, file, request.purpose),
    ...(request.purpose !== 'infer' && loadsLabels(train, variables)
      ? unlabelled(lists, file)
      : []),
  ];
  return { ...none, lists, problems, labels: datalist.labels };
}

function absentDatalist(request: RunRequest, file: string): Problem {
  return {
    message: file
      ? t('The datalist {0} does not exist. Correct DATASET_JSON in environment.json.', file)
      : t('environment.json does not say where the datalist is: set DATASET_JSON.'),
    file: path.join(request.mmar, 'config', 'environment.json'),
  };
}

const chosenLists = (
  { lists }: Datalist,
  wanted: readonly string[],
): Record<string, readonly DatalistCase[]> =>
  Object.fromEntries(
    wanted.flatMap(name => {
      const cases = Object.hasOwn(lists, name) ? lists[name] : undefined;
      return cases && cases.length > 0 ? [[name, cases]] : [];
    }),
  );

/** What is wrong with the lists that the run reads; the others are not its business. */
function datalistProblems(
  { lists, problems }: Datalist,
  wanted: readonly string[],
  file: string,
  purpose: RunRequest['purpose'],
): Problem[] {
  const name = path.basename(file);
  const mine = problems.filter(
    p => p.severity === 'error' && (p.path.length === 0 || wanted.includes(String(p.path[0]))),
  );
  const broken = mine.map(p => ({
    message: t(
      '{0}, {1}: {2} Correct the datalist.',
      name,
      p.path.map(String).join('.'),
      p.message,
    ),
    file,
  }));
  if (mine.some(p => p.path.length === 0)) return broken;
  const filled = Object.keys(lists).filter(key => (lists[key] ?? []).length > 0);
  const absent = wanted
    .filter(key => !filled.includes(key) && !mine.some(p => p.path[0] === key))
    .map(key => ({
      message: t(
        'The datalist {0} has no cases in "{1}", only in: {2}. {3}',
        name,
        key,
        filled.join(', ') || t('none'),
        purpose === 'infer'
          ? t('Choose another list, or add cases.')
          : t('Correct data_list_key in the training config, or add cases.'),
      ),
      file,
    }));
  return [...broken, ...absent];
}

/** Lists that a training config reads. */
function listsOf(train: unknown, variables: Variables): string[] {
  const of = (section: string, fallback: string): string => {
    const part = isValues(train) ? train[section] : undefined;
    const dataset = isValues(part) ? part['dataset'] : undefined;
    const key = isValues(dataset) ? dataset['data_list_key'] : undefined;
    return typeof key === 'string' ? String(resolveText(key, variables)) : fallback;
  };
  return [...new Set([of('train', 'training'), of('validate', 'validation')])];
}

/** True when the transforms of a segmentation take "label"; the values of a classification are no files. */
function loadsLabels(train: unknown, variables: Variables): boolean {
  if (variables['PROCESSING_TASK'] === 'classification') return false;
  const part = isValues(train) ? train['train'] : undefined;
  const transforms = isValues(part) ? part['pre_transforms'] : undefined;
  return (Array.isArray(transforms) ? (transforms as unknown[]) : []).some(transform => {
    const args = isValues(transform) ? transform['args'] : undefined;
    const keys = isValues(args) ? args['keys'] : undefined;
    return keys === 'label' || (Array.isArray(keys) && keys.includes('label'));
  });
}

function unlabelled(lists: RunData['lists'], file: string): Problem[] {
  return Object.entries(lists).flatMap(([name, cases]) => {
    const bare = cases.filter(c => c.label === undefined);
    const [first] = bare;
    if (!first) return [];
    return [
      {
        message: t(
          '{0} of {1} cases of "{2}" in {3} have no "label", the first is {4}. Add it, or take the case out.',
          bare.length,
          cases.length,
          name,
          path.basename(file),
          first.image[0] ?? '',
        ),
        file,
      },
    ];
  });
}
