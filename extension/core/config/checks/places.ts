import type { Known } from '../context.ts';
import type { ComponentUse, ConfigModel } from '../model.ts';
import type { ComponentKind } from '../spec.ts';
import type { Slots } from '../slots.ts';

/** The kinds that may stand where a component stands; undefined: any. */
export function kindsFor(
  model: ConfigModel,
  use: ComponentUse,
  { slots }: Pick<Known, 'slots'>,
): ReadonlySet<ComponentKind> | undefined {
  const lists = use.receivers.flatMap(receiver => {
    const kinds = ofReceiver(model, receiver, slots);
    return kinds ? [kinds] : [];
  });
  const [first, ...others] = lists;
  if (!first) return undefined;
  // received twice, it must please both
  return new Set(first.filter(kind => others.every(other => other.includes(kind))));
}

function ofReceiver(
  { kind, form }: ConfigModel,
  receiver: string,
  slots: Slots,
): readonly ComponentKind[] | undefined {
  if (form === 'bundle') return slots.ofArg(receiver);
  if (kind === 'aiaa' || kind === 'pipeline') return slots.ofAiaaKey(receiver);
  if (kind === 'automl') return slots.ofAutomlKey(receiver);
  return kind === 'fed' ? slots.ofFlKey(receiver) : slots.ofMmarKey(receiver);
}

const words: Partial<Record<ComponentKind, string>> = {
  dict_transform: 'dictionary transform',
  lr_scheduler: 'learning rate scheduler',
  ignite_metric: 'metric of ignite',
  dataloader: 'data loader',
};

/** A kind in words. */
export const kindName = (kind: ComponentKind): string => words[kind] ?? kind.replaceAll('_', ' ');
