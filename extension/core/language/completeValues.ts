import { argOf } from '../config/spec.ts';
import type { ComponentUse } from '../config/model.ts';
import type { Ask } from './complete.ts';
import { definedIds, fitsArg } from './ids.ts';
import type { Place } from './place.ts';
import { schemasAt } from './schemaAt.ts';
import { argsOf } from './skeleton.ts';
import { specOf } from './slot.ts';
import type { ArgFacts } from './valueSnippet.ts';
import { pythonOf } from './typeText.ts';
import { offerRaw, offerText, type Completion } from './write.ts';
import { variablesAt } from './variables.ts';

type ValuePlace = Extract<Place, { what: 'argValue' }>;

/** Values that an argument lists, its default, true and false; what wires it. */
export function completeArgValues(ask: Ask<ValuePlace>): Completion[] {
  const { at, place, context } = ask;
  const arg = argsOf(at.model, context, place.component.name)?.find(
    ({ name }) => name === place.arg,
  );
  const own = arg ? valuesOf(arg, place.component, ask) : [];
  const found = own.map(({ value, detail }, i) => {
    const sort = `1${String(i).padStart(3, '0')}`;
    const about = { component: place.component.name, arg: place.arg };
    return typeof value === 'string'
      ? offerText(at, value, { label: value, kind: 'value', detail, sort, about })
      : offerRaw(at, JSON.stringify(value), {
          label: JSON.stringify(value),
          kind: 'value',
          detail,
          sort,
          about,
        });
  });
  return [...found, ...references(ask), ...variables(ask)];
}

interface Value {
  readonly value: unknown;
  readonly detail: string;
}

function valuesOf(arg: ArgFacts, component: ComponentUse, { at, context }: Ask): Value[] {
  const spec = specOf(at.model, context, component.name);
  const listed = spec ? (argOf(spec, arg.name)?.values ?? arg.values) : arg.values;
  const isBool = /\bbool\b/.test(arg.type) || typeof arg.default === 'boolean';
  const all = [...listed, ...(isBool ? [true, false] : [])];
  const isDefault = (value: unknown) => 'default' in arg && arg.default === value;
  const values = all.map(value => ({ value, detail: isDefault(value) ? 'default' : '' }));
  const given = arg.default;
  const isNew =
    given !== undefined && given !== null && typeof given !== 'object' && !all.some(isDefault);
  return isNew ? [...values, { value: given, detail: `default: ${pythonOf(given)}` }] : values;
}

/** `@id` of what fits; in 4.0 there are none. */
function references({ at, place, context }: Ask<ValuePlace>): Completion[] {
  if (at.model.form === '4.0' || at.inner.length > 0) return [];
  return definedIds(at.model, context, place.path).map(found => {
    const label = `@${found.name}`;
    const rank = fitsArg(at.model, context, place.path, found) ? 0 : 4;
    const { detail } = found;
    return offerText(at, label, { label, kind: 'reference', detail, sort: `${rank}${found.name}` });
  });
}

/** `{epochs}`: values of the top of the file and of environment.json. */
function variables({ at, context }: Ask): Completion[] {
  if (at.model.form === 'bundle' || at.inner.length > 0) return [];
  return variablesAt(at.model, context).map(({ name, shown }) =>
    offerText(at, `{${name}}`, {
      label: `{${name}}`,
      kind: 'variable',
      detail: shown,
      sort: `5${name}`,
    }),
  );
}

/** Values that the schema lists, outside of components. */
export function completePlainValues({ at, place, context }: Ask): Completion[] {
  const values = new Set<unknown>();
  for (const schema of schemasAt(at.model, context.schemas, place.path)) {
    for (const value of schema.enum ?? []) values.add(value);
    if (schema.const !== undefined) values.add(schema.const);
    if (schema.type === 'boolean') [true, false].forEach(value => values.add(value));
  }
  return [...values].map((value, i) =>
    typeof value === 'string'
      ? offerText(at, value, { label: value, kind: 'value', sort: `1${i}` })
      : offerRaw(at, JSON.stringify(value), {
          label: JSON.stringify(value),
          kind: 'value',
          sort: `1${i}`,
        }),
  );
}
