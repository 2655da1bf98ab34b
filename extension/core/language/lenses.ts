import type { Range } from '../config/finding.ts';
import type { ConfigModel } from '../config/model.ts';
import { propertyOf, rangeOf } from '../config/parse.ts';
import { fieldOf } from '../config/walk.ts';

export type LensAction = 'check' | 'train' | 'infer' | 'export';

export interface Lens {
  readonly range: Range;
  readonly action: LensAction;
}

/** What can be done with a config, above it: training and export above `train`, a check above the whole. */
export function lenses({ doc, kind, form }: ConfigModel): Lens[] {
  const top = doc.root ? { offset: doc.root.offset, length: 1 } : undefined;
  if (!top || form === 'bundle') return [];
  const at = (key: string, otherwise: Range): Range => {
    const property = propertyOf(doc.root, key);
    return property?.children?.[0] ? rangeOf(property.children[0]) : otherwise;
  };
  switch (kind) {
    case 'train': {
      const train = at('train', top);
      const trainable = fieldOf(doc.root, 'train') !== undefined;
      return [
        { range: top, action: 'check' },
        ...(trainable ? [{ range: train, action: 'train' } as const] : []),
        { range: top, action: 'infer' },
        { range: top, action: 'export' },
      ];
    }
    case 'inference':
      return [
        { range: top, action: 'check' },
        { range: top, action: 'infer' },
      ];
    case 'validation':
    case 'environment':
    case 'aiaa':
      return [{ range: top, action: 'check' }];
    default:
      return [];
  }
}
