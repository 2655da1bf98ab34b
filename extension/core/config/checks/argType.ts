import { t } from '@vscode/l10n';
import type { CheckContext } from '../context.ts';
import { closest } from '../closest.ts';
import { fix, renameText } from '../edits.ts';
import type { Finding } from '../finding.ts';
import { literal } from '../literal.ts';
import type { ArgUse, ComponentUse, ConfigModel } from '../model.ts';
import { rangeOf, type ConfigNode } from '../parse.ts';
import { argOf, type ArgSpec, type ListedValue } from '../spec.ts';
import { textOf } from '../walk.ts';
import { typeAllows } from '../typeText.ts';
import { componentFiles, found, type Check, type Code } from './check.ts';

const wrongType: Code = {
  code: 'wrong-arg-type',
  severity: 'error',
  summary: 'An argument of another type than the component takes',
};
const unlisted: Code = {
  code: 'value-not-listed',
  severity: 'hint',
  summary: 'A value that is not among those that the documentation lists',
};

/** Flags a text for a number, true for a number of classes, and values that nobody lists. */
export const argType: Check = {
  codes: [wrongType, unlisted],
  kinds: [...componentFiles],
  run: (model, context) =>
    model.components.flatMap(use => {
      const spec = context.specOf(use);
      if (!spec) return [];
      return use.args.flatMap(arg => {
        const arguments_ = argOf(spec, arg.name);
        return arguments_ && arg.value ? checkValue(model, context, use, arg, arguments_) : [];
      });
    }),
};

function checkValue(
  model: ConfigModel,
  context: CheckContext,
  use: ComponentUse,
  { value: node }: ArgUse,
  arg: ArgSpec,
): Finding[] {
  if (!node) return [];
  const value = literal(node, model, context);
  if (value === undefined) return [];
  if (arg.type !== '' && !typeAllows(arg.type, value)) {
    const message = t(
      '"{0}" of {1} takes {2}, not {3}.',
      arg.name,
      use.name,
      arg.type,
      JSON.stringify(value),
    );
    return [found(wrongType, rangeOf(node), message)];
  }
  return arg.values.length > 0 ? unlistedValues(model, context, use, node, arg) : [];
}

function unlistedValues(
  model: ConfigModel,
  context: CheckContext,
  use: ComponentUse,
  node: ConfigNode,
  arg: ArgSpec,
): Finding[] {
  const nodes = node.type === 'array' ? (node.children ?? []) : [node];
  return nodes.flatMap(item => {
    const text = textOf(item);
    const value = literal(item, model, context);
    // a number or an import path may well mean something else
    if (text === undefined || typeof value !== 'string' || value !== text) return [];
    if (isListed(value, arg.values)) return [];
    return [notListed(model, use, item, arg, value)];
  });
}

/** Names of enum members are taken as well as their values; layers may be in upper or lower case. */
function isListed(value: string, values: readonly ListedValue[]): boolean {
  const folded = value.toLowerCase();
  return values.some(listed => String(listed).toLowerCase() === folded) || value.includes('.');
}

function notListed(
  model: ConfigModel,
  use: ComponentUse,
  node: ConfigNode,
  arg: ArgSpec,
  value: string,
): Finding {
  const texts = arg.values.map(String);
  const meant = closest(value, texts);
  const message =
    meant === undefined
      ? t('"{0}" of {1} lists {2}, not "{3}".', arg.name, use.name, texts.join(', '), value)
      : t('"{0}" of {1} lists no "{2}". Did you mean "{3}"?', arg.name, use.name, value, meant);
  return found(unlisted, rangeOf(node), message, {
    // one letter off a known word is a slip even where other words may work
    severity: arg.closed ? 'error' : meant === undefined ? 'hint' : 'warning',
    ...(meant !== undefined && {
      fixes: [fix(t('Change to "{0}"', meant), renameText(model.doc, node, meant))],
    }),
  });
}
