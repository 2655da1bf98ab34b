import type { ConfigModel } from '../config/model.ts';
import type { Range } from '../config/finding.ts';
import { withText, type Syntax } from './context.ts';
import { mendJson } from './mendJson.ts';
import { mendYaml } from './mendYaml.ts';

/** The word at the caret, made whole, so that the text around it keeps its meaning. */
export interface Mended {
  readonly text: string;
  /** Of the caret in `text`. */
  readonly offset: number;
  readonly role: 'key' | 'value';
  /** What is typed of the word, quotes left out; in the text as it was given. */
  readonly inner: Range;
  /** With the quotes that are there. */
  readonly outer: Range;
  readonly quote: '"' | "'" | '';
  /** The closing quote is missing. */
  readonly unclosed: boolean;
  readonly hasColon: boolean;
  /** Where a comma is missing before the word. */
  readonly commaAt: number | undefined;
  /** A comma is missing behind it. */
  readonly needsComma: boolean;
  /** Inside of [ ] or { } (YAML). */
  readonly flow: boolean;
}

export interface Mending extends Mended {
  readonly model: ConfigModel;
  readonly syntax: Syntax;
}

/** undefined: nothing can be written here (a comment, the text behind the end). */
export function mend(model: ConfigModel, syntax: Syntax, offset: number): Mending | undefined {
  const { doc } = model;
  const mended = syntax === 'yaml' ? mendYaml(doc, offset) : mendJson(doc.text, offset);
  return mended && { ...mended, syntax, model: withText(model, syntax, mended.text) };
}
