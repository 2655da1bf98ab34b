import type { Range } from '../config/finding.ts';
import type { ConfigModel } from '../config/model.ts';
import { keyOf, rangeOf, type ConfigNode } from '../config/parse.ts';
import { fieldOf, textOf } from '../config/walk.ts';

export type OutlineKind = 'section' | 'list' | 'component' | 'variable' | 'arg';

export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: OutlineKind;
  readonly range: Range;
  /** What is marked when it is gone to; inside of `range`. */
  readonly selection: Range;
  readonly children: readonly OutlineItem[];
}

/** Deeper objects are data of somebody else's. */
const deepest = 8;

/** Cases of a datalist are too many to be an outline. */
const mostItems = 200;

export function outline({ doc, components }: ConfigModel): OutlineItem[] {
  const known = new Set(components.map(({ object }) => object));
  return below(doc.root, known, 0);
}

function below(
  node: ConfigNode | undefined,
  known: ReadonlySet<ConfigNode>,
  depth: number,
): OutlineItem[] {
  if (!node || depth > deepest) return [];
  if (node.type === 'array')
    return (node.children ?? []).slice(0, mostItems).flatMap((item, i) => {
      if (item.type !== 'object' && item.type !== 'array') return [];
      const name = titleOf(item) ?? `${i}`;
      return [made(name, item, item, known, depth)];
    });
  return (node.children ?? []).flatMap(property => {
    const [key, value] = property.children ?? [];
    const name = keyOf(property);
    return key && name !== undefined && name !== ''
      ? [made(name, property, value, known, depth, key)]
      : [];
  });
}

function made(
  name: string,
  whole: ConfigNode,
  value: ConfigNode | undefined,
  known: ReadonlySet<ConfigNode>,
  depth: number,
  key?: ConfigNode,
): OutlineItem {
  const isComponent = value !== undefined && known.has(value);
  const range = rangeOf(whole);
  return {
    name,
    detail: key ? detailOf(value) : '',
    kind: kindOf(value, isComponent, depth),
    range,
    selection: key ? rangeOf(key) : { offset: range.offset, length: Math.min(1, range.length) },
    children: isComponent
      ? argsBelow(value, known, depth)
      : below(isList(value) ? value : undefined, known, depth + 1),
  };
}

const isList = (value: ConfigNode | undefined): boolean =>
  value?.type === 'object' || value?.type === 'array';

/** Of a component only what it holds: its `args`, or in a bundle all but `_target_`. */
function argsBelow(
  object: ConfigNode,
  known: ReadonlySet<ConfigNode>,
  depth: number,
): OutlineItem[] {
  const args = fieldOf(object, '_target_') ? object : fieldOf(object, 'args');
  return below(args, known, depth + 1).filter(({ name }) => name !== '_target_');
}

function kindOf(value: ConfigNode | undefined, isComponent: boolean, depth: number): OutlineKind {
  if (isComponent) return 'component';
  if (value?.type === 'array') return 'list';
  if (value?.type === 'object') return 'section';
  return depth === 0 ? 'variable' : 'arg';
}

function titleOf(object: ConfigNode | undefined): string | undefined {
  const ref = textOf(fieldOf(object, 'ref'));
  const name =
    textOf(fieldOf(object, 'path')) ??
    textOf(fieldOf(object, 'name')) ??
    textOf(fieldOf(object, '_target_')) ??
    textOf(fieldOf(object, 'image'));
  const found = name ?? (ref === undefined ? undefined : `→ ${ref}`);
  return found === '' ? undefined : found;
}

function detailOf(value: ConfigNode | undefined): string {
  if (!value) return '';
  if (value.type === 'object') return titleOf(value) ?? '';
  if (value.type === 'array') return String((value.children ?? []).length);
  const text = String(value.value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Objects and lists over several lines. */
export function foldings({ doc }: ConfigModel): Range[] {
  const found: Range[] = [];
  const visit = (node: ConfigNode | undefined): void => {
    if (!node) return;
    const isLong = doc.text
      .slice(node.offset, node.offset + node.length)
      .trimEnd()
      .includes('\n');
    if ((node.type === 'object' || node.type === 'array') && isLong && node.parent)
      found.push(foldOf(node));
    node.children?.forEach(visit);
  };
  visit(doc.root);
  return found;
}

/** From the line of the key on: in YAML the value begins a line below it. */
function foldOf(node: ConfigNode): Range {
  const start = node.parent?.type === 'property' ? node.parent.offset : node.offset;
  return { offset: start, length: node.offset + node.length - start };
}
