import type { Catalog } from '../config/catalog.ts';
import { propertyOf, fieldOf, type ConfigNode } from '../config/parse.ts';
import type { ComponentKind, ComponentSpec } from '../config/spec.ts';
import type { Ask } from './complete.ts';
import type { LanguageContext } from './context.ts';
import type { Place } from './place.ts';
import { argLines, argsObject, componentSnippet, neededArgs } from './skeleton.ts';
import { byocClasses, kindsAt, scopeOf, type ByocClass } from './slot.ts';
import { escapeSnippet, offerRaw, offerText, type Completion, type Offer } from './write.ts';

type NamePlace = Extract<Place, { what: 'componentName' }>;

/** How a component is named at this place. */
interface Candidate {
  readonly label: string;
  readonly name: string;
  readonly key: string;
  readonly offer: Offer;
}

/** Names of components: those that fit the place first, then classes of custom/, then the rest. */
export function completeNames(ask: Ask<NamePlace>): Completion[] {
  const { at, place } = ask;
  const typed = String(place.node.value);
  return candidates(ask, place.by, place.kinds, typed.includes('.')).map(candidate => {
    const rename = candidate.key === place.by ? [] : renamedKey(at, place, candidate.key);
    const offer = { ...candidate.offer, also: rename };
    return withArgs(ask, candidate, offer) ?? offerText(at, candidate.name, offer);
  });
}

/** A class of custom/ needs `path` where `name` was begun. */
function renamedKey(at: Ask['at'], place: NamePlace, key: string) {
  const written = place.node.parent?.children?.[0];
  // the key lies before the caret's word, so its place is the same in the text as it was given
  if (!written || at.commaAt !== undefined) return [];
  return [{ range: { offset: written.offset, length: written.length }, text: `"${key}"` }];
}

/** The arguments that it needs come along, where there are none yet. */
function withArgs(ask: Ask<NamePlace>, { name }: Candidate, offer: Offer): Completion | undefined {
  const { at, place, context } = ask;
  const object = place.node.parent?.parent;
  if (!object || hasOthers(object)) return undefined;
  const needed = neededArgs(at.model, context, name);
  if (needed.length === 0 || place.path.length < 2) return undefined;
  const style = { syntax: at.syntax, flow: at.flow };
  const isBlock = at.syntax === 'yaml' && !at.flow;
  if (isBlock) {
    const lines = argLines(at.model, needed, style, '');
    return offerRaw(at, [escapeSnippet(name), ...lines].join('\n'), offer);
  }
  const rest =
    at.model.form === 'bundle'
      ? argLines(at.model, needed, style, '')
      : [argsObject(at.model, needed, style)];
  return offerRaw(at, [`"${escapeSnippet(name)}"`, ...rest].join(',\n'), offer);
}

/** Anything beside its name. */
const hasOthers = (object: ConfigNode): boolean =>
  (object.children ?? []).length > 1 ||
  propertyOf(object, 'args') !== undefined ||
  fieldOf(object, 'ref') !== undefined;

/** `{"name": ...}` as a whole, where a component belongs and nothing is written yet. */
export function completeWholeComponents(ask: Ask): Completion[] {
  const { at, place, context } = ask;
  if (at.quote !== '' || at.role !== 'value') return [];
  const kinds = kindsAt(at.model, context, place.path);
  if (!kinds) return [];
  const key = at.model.form === 'bundle' ? '_target_' : 'name';
  const style = { syntax: at.syntax, flow: at.flow };
  return candidates(ask, key, kinds, false, 'fitting').map(({ name, key: by, offer }) => {
    const made = componentSnippet(at.model, context, { key: by, name }, style);
    const isBlockValue = at.syntax === 'yaml' && !at.flow && typeof place.path.at(-1) === 'string';
    const snippet = isBlockValue ? `\n  ${made.replaceAll('\n', '\n  ')}` : made;
    return offerRaw(at, snippet, offer);
  });
}

function candidates(
  { at, context }: Ask,
  by: string,
  kinds: readonly ComponentKind[] | undefined,
  asPath: boolean,
  which: 'all' | 'fitting' = 'all',
): Candidate[] {
  const scope = scopeOf(at.model);
  const isPath = asPath || by === 'path';
  const own = byocClasses(context).map(found => byocCandidate(found, by));
  const fitting = kinds ? context.catalog.byKind(kinds) : usable(context.catalog);
  const fits = new Set(fitting);
  const others =
    which === 'fitting' || !kinds ? [] : usable(context.catalog).filter(spec => !fits.has(spec));
  const make = (spec: ComponentSpec, sort: string): Candidate => {
    const name =
      isPath || (scope === 'bundle' && !isFoundByName(context, spec)) ? spec.path : spec.name;
    const label = asPath ? spec.path : spec.name;
    return { label, name, key: by, offer: offerOf(spec, label, `${sort}${spec.name}`) };
  };
  const order = new Map((kinds ?? []).map((kind, i) => [kind, i]));
  return [
    ...own,
    ...fitting.map(spec => make(spec, `1${spec.deprecation ? 'z' : (order.get(spec.kind) ?? 0)}`)),
    ...others.map(spec => make(spec, '8')),
  ];
}

const offerOf = (spec: ComponentSpec, label: string, sort: string): Offer => ({
  label,
  kind: 'component',
  detail: spec.publicModule,
  about: { component: spec.path },
  sort,
  isDeprecated: spec.deprecation !== undefined,
});

function byocCandidate({ path, made }: ByocClass, by: string): Candidate {
  const key = by === 'name' ? 'path' : by;
  const offer: Offer = {
    label: path,
    kind: 'class',
    detail: made.doc,
    about: { component: path },
    sort: `0${path}`,
  };
  return { label: path, name: path, key, offer };
}

const byName = new WeakMap<ComponentSpec, boolean>();

/** A bundle finds by its short name only what MONAI defines, and only where it is not ambiguous. */
function isFoundByName({ catalog }: LanguageContext, spec: ComponentSpec): boolean {
  const kept = byName.get(spec);
  if (kept !== undefined) return kept;
  const found = catalog.candidates(spec.name, 'bundle');
  const isFound = found.length === 1 && found[0] === spec;
  byName.set(spec, isFound);
  return isFound;
}

const known = new WeakMap<Catalog, readonly ComponentSpec[]>();

/** All that is worth naming in a config. */
function usable(catalog: Catalog): readonly ComponentSpec[] {
  const kept = known.get(catalog);
  if (kept) return kept;
  const made = catalog.byKind(allKinds);
  known.set(catalog, made);
  return made;
}

const allKinds: readonly ComponentKind[] = [
  ...([
    'transform',
    'dict_transform',
    'loss',
    'optimizer',
    'lr_scheduler',
    'network',
    'block',
    'layer',
  ] as const),
  ...([
    'dataset',
    'dataloader',
    'sampler',
    'inferer',
    'handler',
    'ignite_metric',
    'metric',
  ] as const),
  ...(['trainer', 'evaluator', 'engine', 'reader', 'writer'] as const),
];
