import type { TextEdit } from '../../config/finding.ts';
import { keyOf, plainValue, type ConfigNode } from '../../config/parse.ts';
import { isList, isObject, type Json, type JsonObject } from '../bundle/json.ts';
import type { Origins } from './origins.ts';
import { rewriteEntries, triviaOf, type Slot } from './rewrite.ts';
import { reindent, styleOf, type Style } from './style.ts';
import { applyEdits, EditList } from './textEdits.ts';
import { commentsIn, indentAt } from './trivia.ts';

/** An object that fits into this many characters may stand on the line of a value that it replaces. */
const shortLine = 60;

/** The smallest edits that make a document say `value`; what stays keeps its comments and formatting. */
export function editsFor(origins: Origins, value: JsonObject): TextEdit[] {
  const { root } = origins.doc;
  return root ? new Writer(origins).edits(root, value) : [];
}

class Writer {
  private readonly text: string;
  private readonly style: Style;

  constructor(private readonly origins: Origins) {
    this.text = origins.doc.text;
    this.style = styleOf(this.text);
  }

  edits(node: ConfigNode, value: Json): TextEdit[] {
    const edits = new EditList();
    this.change(edits, node, value);
    return edits.edits();
  }

  private change(edits: EditList, node: ConfigNode, value: Json): void {
    const entries = node.children?.length ?? 0;
    if (node.type === 'object' && isObject(value) && entries > 0)
      this.changeObject(edits, node, value);
    else if (node.type === 'array' && isList(value) && entries > 0 && value.some(isObject))
      this.changeList(edits, node, value);
    else if (!sameValue(plainValue(node), value)) this.replace(edits, node, value);
  }

  private replace(edits: EditList, node: ConfigNode, value: Json): void {
    const { offset, length } = node;
    const wasShort = !this.text.slice(offset, offset + length).includes('\n');
    const inline = wasShort ? this.printNew(value, '', true) : undefined;
    const written =
      inline !== undefined && inline.length <= shortLine
        ? inline
        : this.printNew(value, indentAt(this.text, offset), false);
    edits.replace(offset, offset + length, written);
  }

  private changeObject(edits: EditList, node: ConfigNode, value: JsonObject): void {
    const children = (node.children ?? []).filter(child => child.children?.[1]);
    const indexOf = this.oldKeys(children, value);
    const slots = Object.entries(value).map(([key, inner]): Slot => {
      const old = indexOf.get(key);
      return old ?? ((indent, inline) => this.entry(inner, indent, inline, key));
    });
    const kept = slots.filter(slot => typeof slot === 'number');
    if (kept.length === 0) {
      this.replace(edits, node, value);
      return;
    }
    // new entries first: at the place where a changed one begins, they stand before it
    const container = { text: this.text, node, children, style: this.style };
    rewriteEntries(edits, container, inOldOrder(slots), new Set());
    for (const [key, i] of indexOf) this.changeProperty(edits, children[i], key, value[key]);
  }

  private changeProperty(
    edits: EditList,
    property: ConfigNode | undefined,
    key: string,
    value: Json | undefined,
  ): void {
    const [name, inner] = property?.children ?? [];
    if (!name || !inner || value === undefined) return;
    if (name.value !== key)
      edits.replace(name.offset, name.offset + name.length, JSON.stringify(key));
    this.change(edits, inner, value);
  }

  /** New key -> index of the old property: the same key, or one whose value goes on under another. */
  private oldKeys(children: readonly ConfigNode[], value: JsonObject): Map<string, number> {
    const found = new Map<string, number>();
    const keys = children.map(child => keyOf(child) ?? '');
    keys.forEach((key, i) => {
      if (Object.hasOwn(value, key)) found.set(key, i);
    });
    for (const [key, inner] of Object.entries(value)) {
      if (found.has(key)) continue;
      const renamed = children.findIndex((child, i) => {
        const node = child.children?.[1];
        if (!node || Object.hasOwn(value, keys[i] ?? '') || [...found.values()].includes(i))
          return false;
        return this.origins.nodeOf(inner) === node || sameValue(plainValue(node), inner);
      });
      if (renamed >= 0) found.set(key, renamed);
    }
    return found;
  }

