import type { CheckContext } from './context.ts';
import { idIn, idSteps } from './literal.ts';
import type { ComponentUse, ConfigModel } from './model.ts';
import { fieldOf, nodeAt, type ConfigNode } from './parse.ts';
import type { ComponentSpec } from './spec.ts';
import { elementsOf, sectionsOf, textOf } from './walk.ts';

/** One entry of a list of transforms, refs and macros followed. */
export interface Step {
  /** undefined: not known what stands here. */
  readonly use: ComponentUse | undefined;
  readonly spec: ComponentSpec | undefined;
  /** Where findings about it belong: its name, or the ref to it. */
  readonly at: ConfigNode;
  /** The element of the list. */
  readonly entry: ConfigNode;
  /** Written out here, not taken over by a ref. */
  readonly isOwn: boolean;
}

export interface TransformList {
  /** "train", "validate", or "" for a file with one section only; in a bundle the id of what holds it. */
  readonly section: string;
  readonly stage: 'pre' | 'post';
  readonly steps: readonly Step[];
  /** False where an expression hides what else there is. */
  readonly isWhole: boolean;
}

const kept = new WeakMap<ConfigModel, { catalog: unknown; lists: readonly TransformList[] }>();

/** All lists of transforms of a config. */
export function transformLists(
  model: ConfigModel,
  context: CheckContext,
): readonly TransformList[] {
  const known = kept.get(model);
  if (known && known.catalog === context.known?.catalog) return known.lists;
  const lists = model.form === 'bundle' ? ofBundle(model, context) : ofMmar(model, context);
  kept.set(model, { catalog: context.known?.catalog, lists });
  return lists;
}

/** The component that an object is. */
export function useOf(
  model: ConfigModel,
  object: ConfigNode | undefined,
): ComponentUse | undefined {
  return object && byObject(model).get(object);
}

const objects = new WeakMap<ConfigModel, ReadonlyMap<ConfigNode, ComponentUse>>();

function byObject(model: ConfigModel): ReadonlyMap<ConfigNode, ComponentUse> {
  const known = objects.get(model);
  if (known) return known;
  const made = new Map(model.components.map(use => [use.object, use]));
  objects.set(model, made);
  return made;
}

const stages = [
  ['pre_transforms', 'pre'],
  ['post_transforms', 'post'],
] as const;

function ofMmar(model: ConfigModel, context: CheckContext): TransformList[] {
  return sectionsOf(model.doc).flatMap(({ name, node }) =>
    stages.flatMap(([key, stage]) => {
      const list = fieldOf(node, key);
      if (list?.type !== 'array') return [];
      const trained = fieldOf(fieldOf(model.doc.root, 'train'), key);
      const steps = (list.children ?? []).map(entry => {
        const use = useOf(model, entry);
        if (use) return { use, spec: context.specOf(use), at: use.nameNode, entry, isOwn: true };
        const ref = fieldOf(entry, 'ref');
        const meant = useOf(model, labelled(trained, textOf(ref)));
        const spec = meant && context.specOf(meant);
        return { use: meant, spec, at: ref ?? entry, entry, isOwn: false };
      });
      return [{ section: name, stage, steps, isWhole: true }];
    }),
  );
}

/** The one entry of this name; several: nobody knows which. */
function labelled(list: ConfigNode | undefined, name: string | undefined): ConfigNode | undefined {
  if (name === undefined) return undefined;
  const all = elementsOf(list).filter(entry => textOf(fieldOf(entry, 'name')) === name);
  return all.length === 1 ? all[0] : undefined;
}

function ofBundle(model: ConfigModel, context: CheckContext): TransformList[] {
  return model.components.flatMap(use => {
    if (!/(^|\.)Compose$/.test(use.name)) return [];
    const value = use.args.find(({ name }) => name === 'transforms')?.value;
    const { entries, isWhole } = entriesOf(model, value, 0);
    const steps = entries.map(({ entry, target }) => {
      const found = useOf(model, target);
      const at = target === entry ? (found?.nameNode ?? entry) : entry;
      return {
        use: found,
        spec: found && context.specOf(found),
        at,
        entry,
        isOwn: target === entry,
      };
    });
    const ids = use.path.filter(step => typeof step === 'string');
    const isPost = ids.some(id => /post/i.test(id));
    const section = ids.slice(0, -1).join('::');
    return [{ section, stage: isPost ? ('post' as const) : ('pre' as const), steps, isWhole }];
  });
}

interface Entries {
  readonly entries: readonly { readonly entry: ConfigNode; readonly target: ConfigNode }[];
  readonly isWhole: boolean;
}

const nothing: Entries = { entries: [], isWhole: false };

/** A list, `"@id"` of one, or `"$@a + @b"` of several. */
function entriesOf(model: ConfigModel, node: ConfigNode | undefined, depth: number): Entries {
  if (!node || depth > 4) return nothing;
  if (node.type === 'array') {
    const entries = (node.children ?? []).map(entry => ({
      entry,
      target: targetOf(model, entry),
    }));
    return { entries, isWhole: true };
  }
  const parts = partsOf(textOf(node));
  if (!parts) return nothing;
  const lists = parts.map(id => entriesOf(model, nodeAt(model.doc, idSteps(id)), depth + 1));
  return {
    entries: lists.flatMap(({ entries }) => entries),
    isWhole: lists.every(({ isWhole }) => isWhole),
  };
}

function partsOf(text: string | undefined): string[] | undefined {
  const sum = /^(?:\$\s*)?([@%][\w:#]+(?:\s*\+\s*@[\w:#]+)*)$/.exec(text?.trim() ?? '')?.[1];
  return sum?.split('+').map(part => part.trim().slice(1));
}

function targetOf(model: ConfigModel, entry: ConfigNode): ConfigNode {
  const id = idIn(textOf(entry) ?? '');
  return (id && nodeAt(model.doc, id)) ?? entry;
}
