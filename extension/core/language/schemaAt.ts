import type { JSONSchema } from 'vscode-json-languageservice';
import type { ConfigModel } from '../config/model.ts';
import type { JsonPath } from '../config/finding.ts';
import type { Schemas } from '../config/schemas.ts';

export type SchemaNode = JSONSchema;

/** The schemas that hold for the value at a path, alternatives included. */
export function schemasAt({ kind }: ConfigModel, schemas: Schemas, path: JsonPath): SchemaNode[] {
  const root =
    kind === undefined ? undefined : (schemas as Readonly<Record<string, JSONSchema>>)[kind];
  if (!root) return [];
  let found = spread(root, root, 6);
  for (const step of path)
    found = found.flatMap(schema => below(schema, step)).flatMap(each => spread(each, root, 6));
  return found;
}

function below(schema: SchemaNode, step: string | number): SchemaNode[] {
  if (typeof step === 'number') {
    const { items } = schema;
    const list = Array.isArray(items) ? items : [items];
    return list.filter(isSchema);
  }
  const properties = schema.properties ?? {};
  const own = Object.hasOwn(properties, step) ? properties[step] : schema.additionalProperties;
  return [own].filter(isSchema);
}

/** With what it refers to and all that it may be. */
function spread(schema: SchemaNode, root: SchemaNode, depth: number): SchemaNode[] {
  if (depth === 0) return [];
  const parts = [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
    schema.if,
    schema.then,
    schema.else,
    referred(schema.$ref, root),
  ].filter(isSchema);
  return [schema, ...parts.flatMap(each => spread(each, root, depth - 1))];
}

function referred(ref: string | undefined, root: SchemaNode): SchemaNode | undefined {
  const name = /^#\/definitions\/(.+)$/.exec(ref ?? '')?.[1];
  const found = name === undefined ? undefined : root.definitions?.[name];
  return isSchema(found) ? found : undefined;
}

const isSchema = (value: unknown): value is SchemaNode =>
  typeof value === 'object' && value !== null;