  private changeList(edits: EditList, node: ConfigNode, value: readonly Json[]): void {
    const children = node.children ?? [];
    const olds = value.map(item => {
      const from = this.origins.nodeOf(item);
      return from ? children.indexOf(from) : -1;
    });
    const stay = new Set(longestRise(olds));
    const slots = value.map((item, i): Slot => {
      const old = olds[i] ?? -1;
      return stay.has(old) ? old : (indent, inline) => this.entry(item, indent, inline);
    });
    if (stay.size === 0) {
      this.replace(edits, node, [...value]);
      return;
    }
    const moved = new Set(olds.filter(old => old >= 0 && !stay.has(old)));
    rewriteEntries(edits, { text: this.text, node, children, style: this.style }, slots, moved);
    value.forEach((item, i) => {
      const child = children[olds[i] ?? -1];
      if (child && stay.has(olds[i] ?? -1)) this.change(edits, child, item);
    });
  }

  /** A new entry with the comments that belong to it. */
  private entry(value: Json, indent: string, inline: boolean, key?: string): string {
    const node = this.origins.nodeOf(value);
    const comments = node ? commentsIn(triviaOf(this.text, node)) : [];
    const above = inline
      ? comments.map(text => `${text.replace(/^\/\/\s*(.*)$/, '/* $1 */')} `)
      : comments.map(text => text + this.style.eol + indent);
    const name = key === undefined ? '' : `${JSON.stringify(key)}: `;
    return above.join('') + name + this.print(value, indent, inline);
  }

  private print(value: Json, indent: string, inline: boolean): string {
    const node = this.origins.nodeOf(value);
    if (node && !sameKind(node, value)) return this.printNew(value, indent, inline);
    return node ? this.printMoved(node, value, indent) : this.printNew(value, indent, inline);
  }

  private printMoved(node: ConfigNode, value: Json, indent: string): string {
    const { offset, length } = node;
    const edits = this.edits(node, value).map(({ range, text }) => ({
      range: { offset: range.offset - offset, length: range.length },
      text,
    }));
    const text = applyEdits(this.text.slice(offset, offset + length), edits);
    return reindent(text, indentAt(this.text, offset), indent);
  }

  private printNew(value: Json, indent: string, inline: boolean): string {
    const isOnLine = inline || (isList(value) && !value.some(isObject));
    if (isList(value)) {
      const items = value.map(item => this.entry(item, indent + this.style.unit, isOnLine));
      return this.brackets('[', ']', items, indent, isOnLine);
    }
    if (!isObject(value)) return JSON.stringify(value);
    const entries = Object.entries(value).map(([key, inner]) =>
      this.entry(inner, indent + this.style.unit, isOnLine, key),
    );
    return this.brackets('{', '}', entries, indent, isOnLine);
  }

  private brackets(
    open: string,
    close: string,
    entries: readonly string[],
    indent: string,
    inline: boolean,
  ): string {
    if (entries.length === 0) return open + close;
    const pad = open === '{' && this.style.padded ? ' ' : '';
    if (inline) return `${open}${pad}${entries.join(', ')}${pad}${close}`;
    const { eol, unit } = this.style;
    const lines = entries.map(entry => eol + indent + unit + entry).join(',');
    return `${open}${lines}${eol}${indent}${close}`;
  }
}

const sameKind = (node: ConfigNode, value: Json): boolean =>
  node.type === 'object' ? isObject(value) : node.type === 'array' ? isList(value) : false;

/** Kept properties stay where they are, so a new one stands behind the kept one that it follows. */
function inOldOrder(slots: readonly Slot[]): Slot[] {
  const groups = new Map<number, Slot[]>([[-1, []]]);
  let current = -1;
  for (const slot of slots) {
    if (typeof slot === 'number') groups.set((current = slot), [slot]);
    else groups.get(current)?.push(slot);
  }
  return [...groups].sort(([a], [b]) => a - b).flatMap(([, group]) => group);
}

/** The longest run of indices that rises; the others have moved. -1 is no index. */
function longestRise(indices: readonly number[]): number[] {
  let best: number[] = [];
  const ending: number[][] = [];
  indices.forEach((index, i) => {
    const before = ending
      .slice(0, i)
      .filter(run => index >= 0 && (run.at(-1) ?? -1) < index)
      .reduce<number[]>((long, run) => (run.length > long.length ? run : long), []);
    const run = index < 0 ? [] : [...before, index];
    ending.push(run);
    if (run.length > best.length) best = run;
  });
  return best;
}

export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((v, i) => sameValue(v, b[i]));
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return false;
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(key => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
  );
}
