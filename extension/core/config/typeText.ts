import type { Json } from '../mmar/bundle/json.ts';

/**
 * Whether a Python type as written may hold a JSON value. In doubt, and for every type that is not known here, it may:
 * "int | None" holds no text, "Sequence[int] | int" no text either, "Callable" holds whatever a text may name.
 */
export function typeAllows(type: string, value: Json): boolean {
  if (value === null) return true; // `None` is given where a default is meant
  const parts = unionOf(type);
  return parts === undefined || parts.some(part => allows(part, value));
}

const parsed = new Map<string, readonly string[] | undefined>();

/** The alternatives of a type; undefined: something in it is not understood. */
function unionOf(type: string): readonly string[] | undefined {
  if (!parsed.has(type)) parsed.set(type, split(type.trim()));
  return parsed.get(type);
}

function split(type: string): readonly string[] | undefined {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at <= type.length; at++) {
    const letter = type[at];
    if (letter === '[' || letter === '(') depth++;
    else if (letter === ']' || letter === ')') depth--;
    else if (at === type.length || (letter === '|' && depth === 0)) {
      parts.push(type.slice(from, at).trim());
      from = at + 1;
    }
  }
  const inner = parts.flatMap(part => {
    const bracketed = /^\((.*)\)$/s.exec(part)?.[1];
    if (bracketed !== undefined) return split(bracketed) ?? ['?'];
    const union = /^(?:Optional|Union)\[(.*)\]$/s.exec(part)?.[1];
    if (union === undefined) return [part];
    return splitList(union).flatMap(item => split(item) ?? ['?']);
  });
  return inner.every(part => isUnderstood(part)) ? inner : undefined;
}

function splitList(text: string): string[] {
  const items: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at <= text.length; at++) {
    const letter = text[at];
    if (letter === '[' || letter === '(') depth++;
    else if (letter === ']' || letter === ')') depth--;
    else if (at === text.length || (letter === ',' && depth === 0)) {
      items.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return items;
}

const scalars = new Set(['int', 'float', 'bool', 'str', 'None', 'NoneType']);
const sequence =
  /^(?:Sequence|collections\.abc\.Sequence|list|List|tuple|Tuple|Iterable)(?:\[(.*)\])?$/s;

const isUnderstood = (part: string): boolean => scalars.has(part) || sequence.test(part);

function allows(part: string, value: Json): boolean {
  if (part === 'None' || part === 'NoneType') return value === null;
  const items = sequence.exec(part);
  // MONAI makes a sequence of a single value nearly everywhere
  if (items) return itemsAllow(items[1], Array.isArray(value) ? value : [value]);
  if (Array.isArray(value)) return false;
  switch (part) {
    case 'bool':
      return typeof value === 'boolean' || value === 0 || value === 1;
    case 'int':
      return typeof value === 'number'; // 2.0 for 2 works nearly everywhere, and JSON hardly tells them apart
    case 'float':
      return typeof value === 'number';
    default:
      return typeof value === 'string';
  }
}

function itemsAllow(type: string | undefined, values: readonly Json[]): boolean {
  if (type === undefined) return true;
  const [first = '', ...others] = splitList(type).filter(item => item !== '...');
  // tuple[int, str] has a type for each place
  if (others.length > 0) return true;
  return values.every(value => Array.isArray(value) || typeAllows(first, value));
}
