import type { ConfigModel } from '../config/model.ts';
import { nodeAt } from '../config/parse.ts';
import { completeArgs, completeComponentKeys, completeKeys } from './completeKeys.ts';
import { completeNames, completeWholeComponents } from './completeNames.ts';
import {
  completeDataKeys,
  completeDatalistKeys,
  completePlaceholders,
  completeReferences,
  completeRefs,
} from './completeTexts.ts';
import { completeArgValues, completePlainValues } from './completeValues.ts';
import { completeFiles } from './completeFiles.ts';
import { isInside, syntaxOf, type LanguageContext } from './context.ts';
import { mend, type Mending } from './mend.ts';
import { placeAt, type Place } from './place.ts';
import { kindsAt } from './slot.ts';
import type { Completion } from './write.ts';

export type { Completion } from './write.ts';

/** What may be written at an offset, what fits best first. Never throws on half-typed text. */
export function complete(
  model: ConfigModel,
  offset: number,
  context: LanguageContext,
): Completion[] {
  const at = mend(model, syntaxOf(context.file), offset);
  if (!at) return [];
  const place = placeAt(at.model, at.offset, context);
  const found = place ? offersAt(at, place, context) : [];
  // on a sigil its word begins behind the caret: good for hover, nothing to write
  const here = found.filter(({ range }) => isInside(range, offset));
  return unique(here).sort((a, b) => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : 0));
}

/** Everything that offers below need: the mended text, the place in it, the MMAR. */
export interface Ask<P extends Place = Place> {
  readonly at: Mending;
  readonly place: P;
  readonly context: LanguageContext;
}

function offersAt(at: Mending, place: Place, context: LanguageContext): Completion[] {
  switch (place.what) {
    case 'placeholder':
      return completePlaceholders({ at, place, context });
    case 'reference':
      return completeReferences({ at, place, context });
    case 'ref':
      return completeRefs({ at, place, context });
    case 'dataKey':
      return [
        ...completeDataKeys({ at, place, context }),
        ...completeWired({ at, place, context }),
      ];
    case 'datalistKey':
      return completeDatalistKeys({ at, place, context });
    case 'componentName':
      return completeNames({ at, place, context });
    case 'arg':
      return completeArgs({ at, place, context });
    case 'componentKey':
      return completeComponentKeys({ at, place, context });
    case 'key':
      return keys({ at, place, context });
    case 'argValue': {
      const whole = completeWholeComponents({ at, place, context });
      const files = completeFiles({ at, place, context });
      return [...completeArgValues({ at, place, context }), ...whole, ...files];
    }
    case 'value': {
      const ask = { at, place, context };
      return [...completeWholeComponents(ask), ...completePlainValues(ask), ...completeFiles(ask)];
    }
  }
}

/** A key of an object that may become a component, or of a section. */
function keys({ at, place, context }: Ask<Extract<Place, { what: 'key' }>>): Completion[] {
  const { model } = at;
  const isSlot =
    place.path.length > 0 &&
    nodeAt(model.doc, place.path)?.type === 'object' &&
    (model.form === 'bundle' || kindsAt(model, context, place.path) !== undefined);
  const component = isSlot ? completeComponentKeys({ at, place, context }) : [];
  return [...component, ...completeKeys({ at, place, context })];
}

/** In a bundle, keys are often handed on: "@image_key". */
function completeWired(ask: Ask<Extract<Place, { what: 'dataKey' }>>): Completion[] {
  const { at, place, context } = ask;
  if (at.model.form !== 'bundle' || at.inner.length > 0) return [];
  const ids = completeReferences({
    at,
    context,
    place: { ...place, what: 'reference', sigil: '@' },
  });
  return ids.filter(({ label }) => /key/i.test(label));
}

function unique(found: readonly Completion[]): Completion[] {
  const seen = new Set<string>();
  return found.filter(({ label, kind, insert }) => {
    const key = `${label}\0${kind === 'file' || kind === 'folder' ? kind : ''}\0${insert}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
