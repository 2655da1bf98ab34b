import { t } from '@vscode/l10n';
import { runKinds, type Check } from './check.ts';
import { closest } from '../closest.ts';
import type { Finding, JsonPath } from '../finding.ts';
import { fieldOf, keyOf, type ConfigDoc, type ConfigNode } from '../parse.ts';
import type { ConfigModel } from '../model.ts';
import { sectionsOf, type TextValue } from '../walk.ts';

/** Flags `@name` (4.1), alone or in a `#` expression, that names no object of this config. */
export const unresolvedReference: Check = {
  codes: [
    {
      code: 'unresolved-reference',
      severity: 'error',
      summary: 'A reference to an object that does not exist',
    },
  ],
  kinds: [...runKinds],
  run: referencesToNothing,
};

function referencesToNothing({ doc, texts }: ConfigModel): Finding[] {
  return texts.flatMap(text =>
    !/^[@#]/.test(text.value) || isSearch(text.path)
      ? []
      : referencesIn(doc, text).flatMap(found => check(doc, found)),
  );
}

/** AutoML's `search` and `apply` give `@` another meaning (attribute, alias). */
function isSearch(path: JsonPath): boolean {
  return path.includes('search') || path.includes('apply');
}

interface Reference {
  readonly name: string;
  readonly offset: number;
}

function referencesIn(doc: ConfigDoc, { node, value }: TextValue): Reference[] {
  if (!/^[@#]/.test(value)) return [];
  const pattern = value.startsWith('#') ? /@([A-Za-z_]\w*)/g : /^"?@([A-Za-z_]\w*)/g;
  const written = doc.text.slice(node.offset, node.offset + node.length);
  return [...written.matchAll(pattern)].map(match => ({
    name: match[1] ?? '',
    offset: node.offset + match.index + match[0].indexOf('@'),
  }));
}

function check(doc: ConfigDoc, { name, offset }: Reference): Finding[] {
  const known = objectsIn(doc);
  if (known.has(name)) return [];
  const meant = closest(name, known);
  const type = fieldOf(doc.root, name)?.type;
  const isVariable = type !== undefined && type !== 'object' && type !== 'array';
  const message = isVariable
    ? t('"{0}" is a variable, not an object: write "{1}".', name, `{${name}}`)
    : meant === undefined
      ? t('"@{0}" names nothing in this file. There are: {1}.', name, [...known].join(', '))
      : t('"@{0}" names nothing in this file. Did you mean "@{1}"?', name, meant);
  const range = { offset, length: name.length + 1 };
  return [{ code: 'unresolved-reference', severity: 'error', range, message }];
}

const objects = new WeakMap<ConfigDoc, Set<string>>();

function objectsIn(doc: ConfigDoc): Set<string> {
  const found = objects.get(doc) ?? objectsFor(doc);
  objects.set(doc, found);
  return found;
}

/** The parts of all sections (validate uses train's model, train uses validate's evaluator), and @conf. */
function objectsFor(doc: ConfigDoc): Set<string> {
  const parts = sectionsOf(doc).flatMap(({ node }) => (node.children ?? []).filter(isObject));
  const found = new Set([...parts.flatMap(property => keyOf(property) ?? []), 'conf']);
  const isHalf = ['train', 'validate'].filter(name => fieldOf(doc.root, name)).length === 1;
  // Without the other half (misspelt, perhaps) nobody knows what is in it.
  if (isHalf) for (const name of vocabulary) found.add(name);
  return found;
}

/** All objects that a config can have. */
const vocabulary = [
  ...['model', 'optimizer', 'lr_scheduler', 'loss', 'pre_transforms', 'dataset', 'dataloader'],
  ...['inferer', 'post_transforms', 'key_metric', 'additional_metrics', 'handlers', 'evaluator'],
];

function isObject(property: ConfigNode): boolean {
  const type = property.children?.[1]?.type;
  return (type === 'object' || type === 'array') && !notObjects.has(keyOf(property) ?? '');
}

const notObjects = new Set(['search', 'determinism']);
