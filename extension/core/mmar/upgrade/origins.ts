import { keyOf, type ConfigDoc, type ConfigNode } from '../../config/parse.ts';
import { isObject, type Json, type JsonObject } from '../bundle/json.ts';

/**
 * Remembers which part of a text a value was read from, through changes and moves,
 * so that it can be written back with its comments and formatting.
 */
export class Origins {
  private readonly nodes = new WeakMap<object, ConfigNode>();

  constructor(readonly doc: ConfigDoc) {}

  /** The whole document; anything but an object gives an empty one. */
  read(): JsonObject {
    const value = this.doc.root ? this.valueOf(this.doc.root) : {};
    return isObject(value) ? value : {};
  }

  nodeOf(value: Json): ConfigNode | undefined {
    return typeof value === 'object' && value !== null ? this.nodes.get(value) : undefined;
  }

  /** `now` is what `old` became. */
  keep<T extends Json>(old: Json, now: T): T {
    const node = this.nodeOf(old);
    if (node && typeof now === 'object' && now !== null) this.nodes.set(now, node);
    return now;
  }

  private valueOf(node: ConfigNode): Json {
    const children = node.children ?? [];
    let value: Json;
    if (node.type === 'object')
      value = Object.fromEntries(
        children.flatMap(property => {
          const [, inner] = property.children ?? [];
          return inner ? [[keyOf(property) ?? '', this.valueOf(inner)]] : [];
        }),
      );
    else if (node.type === 'array') value = children.map(child => this.valueOf(child));
    else return (node.value ?? null) as Json;
    this.nodes.set(value, node);
    return value;
  }
}
