import { fieldOf, type ConfigNode } from '../config/parse.ts';
import type { ConfigModel } from '../config/model.ts';
import { elementsOf, textOf } from '../config/walk.ts';

export interface Label {
  readonly name: string;
  readonly node: ConfigNode;
}

/** What a `ref` of validate's list may name: the `name`s of the same list in train. */
export function labelsFor({ doc }: ConfigModel, list: string): Label[] {
  return elementsOf(fieldOf(fieldOf(doc.root, 'train'), list)).flatMap(transform => {
    const node = fieldOf(transform, 'name');
    const name = textOf(node);
    return node && name !== undefined && name !== '' ? [{ name, node }] : [];
  });
}
