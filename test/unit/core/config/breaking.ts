import type { CheckedKind } from '../../../../extension/core/config/check.ts';
import * as good from './goodConfigs.ts';

/** A faultless file with one fault put in; «…» marks where it must be found. */
export interface BrokenConfig {
  readonly name: string;
  readonly kind: CheckedKind;
  readonly marked: string;
  readonly codes: readonly string[];
  readonly says?: RegExp;
}

type Edit = readonly [from: string | RegExp, to: string];

const bases: Readonly<Record<string, readonly [CheckedKind, string]>> = {
  train41: ['train', good.train41],
  train40: ['train', good.train40],
  validation: ['validation', good.validation41],
  inference: ['inference', good.inference40],
  environment: ['environment', good.environment],
  aiaa: ['aiaa', good.aiaa],
  datalist: ['datalist', good.datalist],
  clusters: ['clusters', good.clusters],
};

/** A good config with these edits; several codes are separated by spaces. */
export function broken(
  base: string,
  name: string,
  code: string,
  edits: Edit[],
  says?: RegExp,
): BrokenConfig {
  const [kind, text] = bases[base] ?? ['train', ''];
  const marked = edits.reduce((before, [from, to]) => {
    const after = before.replace(from, () => to);
    if (after === before) throw new Error(`${name}: ${String(from)} is not in ${base}`);
    return after;
  }, text);
  return { name, kind, marked, codes: code.split(' '), ...(says && { says }) };
}

/** A whole line of a good config. */
export const line = (key: string): RegExp => new RegExp(`\\n *"${key}": .*`);
