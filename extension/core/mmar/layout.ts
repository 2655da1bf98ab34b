import { t } from '@vscode/l10n';
import { parseConfig, valueOf } from '../config/parse.ts';
import { classesOf, type PythonClass } from '../byoc/classes.ts';
import { dialectOf, type Dialect } from './dialect.ts';
import { readDatalist } from './datalist.ts';
import { joinPath, resolvedPath, variablesOf, type Variables } from './environment.ts';
import { configKind, isValues, type ConfigKind } from './kind.ts';
import { customProblems } from '../byoc/modules.ts';

export interface MmarProblem {
  /** The file that the problem is in, or that is missing. */
  readonly path: string;
  readonly message: string;
}

export interface MmarDatalist {
  readonly path: string;
  readonly lists: readonly { readonly name: string; readonly count: number }[];
}

/** What an MMAR consists of, and what of it is broken or missing. All paths are as in `files`. */
export interface Mmar {
  readonly name: string;
  readonly root: string;
  readonly dialect: Dialect;
  readonly configs: readonly { readonly path: string; readonly kind: ConfigKind }[];
  readonly components: readonly {
    readonly path: string;
    readonly classes: readonly PythonClass[];
  }[];
  readonly models: readonly { readonly path: string }[];
  readonly datalists: readonly MmarDatalist[];
  readonly problems: readonly MmarProblem[];
}

const ignored = /(^|\/)(node_modules|\.mmar|dist|\.git|__pycache__)\//;
const mmarNames = /^(config_(train|finetune|valid|infer|aiaa|automl|fed_)|trn_).*\.json$/i;
const neighbours = ['commands', 'custom', 'models', 'resources'];

/**
 * Roots of the MMARs among relative paths of a workspace: folders with a `config/` that holds JSON
 * by the names of an MMAR, or any JSON beside another folder of the layout. The workspace itself is ''.
 */
export function findMmars(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  const candidates = new Map<string, boolean>(); // root -> found by a name
  for (const path of paths) {
    if (ignored.test(path)) continue;
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join('/'));
    if (parts.at(-2) !== 'config' || !/\.json$/i.test(path)) continue;
    const root = parts.slice(0, -2).join('/');
    candidates.set(root, candidates.get(root) === true || mmarNames.test(parts.at(-1) ?? ''));
  }
  return [...candidates]
    .filter(([root, named]) => named || neighbours.some(name => folders.has(joinPath(root, name))))
    .map(([root]) => root)
    .sort();
}

export interface MmarSource {
  readonly root: string;
  /** Relative paths of the workspace, those outside of the MMAR included or not. */
  readonly files: readonly string[];
  /** undefined: there is no such file. */
  readonly read: (path: string) => string | undefined;
}

interface ReadConfig {
  readonly path: string;
  readonly kind: ConfigKind;
  readonly value: unknown;
}

/** Describes an MMAR however broken it is. */
export function describeMmar({ root, files, read }: MmarSource): Mmar {
  const inside = root === '' ? files : files.filter(path => path.startsWith(`${root}/`));
  const below = (folder: string) =>
    inside.filter(path => path.startsWith(`${joinPath(root, folder)}/`));
  const problems: MmarProblem[] = [];
  const configs = readConfigs(below('config'), read, problems);
  const environment = environmentOf(root, configs, problems);
  if (!configs.some(({ kind }) => kind === 'train'))
    problems.push({
      path: joinPath(root, 'config'),
      message: t('No training configuration in config/ (a JSON file with "train" and "validate").'),
    });
  const components = below('custom')
    .filter(path => path.endsWith('.py') && !ignored.test(path))
    .map(path => ({ path, classes: classesOf(read(path) ?? '') }))
    .filter(({ path, classes }) => classes.length > 0 || !path.endsWith('/__init__.py'));
  problems.push(...customProblems(root, configs, below('custom'), read));
  const datalists = readDatalists(root, configs, environment, read, problems);
  const dialects = configs
    .filter(({ kind }) => kind === 'train')
    .map(({ value }) => dialectOf(value));
  return {
    name: root.split('/').at(-1) ?? root,
    root,
    dialect: dialects.includes('4.1') ? '4.1' : '4.0',
    configs: configs.map(({ path, kind }) => ({ path, kind })),
    components,
    models: below('models')
      .filter(path => /\.(pt|pth|ts|onnx)$/i.test(path))
      .map(path => ({ path })),
    datalists,
    problems,
  };
}

function readConfigs(
  paths: readonly string[],
  read: MmarSource['read'],
  problems: MmarProblem[],
): ReadConfig[] {
  return paths
    .filter(path => /\.json$/i.test(path))
    .flatMap(path => {
      const text = read(path);
      if (text === undefined) {
        problems.push({ path, message: t('This file cannot be read.') });
        return [];
      }
      const doc = parseConfig(text);
      const [first] = doc.findings;
      if (first) {
        const line = text.slice(0, first.range.offset).split('\n').length;
        problems.push({ path, message: t('Line {0}: {1}', line, first.message) });
      }
      const value = valueOf(doc);
      const kind = configKind(path, value);
      return kind && kind !== 'bundle' ? [{ path, kind, value }] : [];
    });
}

function environmentOf(
  root: string,
  configs: readonly ReadConfig[],
  problems: MmarProblem[],
): Variables | undefined {
  const path = joinPath(root, 'config/environment.json');
  const found = configs.find(config => config.path === path);
  if (!found) {
    const message = t('config/environment.json is missing: it says where data and models are.');
    problems.push({ path, message });
  }
  return isValues(found?.value) ? variablesOf({ environment: found.value }) : undefined;
}

/** The datalist that environment.json names, and those kept in the MMAR itself. */
function readDatalists(
  root: string,
  configs: readonly ReadConfig[],
  environment: Variables | undefined,
  read: MmarSource['read'],
  problems: MmarProblem[],
): MmarDatalist[] {
  const own = configs.filter(({ kind }) => kind === 'datalist').map(({ path }) => path);
  const named = resolvedPath(environment?.['DATASET_JSON'], environment ?? {});
  const path = named === undefined ? undefined : joinPath(root, named);
  if (environment && path === undefined)
    problems.push({
      path: joinPath(root, 'config/environment.json'),
      message: t('environment.json has no DATASET_JSON, the path of the datalist.'),
    });
  return [...new Set([...(path === undefined ? [] : [path]), ...own])].flatMap(file => {
    const text = read(file);
    if (text === undefined) {
      problems.push({
        path: file,
        message: t('DATASET_JSON names {0}, which does not exist.', file),
      });
      return [];
    }
    const doc = parseConfig(text);
    const { lists, problems: found } = readDatalist(valueOf(doc), '');
    const message = doc.findings[0]?.message ?? found.find(p => p.severity === 'error')?.message;
    // What lies in config/ was looked at already.
    if (message !== undefined && !(own.includes(file) && doc.findings[0]))
      problems.push({ path: file, message });
    const counts = Object.entries(lists).map(([name, cases]) => ({ name, count: cases.length }));
    return [{ path: file, lists: counts }];
  });
}
