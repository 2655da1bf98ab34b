import type { JSONSchema } from 'vscode-json-languageservice';

/** The kinds of file that have a schema. */
export type SchemaKind =
  'train' | 'validation' | 'inference' | 'environment' | 'aiaa' | 'datalist' | 'clusters';
export type Schemas = Readonly<Record<SchemaKind, JSONSchema>>;

/** Where each schema lies below mmar-schemas/. */
export const schemaFiles: Readonly<Record<SchemaKind, string>> = {
  train: 'mmar/train.schema.json',
  validation: 'mmar/validation.schema.json',
  inference: 'mmar/inference.schema.json',
  environment: 'mmar/environment.schema.json',
  aiaa: 'mmar/aiaa.schema.json',
  datalist: 'mmar/datalist.schema.json',
  clusters: 'cluster/clusters.schema.json',
};

/** All schemas through a reader of files: core itself reads none. */
export function loadSchemas(read: (file: string) => string): Schemas {
  const load = (kind: SchemaKind) => JSON.parse(read(schemaFiles[kind])) as JSONSchema;
  return {
    train: load('train'),
    validation: load('validation'),
    inference: load('inference'),
    environment: load('environment'),
    aiaa: load('aiaa'),
    datalist: load('datalist'),
    clusters: load('clusters'),
  };
}
