import { t } from '@vscode/l10n';
import { closest } from './closest.ts';
import type { Finding, Range } from './finding.ts';
import { fieldOf, headOf, keyOf, rangeOf, type ConfigDoc, type ConfigNode } from './parse.ts';
import type { SchemaKind } from './schemas.ts';

/** What the JSON service says, in its own words. */
export interface Problem {
  readonly range: Range;
  readonly message: string;
}

/** Keys of which one is enough: a misspelt one explains why another seems to be missing. */
const alternatives = [
  ['name', 'path', 'ref', 'ts_path', 'ckpt_path'],
  ['metrics', 'key_metric'],
  ['AIAA', 'TRITON'],
];

/** Says each problem in words of MMARs, at the key that it is about, once. */
export function explainProblems(
  doc: ConfigDoc,
  kind: SchemaKind,
  problems: readonly Problem[],
  known: ReadonlyMap<number, ReadonlySet<string>>,
): Finding[] {
  const places = placesOf(doc);
  const keysOf = (object: ConfigNode) => known.get(object.offset) ?? new Set<string>();
  const found = new Map<string, Finding>();
  for (const problem of problems) {
    const finding = explain(problem, kind, places, keysOf);
    found.set(`${finding.range.offset} ${finding.code} ${finding.message}`, finding);
  }
  return [...found.values()];
}

interface Places {
  readonly objects: Map<number, ConfigNode>;
  readonly properties: Map<number, ConfigNode>;
  /** By place and length: in YAML an object starts where its first key does. */
  readonly values: Map<string, ConfigNode>;
}

/** Where the service points to: an object's key or brace, a property's key, a value. */
function placesOf(doc: ConfigDoc): Places {
  const places: Places = { objects: new Map(), properties: new Map(), values: new Map() };
  const visit = (node: ConfigNode): void => {
    if (node.type === 'object') places.objects.set(headOf(node).offset, node);
    if (node.type === 'property') places.properties.set(node.offset, node);
    else places.values.set(placeKey(rangeOf(node)), node);
    const children = node.children ?? [];
    (node.type === 'property' ? children.slice(1) : children).forEach(visit);
  };
  if (doc.root) visit(doc.root);
  return places;
}

function placeKey({ offset, length }: Range): string {
  return `${offset} ${length}`;
}

type KeysOf = (object: ConfigNode) => ReadonlySet<string>;

function explain(problem: Problem, kind: SchemaKind, places: Places, keysOf: KeysOf): Finding {
  const { message, range } = problem;
  const missing = /^Missing property "(.*)"\.$/.exec(message)?.[1];
  const object = places.objects.get(range.offset);
  if (missing !== undefined && object) return missingKey(missing, object, range, keysOf);
  const property = places.properties.get(range.offset);
  if (/^Property .* is not allowed\.$/.test(message) && property)
    return unknownKey(property, keysOf);
  const value = places.values.get(placeKey(range));
  const expected = /^Incorrect type\. Expected (?:one of )?(.*)\.$/.exec(message)?.[1];
  if (expected === undefined || !value) return finding('wrong-value', range, message);
  if (isUnknownSection(value, kind, keysOf) && value.parent)
    return unknownKey(value.parent, keysOf);
  return finding(
    'wrong-type',
    range,
    t(
      'Expected {0}, found {1}.',
      expected.split(', ').map(typeInWords).join(t(' or ')),
      typeInWords(value.type),
    ),
  );
}

/** A list or an object at the top of a config must be a section: variables are simple values. */
function isUnknownSection(value: ConfigNode, kind: SchemaKind, keysOf: KeysOf): boolean {
  const property = value.parent;
  const root = property?.parent;
  if (!property || !root || root.parent || kind === 'datalist') return false;
  const isKnown = keysOf(root).has(keyOf(property) ?? '');
  return !isKnown && (value.type === 'object' || value.type === 'array');
}

function missingKey(name: string, object: ConfigNode, range: Range, keysOf: KeysOf): Finding {
  const sameUse = alternatives.find(group => group.includes(name)) ?? [name];
  for (const property of object.children ?? []) {
    const meant = meantKey(property, keysOf(object), object);
    if (meant !== undefined && sameUse.includes(meant)) return unknownKey(property, keysOf);
  }
  if (name === 'name')
    return finding(
      'missing-key',
      range,
      t('A component needs a "name", or a "path" to its class.'),
    );
  if (name === 'key_metric')
    return finding(
      'missing-key',
      range,
      t('"key_metric" is missing (in the 4.0 dialect: "metrics").'),
    );
  return finding('missing-key', range, t('"{0}" is missing.', name));
}

/** The key that was meant by one that is not known: known, and not there yet. */
function meantKey(
  property: ConfigNode,
  known: ReadonlySet<string>,
  object: ConfigNode,
): string | undefined {
  const key = keyOf(property);
  if (key === undefined || known.has(key)) return undefined;
  return closest(
    key,
    [...known].filter(candidate => !fieldOf(object, candidate)),
  );
}

function unknownKey(property: ConfigNode, keysOf: KeysOf): Finding {
  const object = property.parent ?? property;
  const key = keyOf(property) ?? '';
  const place = rangeOf(property.children?.[0] ?? property);
  const known = keysOf(object);
  if (known.has(key)) return finding('wrong-form', place, wrongForm(key));
  const meant = meantKey(property, known, object);
  return finding(
    'unknown-key',
    place,
    meant === undefined
      ? t('"{0}" is not known here. Known: {1}.', key, [...known].join(', '))
      : t('"{0}" is not known here. Did you mean "{1}"?', key, meant),
  );
}

function wrongForm(key: string): string {
  if (key === 'key_metric' || key === 'additional_metrics')
    return t(
      '"{0}" is the 4.1 form and "metrics" the 4.0 form of the same; give one of them.',
      key,
    );
  return t('"{0}" cannot be given together with its neighbours here.', key);
}

const words: Record<string, () => string> = {
  string: () => t('text in quotes'),
  number: () => t('a number'),
  integer: () => t('a whole number'),
  boolean: () => t('true or false'),
  object: () => t('an object {...}'),
  array: () => t('a list [...]'),
  null: () => 'null',
};

function typeInWords(type: string): string {
  const bare = type.replaceAll('"', '');
  return words[bare]?.() ?? bare;
}

function finding(code: string, range: Range, message: string): Finding {
  return { code, severity: 'error', range, message };
}
