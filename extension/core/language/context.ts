import type { PyModule } from '../byoc/python.ts';
import type { Catalog } from '../config/catalog.ts';
import type { CatalogDocs } from '../config/catalogDocs.ts';
import type { Changes } from '../config/changes.ts';
import type { DataFlow } from '../config/dataFlow.ts';
import type { Facts } from '../config/facts.ts';
import type { Range } from '../config/finding.ts';
import { makeModel, type ConfigModel } from '../config/model.ts';
import { parseConfig, type ConfigDoc } from '../config/parse.ts';
import { parseYaml } from '../config/parseYaml.ts';
import type { Schemas } from '../config/schemas.ts';
import type { Slots } from '../config/slots.ts';

/** A config of the MMAR or bundle, by its whole path. */
export interface LanguageFile {
  readonly path: string;
  readonly model: ConfigModel;
}

/** A module of custom/ (or scripts/ of a bundle). */
export interface LanguageModule {
  readonly path: string;
  /** As it is imported: "package.module". */
  readonly name: string;
  readonly text: string;
  readonly python: PyModule;
}

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** All that language features know beside the text: one MMAR or bundle. */
export interface LanguageContext {
  /** Path of the file that is looked at; it is one of `files`. */
  readonly file: string;
  readonly facts: Facts;
  readonly catalog: Catalog;
  readonly changes?: Changes | undefined;
  readonly slots: Slots;
  readonly dataFlow: DataFlow;
  readonly schemas: Schemas;
  readonly files: readonly LanguageFile[];
  readonly modules: readonly LanguageModule[];
  /** Of the user's own environment. */
  readonly docs?: CatalogDocs | undefined;
  /** undefined: no such folder, or not known. */
  readonly listFolder?: ((path: string) => readonly FolderEntry[] | undefined) | undefined;
}

/** A place in one of the files. */
export interface Located {
  readonly file: string;
  readonly range: Range;
}

export type Syntax = 'json' | 'yaml';

export const syntaxOf = (path: string): Syntax => (/\.ya?ml$/i.test(path) ? 'yaml' : 'json');

export const parseAs = (syntax: Syntax, text: string): ConfigDoc =>
  syntax === 'yaml' ? parseYaml(text) : parseConfig(text);

/** The same file with another text. */
export const withText = (model: ConfigModel, syntax: Syntax, text: string): ConfigModel =>
  makeModel(parseAs(syntax, text), model.kind);

export const isInside = ({ offset, length }: Range, at: number): boolean =>
  offset <= at && at <= offset + length;

export const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
