import { fieldOf, keyOf } from '../config/parse.ts';
import { elementsOf } from '../config/walk.ts';
import type { Ask } from './complete.ts';
import { dataKeysOf, lists } from './dataKeys.ts';
import { absoluteId, definedIds, fitsArg, nodeOfId, resolveBundleId } from './ids.ts';
import { innerRange, type Place } from './place.ts';
import { labelsFor } from './labels.ts';
import { variablesAt } from './variables.ts';
import { offerPart, offerText, type Completion, type Offer } from './write.ts';
import type { Mending } from './mend.ts';
import type { Range } from '../config/finding.ts';

/** A stretch of the mended text in the text as it was given. */
export function backTo(at: Mending, { offset, length }: Range, place: Place): Range {
  const inner = innerRange(at.model.doc.text, place.node);
  return { offset: at.inner.offset + offset - inner.offset, length };
}

export function completePlaceholders({
  at,
  place,
  context,
}: Ask<Extract<Place, { what: 'placeholder' }>>): Completion[] {
  const range = backTo(at, place.range, place);
  const close = place.isClosed ? '' : '}';
  return variablesAt(at.model, context)
    .filter(
      ({ name }) =>
        !(at.model.kind === 'environment' && keyOf(place.node.parent ?? place.node) === name),
    )
    .map(({ name, shown, origin }) =>
      offerPart(at, range, `${name}${close}`, {
        label: name,
        kind: 'variable',
        detail: shown,
        sort: `${origin === 'environment' ? 0 : 1}${name}`,
      }),
    )
    .map(item => ({ ...item, filter: item.label }));
}

export function completeReferences({
  at,
  place,
  context,
}: Ask<Extract<Place, { what: 'reference' }>>): Completion[] {
  const range = backTo(at, place.range, place);
  const written = place.name;
  const parent = /^([\s\S]*(?:::|#))\w*$/.exec(written)?.[1];
  if (at.model.form === 'bundle' && parent !== undefined)
    return subIds({ at, place, context }, parent, range);
  const isPart = at.quote !== '' || at.inner.length > 0;
  return definedIds(at.model, context, place.path).map(found => {
    const { name, detail } = found;
    const rank = fitsArg(at.model, context, place.path, found) ? 0 : name.includes('::') ? 2 : 1;
    const offer: Offer = {
      label: name,
      kind: 'reference',
      detail,
      sort: `${rank}${name}`,
    };
    // in YAML a bare @ is no text: quotes come along
    if (at.syntax === 'yaml' && at.quote === '')
      return offerText(at, `${place.sigil}${name}`, { ...offer, label: `${place.sigil}${name}` });
    return isPart ? offerPart(at, range, name, offer) : offerText(at, `@${name}`, offer);
  });
}

/** `@train::|`: what lies below an id. */
function subIds(
  { at, place, context }: Ask<Extract<Place, { what: 'reference' }>>,
  parent: string,
  range: Range,
): Completion[] {
  const id = absoluteId(parent.replace(/(::|#)$/, ''), place.path);
  const found =
    id === ''
      ? { value: at.model.doc.root }
      : (nodeOfId(at.model, id) ?? resolveBundleId(id, at.model, context));
  const value = found?.value;
  if (!value) return [];
  const names =
    value.type === 'array'
      ? (value.children ?? []).map((_, i) => String(i))
      : (value.children ?? []).flatMap(property => keyOf(property) ?? []);
  const tail = { offset: range.offset + parent.length, length: range.length - parent.length };
  return names
    .filter(name => !/^_\w+_$/.test(name))
    .map(name => offerPart(at, tail, name, { label: name, kind: 'reference', detail: id }));
}

/** Transforms of train that validate may take over, those that it has not yet first. */
export function completeRefs({ at, place }: Ask<Extract<Place, { what: 'ref' }>>): Completion[] {
  const used = new Set(
    elementsOf(fieldOf(fieldOf(at.model.doc.root, 'validate'), place.list)).flatMap(each => {
      const node = fieldOf(each, 'ref');
      return node && node !== place.node ? [String(node.value)] : [];
    }),
  );
  return labelsFor(at.model, place.list).map(({ name }, i) =>
    offerText(at, name, {
      label: name,
      kind: 'reference',
      detail: `train.${place.list}`,
      sort: `${used.has(name) ? 1 : 0}${String(i).padStart(3, '0')}`,
    }),
  );
}

/** Keys that the transforms and the datalist of this MMAR know. */
export function completeDataKeys({
  at,
  place,
  context,
}: Ask<Extract<Place, { what: 'dataKey' }>>): Completion[] {
  const own = new Set(
    elementsOf(place.node.parent).flatMap(node =>
      node !== place.node && node.type === 'string' ? [String(node.value)] : [],
    ),
  );
  const all = dataKeysOf(at.model, context, place.node);
  return [...all]
    .filter(([name]) => !own.has(name))
    .map(([name, detail], i) => {
      const offer: Offer = {
        label: name,
        kind: 'dataKey',
        detail,
        sort: `0${String(i).padStart(3, '0')}`,
      };
      return place.component
        ? offerText(at, name, offer)
        : offerPart(at, backTo(at, place.range, place), name, offer);
    });
}

export function completeDatalistKeys({ at, context }: Ask): Completion[] {
  return lists(context).map(({ name, count }) =>
    offerText(at, name, { label: name, kind: 'dataKey', detail: `${count}` }),
  );
}
