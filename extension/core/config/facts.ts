import { customNames, moduleName } from '../byoc/modules.ts';
import { parsePython, type PyModule } from '../byoc/python.ts';
import { readDatalist, type Datalist } from '../mmar/datalist.ts';
import { joinPath, resolvedPath, variablesOf } from '../mmar/environment.ts';
import { configKind, isValues } from '../mmar/kind.ts';
import type { NiftiHeader } from '../volume/nifti.ts';
import { makeModel, type ConfigModel } from './model.ts';
import { parseConfig, valueOf } from './parse.ts';
import { parseYaml } from './parseYaml.ts';

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
  /** Module -> what is in it, of custom/. */
  readonly customModules?: ReadonlyMap<string, PyModule> | undefined;
  /** The other configs of the MMAR or bundle, by path. */
  readonly others?: ReadonlyMap<string, ConfigModel> | undefined;
  /** The datalist that environment.json names; undefined: not known. */
  readonly datalist?: Datalist | undefined;
  /** Value of a bundle's metadata.json. */
  readonly metadata?: unknown;
  /** Header of a volume; undefined: not known (yet), say nothing. */
  readonly volumeHeader?: ((path: string) => NiftiHeader | undefined) | undefined;
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
  readonly others?: Facts['others'];
  /** Text of the datalist that environment.json names. */
  readonly datalist?: string | undefined;
  /** Text of metadata.json of a bundle. */
  readonly metadata?: string | undefined;
  readonly volumeHeader?: Facts['volumeHeader'];
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
    customModules: customModules(root, custom),
    others: sources.others,
    datalist: sources.datalist === undefined ? undefined : datalistIn(sources.datalist),
    metadata: sources.metadata === undefined ? undefined : valueOf(parseConfig(sources.metadata)),
    volumeHeader: sources.volumeHeader,
  };
}

/** The datalist that an environment.json names, as a whole path. */
export function datalistOf(root: string, environment: string): string | undefined {
  const value = valueOf(parseConfig(environment));
  if (!isValues(value)) return undefined;
  const path = resolvedPath(value['DATASET_JSON'], variablesOf({ environment: value }));
  return path === undefined ? undefined : joinPath(root, path);
}

/** The datalist as the run reads it; where its files lie is of no matter here. */
function datalistIn(text: string): Datalist | undefined {
  const value = valueOf(parseConfig(text));
  return isValues(value) ? readDatalist(value, '') : undefined;
}

function customModules(root: string, custom: ReadonlyMap<string, string>): Map<string, PyModule> {
  return new Map(
    [...custom].flatMap(([path, text]): [string, PyModule][] => {
      const name = moduleName(root, path);
      return name === undefined ? [] : [[name, parsePython(text)]];
    }),
  );
}

/** Another config as facts hold it. */
export function otherConfig(path: string, text: string): ConfigModel {
  const doc = /\.ya?ml$/i.test(path) ? parseYaml(text) : parseConfig(text);
  return makeModel(doc, configKind(path, valueOf(doc)));
}
