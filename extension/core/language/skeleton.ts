import type { ConfigModel } from '../config/model.ts';
import type { ComponentSpec } from '../config/spec.ts';
import type { LanguageContext, Syntax } from './context.ts';
import { byocClass, byocParams, specOf } from './slot.ts';
import { factsOfArg, factsOfParam, valueSnippet, type ArgFacts } from './valueSnippet.ts';
import { escapeSnippet } from './write.ts';

/** Arguments of a component in the order of its signature; undefined: nothing is known of it. */
export function argsOf(
  model: ConfigModel,
  context: LanguageContext,
  name: string,
): ArgFacts[] | undefined {
  const own = byocClass(context, name);
  if (own) return byocParams(context, own).map(factsOfParam);
  const spec = specOf(model, context, name);
  return spec && [...spec.args.values(), ...spec.passed.values()].map(factsOfArg);
}

/** What the 4.0 dialect puts in by itself. */
const implied = new Set([
  ...['params', 'optimizer', 'network', 'loss_function', 'train_data_loader', 'val_data_loader'],
  ...['dataset', 'data', 'transform', 'device', 'max_epochs', 'validator', 'inferer'],
]);

const kept = new WeakMap<ComponentSpec, readonly ArgFacts[]>();

/** Of a thousand components at every keystroke: looked for once. */
function requiredArgs(
  model: ConfigModel,
  context: LanguageContext,
  name: string,
): readonly ArgFacts[] {
  const isRequired = ({ required }: ArgFacts): boolean => required;
  const spec = byocClass(context, name) ? undefined : specOf(model, context, name);
  if (!spec) return (argsOf(model, context, name) ?? []).filter(isRequired);
  const found = kept.get(spec) ?? [...spec.args.values()].map(factsOfArg).filter(isRequired);
  kept.set(spec, found);
  return found;
}

/** The arguments that a new component needs, and those that Clara puts in left out. */
export function neededArgs(model: ConfigModel, context: LanguageContext, name: string): ArgFacts[] {
  const needed = requiredArgs(model, context, name);
  // the dataset's data come from data_list_file_path in both dialects
  if (model.form === 'bundle') return [...needed];
  return needed.filter(
    arg => arg.name !== 'data' && (model.form === '4.1' || !implied.has(arg.name)),
  );
}

interface Style {
  readonly syntax: Syntax;
  readonly flow: boolean;
}

/** A whole component as a snippet; `head` names it. */
export function componentSnippet(
  model: ConfigModel,
  context: LanguageContext,
  { key, name }: { key: string; name: string },
  style: Style,
): string {
  const args = neededArgs(model, context, name);
  const isBundle = model.form === 'bundle';
  if (style.syntax === 'yaml' && !style.flow) {
    const lines = [`${key}: ${escapeSnippet(name)}`, ...argLines(model, args, style, '')];
    return lines.join('\n');
  }
  const lines = [`"${key}": "${escapeSnippet(name)}"`];
  if (isBundle) lines.push(...argLines(model, args, style, ''));
  else if (args.length > 0) lines.push(argsObject(model, args, style));
  return `{\n\t${lines.join(',\n').replaceAll('\n', '\n\t')}\n}`;
}

/** `"args": {...}` of an MMAR's component. */
export function argsObject(model: ConfigModel, args: readonly ArgFacts[], style: Style): string {
  if (args.length === 0) return '"args": {\n\t$1\n}';
  return `"args": {\n${argLines(model, args, style, '\t').join(',\n')}\n}`;
}

export function argLines(
  { form }: ConfigModel,
  args: readonly ArgFacts[],
  { syntax, flow }: Style,
  indent: string,
): string[] {
  const isBlock = syntax === 'yaml' && !flow;
  return args.map((arg, i) => {
    const value = valueSnippet(arg, { form, syntax, stop: i + 1 });
    return `${indent}${isBlock ? arg.name : `"${arg.name}"`}: ${value}`;
  });
}
