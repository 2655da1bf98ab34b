import { t } from '@vscode/l10n';
import { namesOf } from './classes.ts';
import { joinPath } from '../mmar/environment.ts';
import { isValues } from '../mmar/kind.ts';

/** Modules of custom/ as they are imported: file -> "package.module". */
export function moduleName(root: string, path: string): string | undefined {
  const folder = `${joinPath(root, 'custom')}/`;
  if (!path.startsWith(folder) || !path.endsWith('.py')) return undefined;
  const parts = path.slice(folder.length, -'.py'.length).split('/');
  if (parts.at(-1) === '__init__') parts.pop();
  return parts.length > 0 ? parts.join('.') : undefined;
}

/** Module -> names that it defines, for every module of custom/. */
export function customNames(
  root: string,
  files: readonly string[],
  read: (path: string) => string | undefined,
): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const path of files) {
    const name = moduleName(root, path);
    if (name !== undefined) found.set(name, namesOf(read(path) ?? ''));
  }
  return found;
}

/** First parts of import paths that come with the engine or with Clara. */
export const libraries: ReadonlySet<string> = new Set([
  ...['monai', 'torch', 'torchvision', 'ignite', 'numpy', 'scipy', 'skimage', 'builtins'],
  ...['medl', 'aiaa', 'nvflare', 'automl', 'dlmed', 'monailabel'],
]);

/** "module.Class", in any alphabet that Python takes. */
export function isImportPath(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)+$/u.test(text);
}

/** Import paths of a config that lead into custom/, with the module that should hold each. */
export function importPaths(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(importPaths);
  if (!isValues(value)) return [];
  const path = value['path'];
  const own = typeof path === 'string' && isImportPath(path) ? [path] : [];
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, inner]) =>
      // What lies directly in args is an argument, deeper things may be components.
      key === 'args' && isValues(inner)
        ? Object.values(inner).flatMap(importPaths)
        : importPaths(inner),
    ),
  ];
}

interface Config {
  readonly path: string;
  readonly value: unknown;
}

/** Modules that configs import and that custom/ has not, or has with nothing in them. */
export function customProblems(
  root: string,
  configs: readonly Config[],
  files: readonly string[],
  read: (path: string) => string | undefined,
): { path: string; message: string }[] {
  const modules = customNames(root, files, read);
  const tops = new Set([...modules.keys()].map(name => name.split('.')[0]));
  const problems = new Map<string, string>();
  for (const config of configs)
    for (const path of importPaths(config.value)) {
      const module = path.slice(0, path.lastIndexOf('.'));
      const top = path.split('.')[0] ?? path;
      if (libraries.has(top) && !tops.has(top)) continue;
      const place = joinPath(root, `custom/${module.replaceAll('.', '/')}.py`);
      const user = config.path.slice(config.path.lastIndexOf('/') + 1);
      const names = modules.get(module);
      if (!names)
        problems.set(place, t('{0} is missing; {1} uses {2}.', shortOf(place, root), user, path));
      else if (names.length === 0)
        problems.set(place, t('{0} is empty; {1} uses {2}.', shortOf(place, root), user, path));
    }
  return [...problems].map(([path, message]) => ({ path, message }));
}

function shortOf(path: string, root: string): string {
  return root === '' ? path : path.slice(root.length + 1);
}
