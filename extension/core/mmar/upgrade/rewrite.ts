import type { ConfigNode } from '../../config/parse.ts';
import type { Style } from './style.ts';
import type { EditList } from './textEdits.ts';
import {
  afterComma,
  afterLineComment,
  afterTrivia,
  indentAt,
  lineEnd,
  lineStart,
  startsLine,
} from './trivia.ts';

/** An entry of an object or a list as it shall be: one that was there, or a new one. */
export type Slot = number | ((indent: string, inline: boolean) => string);

export interface Container {
  readonly text: string;
  readonly node: ConfigNode;
  /** Its properties or elements, at least one. */
  readonly children: readonly ConfigNode[];
  readonly style: Style;
}

/**
 * Removes and adds entries of an object or a list, with commas and line ends; kept ones stay in their order.
 * Comments above a removed entry stay; of a `moved` one, which is among the new ones too, they are removed.
 */
export function rewriteEntries(
  edits: EditList,
  container: Container,
  slots: readonly Slot[],
  moved: ReadonlySet<number>,
): void {
  const kept = new Set(slots.filter(slot => typeof slot === 'number'));
  const replaced = new Set<number>();
  correctCommas(edits, container, slots);
  for (const run of newRuns(slots)) {
    const next = run.after + 1;
    const free = next < container.children.length && !kept.has(next) && !moved.has(next);
    if (free) replaced.add(next);
    addRun(edits, container, { ...run, place: free ? next : undefined });
  }
  const lastStaying = Math.max(-1, ...kept, ...replaced);
  container.children.forEach((_, i) => {
    if (kept.has(i) || replaced.has(i)) return;
    if (moved.has(i)) removeWithComments(edits, container, i);
    else removeEntry(edits, container, i, i > lastStaying);
  });
}

const endOf = ({ offset, length }: ConfigNode): number => offset + length;

interface Run {
  /** Index of the kept entry before it, -1 at the beginning. */
  readonly after: number;
  readonly isLast: boolean;
  readonly prints: readonly ((indent: string, inline: boolean) => string)[];
}

function newRuns(slots: readonly Slot[]): Run[] {
  const runs: Run[] = [];
  let after = -1;
  for (let i = 0; i < slots.length;) {
    const prints = [];
    for (let slot = slots[i]; typeof slot === 'function'; slot = slots[++i]) prints.push(slot);
    if (prints.length > 0) runs.push({ after, isLast: i === slots.length, prints });
    const slot = slots[i++];
    if (typeof slot === 'number') after = slot;
  }
  return runs;
}

/** Every entry but the last is followed by a comma. */
function correctCommas(edits: EditList, container: Container, slots: readonly Slot[]): void {
  const { text, children } = container;
  slots.forEach((slot, i) => {
    const node = typeof slot === 'number' ? children[slot] : undefined;
    if (!node) return;
    const has = slot !== children.length - 1;
    const needs = i < slots.length - 1;
    if (!has && needs) edits.insert(endOf(node), ',');
    const comma = afterComma(text, endOf(node));
    if (has && !needs) edits.remove(comma - 1, comma);
  });
}

const isInline = ({ text, node, children }: Container): boolean =>
  !text.slice(node.offset, children[0]?.offset).includes('\n');

function addRun(
  edits: EditList,
  container: Container,
  { after, isLast, prints, place }: Run & { place: number | undefined },
): void {
  const { text, node, children, style } = container;
  const inline = isInline(container);
  const first = children[0] ?? node;
  const indent = indentAt(text, first.offset);
  const entries = prints.map(
    (print, i) => print(indent, inline) + (isLast && i === prints.length - 1 ? '' : ','),
  );
  const gap = inline ? ' ' : style.eol + indent;
  const taken = place === undefined ? undefined : children[place];
  const before = children[after];
  if (taken) {
    const to = place === children.length - 1 ? endOf(taken) : afterComma(text, endOf(taken));
    edits.replace(taken.offset, to, entries.join(gap));
  } else if (before) {
    const comma = after === children.length - 1 ? endOf(before) : afterComma(text, endOf(before));
    const at = inline ? comma : afterLineComment(text, comma);
    edits.insert(at, entries.map(entry => gap + entry).join(''));
  } else if (inline) edits.insert(first.offset, entries.map(entry => `${entry} `).join(''));
  else {
    const at = afterLineComment(text, node.offset + 1);
    edits.insert(at, entries.map(entry => gap + entry).join(''));
  }
}

function removeEntry(
  edits: EditList,
  { text, children }: Container,
  i: number,
  isTail: boolean,
): void {
  const node = children[i];
  if (!node) return;
  const isLast = i === children.length - 1;
  const comma = isLast ? endOf(node) : afterComma(text, endOf(node));
  const end = lineEnd(text, afterLineComment(text, comma));
  if (startsLine(text, node.offset) && end !== undefined)
    edits.remove(lineStart(text, node.offset), end);
  else if (!isTail) edits.remove(node.offset, comma + blanks(text, comma));
  else edits.remove(i === 0 ? node.offset : endOf(children[i - 1] ?? node), comma);
}

const blanks = (text: string, at: number): number =>
  /^[ \t]*/.exec(text.slice(at))?.[0].length ?? 0;

function removeWithComments(edits: EditList, container: Container, i: number): void {
  const { text, children, style } = container;
  const node = children[i];
  if (!node) return;
  const comma = i === children.length - 1 ? endOf(node) : afterComma(text, endOf(node));
  const [from, to] = [entryStart(container, i), afterLineComment(text, comma)];
  edits.remove(from, to);
  // what follows on the line must not get into a comment
  if (lineEnd(text, to) === undefined) edits.insert(to, style.eol);
}

/** Where the blanks and comments above an entry begin. */
function entryStart({ text, node, children }: Container, i: number): number {
  const before = children[i - 1];
  return afterLineComment(text, before ? afterComma(text, endOf(before)) : node.offset + 1);
}

/** What is written above an entry and behind it on its line: it goes where the entry goes. */
export function triviaOf(text: string, node: ConfigNode): string {
  const children = node.parent?.children ?? [];
  const i = children.indexOf(node);
  if (node.parent?.type !== 'array' || i < 0) return '';
  const from = entryStart({ text, node: node.parent, children, style: noStyle }, i);
  const comma = i === children.length - 1 ? endOf(node) : afterComma(text, endOf(node));
  const above = text.slice(from, Math.min(afterTrivia(text, from), node.offset));
  return `${above}\n${text.slice(comma, afterLineComment(text, comma))}`;
}

const noStyle: Style = { unit: '', eol: '\n', padded: true };
