import { t } from '@vscode/l10n';
import type { JSONSchema } from 'vscode-json-languageservice';
import { placeholders } from '../../mmar/environment.ts';
import { closest } from '../closest.ts';
import type { Finding } from '../finding.ts';
import { keyOf, rangeOf, type ConfigDoc } from '../parse.ts';
import type { SchemaKind } from '../schemas.ts';
import { textValues } from '../walk.ts';

/**
 * Flags a variable of the writer's own that nothing in the file uses and that is spelt almost like
 * a known one: `learning_rat`. In a datalist the same goes for lists: `trainin`.
 */
export function misspeltVariable(doc: ConfigDoc, kind: SchemaKind, schema: JSONSchema): Finding[] {
  const known = new Set(Object.keys(schema.properties ?? {}));
  const properties = doc.root?.type === 'object' ? (doc.root.children ?? []) : [];
  const present = new Set(properties.map(keyOf));
  const missing = [...known].filter(key => !present.has(key));
  const used = new Set(
    textValues(doc.root).flatMap(({ value }) => [...value.matchAll(placeholders())].map(m => m[1])),
  );
  return properties.flatMap(property => {
    const key = keyOf(property);
    const value = property.children?.[1];
    if (key === undefined || !value) return [];
    // Lists and objects of other kinds are the schema's business.
    if (kind !== 'datalist' && (value.type === 'object' || value.type === 'array')) return [];
    if (known.has(key) || used.has(key)) return [];
    const meant = closest(key, missing);
    if (meant === undefined) return [];
    const range = rangeOf(property.children?.[0] ?? property);
    const message =
      kind === 'datalist'
        ? t('"{0}" is not known here. Did you mean "{1}"?', key, meant)
        : t('"{0}" is used nowhere. Did you mean "{1}"?', key, meant);
    return [{ code: 'misspelt-variable', severity: 'warning', range, message }];
  });
}
