import { applyEdits } from '../../../../../extension/core/config/edits.ts';
import type { Range, TextEdit } from '../../../../../extension/core/config/finding.ts';
import { argNode } from '../../../../../extension/core/config/literal.ts';
import type { ComponentUse } from '../../../../../extension/core/config/model.ts';
import { rangeOf, type ConfigNode } from '../../../../../extension/core/config/parse.ts';
import type { Subject } from './subjects.ts';

/** A kind of fault: where it can be put into a file, and what must be found there. */
export interface Fault {
  readonly name: string;
  readonly codes: readonly string[];
  readonly sites: (subject: Subject) => Mutation[];
}

/** Edits that make the fault; what must be underlined stands between marks in what they write. */
export type Mutation = readonly TextEdit[];

const [begin, end] = ['\ue000', '\ue001'];

/** A text that must be underlined, or a part of it. */
export const marked = (text: string): string => begin + text + end;

export const put = (node: Range, text: string): TextEdit => ({
  range: { offset: node.offset, length: node.length },
  text,
});

/** Marks what is there already. */
export const mark = (node: ConfigNode): TextEdit[] => [
  { range: { offset: node.offset, length: 0 }, text: begin },
  { range: { offset: node.offset + node.length, length: 0 }, text: end },
];

export interface Mutated {
  readonly text: string;
  readonly place: Range;
}

export function mutate(text: string, edits: Mutation): Mutated {
  const whole = applyEdits(text, edits);
  const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
  if (from < 0 || to < from) throw new Error('a fault without a mark');
  return {
    text: whole.replaceAll(/[\ue000\ue001]/g, ''),
    place: { offset: from, length: to - from - 1 },
  };
}

export const isJson = ({ text }: Subject): boolean => text.trimStart().startsWith('{');

/** Swaps two letters: the commonest slip. */
export function swapped(word: string): string {
  for (let at = 1; at < word.length - 1; at++)
    if (word[at] !== word[at + 1])
      return `${word.slice(0, at)}${word.charAt(at + 1)}${word.charAt(at)}${word.slice(at + 2)}`;
  return `${word}x`;
}

/** A text as the file writes it: with quotes in JSON, and around a name of YAML nothing. */
export const written = (subject: Subject, text: string): string =>
  isJson(subject) ? JSON.stringify(text) : text;

export const named = (subject: Subject, ...names: string[]): ComponentUse[] =>
  subject.uses.filter(use => names.includes(subject.context.specOf(use)?.name ?? ''));

/** Components that stand in one of these places of an MMAR. */
export const inSlot = (subject: Subject, ...slots: string[]): ComponentUse[] =>
  subject.model.form === 'bundle'
    ? []
    : subject.uses.filter(({ receivers }) => receivers.some(slot => slots.includes(slot)));

/** Puts a text into the place of an argument's value. */
export function setArg(uses: readonly ComponentUse[], arg: string, text: string): Mutation[] {
  return uses.flatMap(use => {
    const node = argNode(use, arg);
    return node ? [[put(rangeOf(node), marked(text))]] : [];
  });
}

/** Adds an argument, with a mark on its key. */
export function addArg(use: ComponentUse, key: string, value: string): Mutation[] {
  const first = use.args[0]?.key;
  if (!first) return [];
  return [[put({ offset: first.offset, length: 0 }, `${marked(JSON.stringify(key))}: ${value}, `)]];
}
