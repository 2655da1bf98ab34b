import { t } from '@vscode/l10n';
import type { PyClass, PyParameter } from '../../byoc/python.ts';
import { closest } from '../closest.ts';
import type { CheckContext } from '../context.ts';
import { fix, removal, renameText } from '../edits.ts';
import type { Finding } from '../finding.ts';
import { searchedArgs } from '../literal.ts';
import type { ComponentUse, ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { found, type Check, type Code } from './check.ts';
import { filledIn } from './missingArg.ts';

const byoc: Code = {
  code: 'byoc-args',
  severity: 'error',
  summary: 'Arguments that the class in custom/ does not take, or needs',
};

/** Compares the arguments of components in custom/ with the constructors of their classes. */
export const byocArgs: Check = {
  codes: [byoc],
  kinds: ['train', 'validation', 'inference', 'aiaa', 'automl', 'fed', 'bundle'],
  run: (model, context) =>
    model.components.flatMap(use => {
      const params = constructorOf(use.name, context);
      return params ? check(model, use, params) : [];
    }),
};

/** undefined: not ours, or the class takes what some other class takes. */
function constructorOf(name: string, { facts }: CheckContext): readonly PyParameter[] | undefined {
  const dot = name.lastIndexOf('.');
  const module = facts.customModules?.get(name.slice(0, dot));
  if (dot < 0 || !module || module.errors.length > 0) return undefined;
  return initOf(name.slice(dot + 1), module.classes, 0);
}

function initOf(
  name: string,
  classes: readonly PyClass[],
  depth: number,
): readonly PyParameter[] | undefined {
  const own = classes.findLast(other => other.name === name);
  if (!own || depth > 8) return undefined;
  // a decorator may make another class of it
  if (own.decorators.some(({ text }) => !/^@?(dataclass|.*\.dataclass)/.test(text)))
    return undefined;
  if (own.init) return own.init;
  return own.bases.length === 1 ? initOf(own.bases[0]?.text ?? '', classes, depth + 1) : undefined;
}

function check(model: ConfigModel, use: ComponentUse, params: readonly PyParameter[]): Finding[] {
  const names = params
    .filter(({ variadic, positionalOnly }) => !variadic && !positionalOnly)
    .map(p => p.name);
  const takesAll = params.some(({ variadic }) => variadic === 'kwargs');
  const given = new Set(use.args.map(({ name }) => name));
  const unknown = takesAll ? [] : use.args.filter(({ name }) => !names.includes(name));
  const searched = searchedArgs(use);
  const isFilled = filledIn(model, use);
  const missing = params.filter(
    ({ name, required }) => required && !given.has(name) && !searched.has(name) && !isFilled(name),
  );
  const misspelt = new Set<string>();
  const findings = unknown.map(arg => {
    const meant = closest(
      arg.name,
      names.filter(name => !given.has(name)),
    );
    if (meant !== undefined) misspelt.add(meant);
    const message =
      meant === undefined
        ? t(
            '{0} takes no argument "{1}". It takes: {2}.',
            use.name,
            arg.name,
            names.join(', ') || t('none'),
          )
        : t('{0} takes no argument "{1}". Did you mean "{2}"?', use.name, arg.name, meant);
    const edit = arg.key.parent && removal(model.doc, arg.key.parent);
    const fixes =
      meant === undefined
        ? edit
          ? [fix(t('Remove "{0}"', arg.name), edit)]
          : []
        : [fix(t('Rename to "{0}"', meant), renameText(model.doc, arg.key, meant))];
    return found(byoc, rangeOf(arg.key), message, { fixes });
  });
  return [
    ...findings,
    ...missing
      .filter(({ name }) => !misspelt.has(name))
      .map(({ name }) =>
        found(byoc, rangeOf(use.nameNode), t('{0} needs the argument "{1}".', use.name, name)),
      ),
  ];
}
