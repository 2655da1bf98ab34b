import { customNames } from '../byoc/modules.ts';
import { joinPath, resolvedPath, variablesOf } from '../mmar/environment.ts';
import { isValues } from '../mmar/kind.ts';
import { parseConfig, valueOf } from './parse.ts';

/** What a file defines or names: all that checks need to know besides the text. */
export interface Facts {
  /** environment.json of the MMAR; undefined: the MMAR has none. */
  readonly environment?: Readonly<Record<string, unknown>> | undefined;
  /** Values of `--set KEY=VALUE`. */
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  /** Folder that relative paths start from: the MMAR's root. */
  readonly root?: string | undefined;
  /** For a datalist: the folder that its paths start from. */
  readonly dataRoot?: string | undefined;
  /** undefined: not known, say nothing. */
  readonly fileExists: (path: string) => boolean | undefined;
  /** Module (as imported) -> names that it defines, of custom/; '*' where a star import hides them. */
  readonly customNames?: ReadonlyMap<string, readonly string[]> | undefined;
}

export const noFacts: Facts = { fileExists: () => undefined };

/** What a caller has to read, so that facts come out the same in the editor and in CI. */
export interface FactSources {
  readonly root: string;
  /** Text of config/environment.json; undefined: there is none. */
  readonly environment: string | undefined;
  /** Python files of custom/: path -> text. */
  readonly custom: ReadonlyMap<string, string>;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly fileExists: Facts['fileExists'];
  /** The file that is checked: a datalist without DATA_ROOT starts from its own folder. */
  readonly file: string;
}

export function makeFacts(sources: FactSources): Facts {
  const { root, custom, set, fileExists, file } = sources;
  const value =
    sources.environment === undefined ? undefined : valueOf(parseConfig(sources.environment));
  const environment = isValues(value) ? value : sources.environment === undefined ? undefined : {};
  const dataRoot = resolvedPath(environment?.['DATA_ROOT'], variablesOf({ environment, set }));
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  return {
    environment,
    set,
    root,
    dataRoot: dataRoot === undefined ? folder : joinPath(root, dataRoot),
    fileExists,
    customNames: customNames(root, [...custom.keys()], path => custom.get(path)),
  };
}

/** The datalist that an environment.json names, as a whole path. */
export function datalistOf(root: string, environment: string): string | undefined {
  const value = valueOf(parseConfig(environment));
  if (!isValues(value)) return undefined;
  const path = resolvedPath(value['DATASET_JSON'], variablesOf({ environment: value }));
  return path === undefined ? undefined : joinPath(root, path);
}
