import {
  getLanguageService,
  TextDocument,
  type JSONSchema,
  type LanguageService,
} from 'vscode-json-languageservice';
import type { Finding } from './finding.ts';
import { jsonTree } from './jsonTree.ts';
import type { ConfigDoc } from './parse.ts';
import { fitsSchema } from './schemaFit.ts';
import { explainProblems, type Problem } from './schemaProblems.ts';
import type { SchemaKind, Schemas } from './schemas.ts';

/** What the schema of this kind of file says, in our words. Never throws. */
export async function schemaFindings(
  doc: ConfigDoc,
  kind: SchemaKind,
  schemas: Schemas,
): Promise<Finding[]> {
  if (!doc.root || fitsSchema(doc, schemas[kind])) return [];
  const service = serviceFor(schemas);
  const text = TextDocument.create(`mmar:/files/${kind}.json`, 'json', 0, doc.text);
  const tree = service.newJSONDocument(jsonTree(doc.root, doc.text));
  const diagnostics = await service.doValidation(text, tree, { schemaValidation: 'error' });
  if (diagnostics.length === 0) return [];
  const problems = diagnostics.map(({ range, message }): Problem => {
    const offset = text.offsetAt(range.start);
    const length = text.offsetAt(range.end) - offset;
    return {
      range: { offset, length },
      message: typeof message === 'string' ? message : message.value,
    };
  });
  const matching = await service.getMatchingSchemas(text, tree);
  const known = new Map<number, Set<string>>();
  for (const { node, schema } of matching)
    if (node.type === 'object') addKeys(known, node.offset, schema);
  return explainProblems(doc, kind, problems, known);
}

/** The keys that an object may have, by the place of its brace. */
function addKeys(known: Map<number, Set<string>>, offset: number, schema: JSONSchema): void {
  const keys = known.get(offset) ?? new Set();
  known.set(offset, keys);
  for (const [key, value] of Object.entries(schema.properties ?? {}))
    if (value !== false) keys.add(key);
}

const services = new WeakMap<Schemas, LanguageService>();

/** One service for one set of schemas, since it resolves each schema once. */
function serviceFor(schemas: Schemas): LanguageService {
  const kept = services.get(schemas);
  if (kept) return kept;
  const service = getLanguageService({});
  service.configure({
    validate: true,
    schemas: Object.entries(schemas).map(([kind, schema]) => ({
      uri: `mmar:/schemas/${kind}.json`,
      fileMatch: [`mmar:/files/${kind}.json`],
      // The service writes into what it is given.
      schema: JSON.parse(JSON.stringify(schema)) as JSONSchema,
    })),
  });
  services.set(schemas, service);
  return service;
}
