import type { Range, TextEdit } from '../config/finding.ts';
import type { Mending } from './mend.ts';

export type CompletionKind =
  | 'component'
  | 'class'
  | 'arg'
  | 'value'
  | 'key'
  | 'reference'
  | 'variable'
  | 'dataKey'
  | 'file'
  | 'folder';

/** One thing that may be written at the caret. Ranges are those of the text as it was given. */
export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail?: string | undefined;
  /** What `describe` of hover is asked for when the item is looked at. */
  readonly about?: { readonly component: string; readonly arg?: string } | undefined;
  readonly range: Range;
  /** A snippet where `isSnippet`. */
  readonly insert: string;
  readonly isSnippet: boolean;
  /** What is compared with the text in `range`. */
  readonly filter: string;
  readonly sort: string;
  readonly isDeprecated?: boolean;
  /** Elsewhere in the file: a comma, another key. */
  readonly also?: readonly TextEdit[];
  /** There is more to complete behind it. */
  readonly goOn?: boolean;
}

export interface Offer {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail?: string | undefined;
  readonly about?: Completion['about'];
  readonly sort?: string | undefined;
  readonly isDeprecated?: boolean;
  readonly also?: readonly TextEdit[];
  readonly goOn?: boolean;
}

export const escapeSnippet = (text: string): string => text.replace(/[\\$}]/g, '\\$&');

/** A text as the inside of quotes. */
const quoted = (text: string, quote: '"' | "'"): string =>
  quote === '"' ? JSON.stringify(text).slice(1, -1) : text.replaceAll("'", "''");

/** YAML reads it back as the same text without quotes. */
const isPlain = (text: string): boolean =>
  /^[\p{L}_$./][\p{L}\p{N}_./$ ()+-]*$/u.test(text) &&
  !/^(true|false|null|yes|no|on|off|y|n|~)$/i.test(text) &&
  !/\s$|: | #/.test(text);

/** A text value as this syntax writes it. */
export const writeText = (text: string, { syntax }: Pick<Mending, 'syntax'>): string =>
  syntax === 'yaml' && isPlain(text) ? text : JSON.stringify(text);

function commas({ commaAt, needsComma, outer, quote }: Mending): {
  edits: TextEdit[];
  tail: string;
} {
  const edits: TextEdit[] = [];
  if (commaAt !== undefined) edits.push({ range: { offset: commaAt, length: 0 }, text: ',' });
  const isOutside = quote !== '' && needsComma;
  if (isOutside)
    edits.push({ range: { offset: outer.offset + outer.length, length: 0 }, text: ',' });
  return { edits, tail: needsComma && !isOutside ? ',' : '' };
}

/** A text as value; with `isPart` only a stretch of it, `range`, is replaced. */
export function offerText(at: Mending, text: string, offer: Offer): Completion {
  const { edits, tail } = commas(at);
  const rest = { ...basics(offer), isSnippet: false, also: [...edits, ...(offer.also ?? [])] };
  if (at.quote === '') return { ...rest, range: at.outer, insert: writeText(text, at) + tail };
  const insert = quoted(text, at.quote) + (at.unclosed ? at.quote : '');
  return { ...rest, range: at.inner, insert };
}

/** A stretch inside of a text: a reference, a placeholder, a part of a path. */
export function offerPart(at: Mending, range: Range, text: string, offer: Offer): Completion {
  const isEnd = range.offset + range.length === at.inner.offset + at.inner.length;
  const close = at.unclosed && isEnd ? at.quote : '';
  const also = commas(at).edits;
  return { ...basics(offer), isSnippet: false, range, insert: text + close, also };
}

/** What is no text: a number, true, an object. A snippet replaces the quotes that are there. */
export function offerRaw(at: Mending, snippet: string, offer: Offer): Completion {
  const { commaAt, needsComma } = at;
  const also = commaAt === undefined ? [] : [{ range: { offset: commaAt, length: 0 }, text: ',' }];
  return {
    ...basics(offer),
    range: at.outer,
    insert: snippet.replaceAll('\n', `\n${dashes(at)}`) + (needsComma ? ',' : ''),
    isSnippet: true,
    filter: at.quote + offer.label,
    also: [...also, ...(offer.also ?? [])],
  };
}

/** Editors indent a snippet like its line; behind the dashes of a YAML list it has to go further in. */
function dashes({ syntax, flow, text, outer }: Mending): string {
  if (syntax !== 'yaml' || flow) return '';
  const line = text.slice(text.lastIndexOf('\n', outer.offset - 1) + 1, outer.offset);
  return ' '.repeat(/^\s*((?:-\s+)*)/.exec(line)?.[1]?.length ?? 0);
}

/** A key with its value, a snippet; without it where a colon stands already. */
export function offerKey(at: Mending, name: string, value: string, offer: Offer): Completion {
  if (at.hasColon) {
    const range = at.quote === '' ? at.outer : at.inner;
    const insert = at.quote === '' ? writeKey(name, at) : name + (at.unclosed ? at.quote : '');
    return { ...basics(offer), range, insert, isSnippet: false };
  }
  const isBlock = at.syntax === 'yaml' && value.startsWith('\n');
  const between = isBlock ? ':' : ': ';
  return offerRaw(at, `${escapeSnippet(writeKey(name, at))}${between}${value}`, offer);
}

const writeKey = (name: string, { syntax }: Mending): string =>
  syntax === 'yaml' && /^[\w+]+$/.test(name) ? name : JSON.stringify(name);

const basics = (offer: Offer) => ({
  ...offer,
  filter: offer.label,
  sort: offer.sort ?? offer.label,
});
