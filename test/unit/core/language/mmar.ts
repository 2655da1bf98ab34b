import { readFileSync } from 'node:fs';
import path from 'node:path';
import { moduleName } from '../../../../extension/core/byoc/modules.ts';
import { parsePython } from '../../../../extension/core/byoc/python.ts';
import { makeFacts } from '../../../../extension/core/config/facts.ts';
import { makeModel, type ConfigModel } from '../../../../extension/core/config/model.ts';
import { valueOf } from '../../../../extension/core/config/parse.ts';
import { loadSchemas } from '../../../../extension/core/config/schemas.ts';
import {
  parseAs,
  syntaxOf,
  type FolderEntry,
  type LanguageContext,
} from '../../../../extension/core/language/context.ts';
import { configKind } from '../../../../extension/core/mmar/kind.ts';
import { openCatalogs } from '../../../../extension/io/catalog.ts';

const repo = path.resolve(__dirname, '..', '..', '..', '..');
export const catalogs = openCatalogs(path.join(repo, 'mmar-schemas/components'));
export const schemas = loadSchemas(file =>
  readFileSync(path.join(repo, 'mmar-schemas', file), 'utf8'),
);

/** Texts by path below the MMAR; a folder is all that lies below it. */
export type Files = Readonly<Record<string, string>>;

export interface Setting {
  readonly context: LanguageContext;
  readonly model: ConfigModel;
  readonly offset: number;
  readonly text: string;
}

const root = '/m';

/** The file whose text has the mark `|` (`¦` where a pipe is needed), with the others around it. */
export function setting(files: Files, release = '0.8.1'): Setting {
  const marked = Object.entries(files).find(([, text]) => text.includes('¦'));
  const entries = Object.entries(files).map(([name, text]): [string, string] => [
    `${root}/${name}`,
    text.replace('¦', ''),
  ]);
  const texts = new Map(entries);
  const [name, text] = marked ?? ['', ''];
  const file = `${root}/${name}`;
  const models = entries.filter(([each]) => /\.(json|ya?ml)$/.test(each)).map(modelOf);
  const model = models.find(each => each.path === file)?.model;
  if (!model && !name.endsWith('.py')) throw new Error('no text has the mark');
  const context: LanguageContext = {
    file,
    facts: makeFacts({
      root,
      environment: texts.get(`${root}/config/environment.json`),
      custom: new Map(entries.filter(([each]) => each.endsWith('.py'))),
      fileExists: each => texts.has(each),
      file,
    }),
    catalog: catalogs.catalog(release),
    changes: catalogs.changes(),
    slots: catalogs.slots(),
    dataFlow: catalogs.dataFlow(),
    schemas,
    files: models,
    modules: entries.flatMap(([each, source]) => {
      const module = moduleName(root, each);
      if (module === undefined) return [];
      return [{ path: each, name: module, text: source, python: parsePython(source) }];
    }),
    listFolder: folder => entriesOf(folder, [...texts.keys()]),
  };
  const none = makeModel({ text: '', root: undefined, findings: [] }, undefined);
  return { context, model: model ?? none, offset: text.indexOf('¦'), text: text.replace('¦', '') };
}

function modelOf([file, text]: readonly [string, string]): { path: string; model: ConfigModel } {
  const doc = parseAs(syntaxOf(file), text);
  const isBundle = file.includes('/configs/');
  return {
    path: file,
    model: makeModel(doc, isBundle ? 'bundle' : configKind(file, valueOf(doc))),
  };
}

function entriesOf(folder: string, files: readonly string[]): FolderEntry[] | undefined {
  const below = files.filter(each => each.startsWith(`${folder}/`));
  if (below.length === 0) return undefined;
  const names = below.map(each => each.slice(folder.length + 1));
  return [...new Set(names.map(each => each.split('/')[0] ?? ''))].map(name => ({
    name,
    isFolder: names.some(each => each.startsWith(`${name}/`)),
  }));
}

export const environment = `{
  "DATA_ROOT": "data",
  "DATASET_JSON": "data/dataset.json",
  "MMAR_CKPT_DIR": "models",
  "MMAR_CKPT": "{MMAR_CKPT_DIR}/model.pt"
}`;

/** A training config of the 4.1 dialect with this in `train`. */
export const train = (inner: string): Files => ({
  'config/config_train.json': `{"epochs": 2, "train": {${inner}}}`,
  'config/environment.json': environment,
});
