import type { Range, JsonPath } from '../config/finding.ts';
import type { ArgUse, ComponentUse, ConfigModel } from '../config/model.ts';
import { fieldOf, type ConfigNode } from '../config/parse.ts';
import { textOf } from '../config/walk.ts';
import type { ComponentKind, ComponentSpec } from '../config/spec.ts';
import type { Scope } from '../config/catalog.ts';
import type { LanguageContext, LanguageModule } from './context.ts';
import type { PyClass, PyParameter } from '../byoc/python.ts';

export const scopeOf = ({ form }: ConfigModel): Scope => (form === 'bundle' ? 'bundle' : 'mmar');

export const lastKey = (path: JsonPath): string | undefined => {
  const key = path.findLast(step => typeof step === 'string');
  return typeof key === 'string' ? key : undefined;
};

/** Kinds of component that may stand at a path; undefined: the place does not say. */
export function kindsAt(
  model: ConfigModel,
  { slots }: LanguageContext,
  path: JsonPath,
): readonly ComponentKind[] | undefined {
  const key = lastKey(path);
  if (key === undefined) return undefined;
  if (model.form === 'bundle') return kindsInBundle(model, slots, path, key);
  if (path.includes('args')) return slots.ofArg(key);
  if (model.kind === 'aiaa' || model.kind === 'pipeline') return slots.ofAiaaKey(key);
  if (model.kind === 'automl') return slots.ofAutomlKey(key);
  if (model.kind === 'fed') return slots.ofFlKey(key);
  return slots.ofMmarKey(key);
}

function kindsInBundle(
  model: ConfigModel,
  slots: LanguageContext['slots'],
  path: JsonPath,
  key: string,
): readonly ComponentKind[] | undefined {
  const use = model.components.find(({ path: own }) => own.join('::') === path.join('::'));
  const receivers = [
    ...(use?.receivers ?? []),
    ...receiversOf(model, path),
    ...(path.length > 1 ? [key] : []),
  ];
  const kinds = receivers.flatMap(receiver => slots.ofArg(receiver) ?? []);
  return kinds.length > 0 ? [...new Set(kinds)] : undefined;
}

/** Arguments that take the object at a path by `@id`, as it is or through `$@id.to(...)`. */
function receiversOf(model: ConfigModel, path: JsonPath): string[] {
  const ids = new Set([path.join('::')]);
  // "network": "$@network_def.to(@device)" hands the definition on
  for (const { value, path: at } of model.texts) {
    const [, id] = /^\$@([\w:#]+)\.(?:to|cuda|train|eval)\(/.exec(value) ?? [];
    if (id !== undefined && ids.has(id.replaceAll('#', '::')) && at.length === 1)
      ids.add(at.join('::'));
  }
  return model.texts.flatMap(({ value, path: at }) => {
    const id = /^[@%]#*([\w:#]+)$/.exec(value)?.[1]?.replaceAll('#', '::');
    const receiver = lastKey(at);
    return id !== undefined && ids.has(id) && receiver !== undefined && at.length > 1
      ? [receiver]
      : [];
  });
}

/** The component that an object is. */
export const componentOf = (model: ConfigModel, object: ConfigNode): ComponentUse | undefined =>
  model.components.find(use => use.object === object);

/** The component whose arguments an object holds; also one whose name is not there yet. */
export const componentWithArgs = (model: ConfigModel, args: ConfigNode): ComponentUse | undefined =>
  model.components.find(use => use.argsNode === args);

/** Innermost component with an argument around a place, and that argument. */
export function argAround(
  model: ConfigModel,
  range: Range,
): { component: ComponentUse; arg: ArgUse } | undefined {
  const end = range.offset + range.length;
  for (const component of model.components.toReversed())
    for (const arg of component.args) {
      const { value } = arg;
      if (value && value.offset <= range.offset && end <= value.offset + value.length)
        return { component, arg };
    }
  return undefined;
}

export const specOf = (
  model: ConfigModel,
  { catalog }: LanguageContext,
  name: string,
): ComponentSpec | undefined => (name === '' ? undefined : catalog.get(name, scopeOf(model)));

/** A class of custom/ with its module. */
export interface ByocClass {
  readonly module: LanguageModule;
  readonly made: PyClass;
  readonly path: string;
}

export const byocClasses = (context: LanguageContext): ByocClass[] =>
  context.modules.flatMap(module =>
    module.python.classes.map(made => ({ module, made, path: `${module.name}.${made.name}` })),
  );

/** A class of custom/ by its import path; `from .x import Name` of a package is followed. */
export function byocClass(context: LanguageContext, path: string): ByocClass | undefined {
  const dot = path.lastIndexOf('.');
  if (dot < 0) return undefined;
  return classIn(context, path.slice(0, dot), path.slice(dot + 1), 3);
}

function classIn(
  context: LanguageContext,
  moduleName: string,
  name: string,
  depth: number,
): ByocClass | undefined {
  const module = context.modules.find(each => each.name === moduleName);
  if (!module || depth === 0) return undefined;
  const made = module.python.classes.find(each => each.name === name);
  if (made) return { module, made, path: `${moduleName}.${name}` };
  for (const { module: from, names } of module.python.imports) {
    const found = names?.find(each => (each.alias ?? each.name) === name);
    const target = found && absolute(module, from);
    if (target !== undefined && found) return classIn(context, target, found.name, depth - 1);
  }
  return undefined;
}

/** `from .x import` inside of a package, as a whole path. */
export function absolute({ name, path }: LanguageModule, from: string): string {
  const [, dots = '', rest = ''] = /^(\.*)(.*)$/.exec(from) ?? [];
  if (dots === '') return rest;
  const parts = name.split('.');
  const up = dots.length - (path.endsWith('/__init__.py') ? 1 : 0);
  const base = up > 0 ? parts.slice(0, -up) : parts;
  return [...base, ...(rest === '' ? [] : [rest])].join('.');
}

/** Parameters that a config can give to a class of custom/, those of its bases in custom/ included. */
export function byocParams(context: LanguageContext, found: ByocClass, depth = 4): PyParameter[] {
  const { made, module } = found;
  const named = (params: readonly PyParameter[]) => params.filter(param => !param.variadic);
  if (made.init && !made.init.some(({ variadic }) => variadic === 'kwargs'))
    return named(made.init);
  const own = named(made.init ?? []);
  if (depth === 0) return own;
  const inherited = made.bases.flatMap(({ text }) => {
    const base = classIn(context, module.name, text, 3);
    return base && base.made !== made ? byocParams(context, base, depth - 1) : [];
  });
  return [...own, ...inherited.filter(param => !own.some(({ name }) => name === param.name))];
}

export const nameIn = (object: ConfigNode): string | undefined =>
  textOf(fieldOf(object, 'path')) ?? textOf(fieldOf(object, 'name'));
