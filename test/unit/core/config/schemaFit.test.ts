import assert from 'node:assert/strict';
import { getLanguageService, TextDocument, type JSONSchema } from 'vscode-json-languageservice';
import { jsonTree } from '../../../../extension/core/config/jsonTree.ts';
import { parseConfig } from '../../../../extension/core/config/parse.ts';
import { parseYaml } from '../../../../extension/core/config/parseYaml.ts';
import { fitsSchema } from '../../../../extension/core/config/schemaFit.ts';
import type { SchemaKind } from '../../../../extension/core/config/schemas.ts';
import { brokenConfigs } from './brokenConfigs.ts';
import { unmarked } from './expectFindings.ts';
import * as good from './goodConfigs.ts';
import { schemas } from './schemas.ts';

const service = getLanguageService({});

/** What the JSON service thinks, from a schema of its own. */
async function isValid(text: string, kind: SchemaKind): Promise<boolean> {
  const doc = kind === 'clusters' ? parseYaml(text) : parseConfig(text);
  if (!doc.root) return false;
  const document = TextDocument.create('f:/x.json', 'json', 0, text);
  const schema = JSON.parse(JSON.stringify(schemas[kind])) as JSONSchema;
  const tree = service.newJSONDocument(jsonTree(doc.root, text));
  return (
    (await service.doValidation(document, tree, { schemaValidation: 'error' }, schema)).length === 0
  );
}

const fits = (text: string, kind: SchemaKind): boolean =>
  fitsSchema(kind === 'clusters' ? parseYaml(text) : parseConfig(text), schemas[kind]);

suite('fitsSchema', () => {
  test('takes the good files, so that the service need not be asked', () => {
    const files: [SchemaKind, string][] = [
      ['train', good.train41],
      ['train', good.train40],
      ['validation', good.validation41],
      ['inference', good.inference40],
      ['environment', good.environment],
      ['aiaa', good.aiaa],
      ['datalist', good.datalist],
      ['clusters', good.clusters],
    ];
    for (const [kind, text] of files) assert.ok(fits(text, kind), kind);
  });

  test('never takes what the service refuses', async () => {
    for (const { name, kind, marked } of brokenConfigs) {
      if (!(kind in schemas)) continue;
      const text = unmarked(marked);
      const of = kind as SchemaKind;
      assert.equal(fits(text, of), await isValid(text, of), name);
    }
  });

  test('in doubt it does not take', () => {
    const doc = parseConfig('{"a": 1}');
    assert.equal(fitsSchema(doc, { dependencies: { a: ['b'] } }), false);
    assert.equal(fitsSchema(doc, { properties: { a: { $ref: 'http://elsewhere' } } }), false);
    assert.equal(fitsSchema(doc, {}), true);
  });
});
