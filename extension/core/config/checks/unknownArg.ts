import { t } from '@vscode/l10n';
import type { CheckContext, Known } from '../context.ts';
import { closest } from '../closest.ts';
import { fix, removal, renameText } from '../edits.ts';
import type { Finding, Fix } from '../finding.ts';
import type { ArgUse, ComponentUse, ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { argOf, fateOf, type ComponentSpec } from '../spec.ts';
import { componentFiles, found, type Check, type Code } from './check.ts';

const unknown: Code = {
  code: 'unknown-arg',
  severity: 'error',
  summary: 'An argument that the component does not take',
};
const renamed: Code = {
  code: 'renamed-arg',
  severity: 'error',
  summary: 'An argument that the release calls by another name',
};
const removed: Code = {
  code: 'removed-arg',
  severity: 'error',
  summary: 'An argument that the release no longer has',
};
const swallowed: Code = {
  code: 'swallowed-arg',
  severity: 'warning',
  summary: 'An argument that is taken without a word and has no effect',
};

/** Flags arguments that a component does not take, or takes and forgets. */
export const unknownArg: Check = {
  codes: [unknown, renamed, removed, swallowed],
  kinds: [...componentFiles],
  run: (model, context) => {
    const { known } = context;
    if (!known) return [];
    return model.components.flatMap(use => {
      const spec = context.specOf(use);
      if (!spec || spec.kind === 'enum') return [];
      return use.args.flatMap(arg => checkArg({ model, use, spec, known, context }, arg));
    });
  },
};

interface Place {
  readonly model: ConfigModel;
  readonly use: ComponentUse;
  readonly spec: ComponentSpec;
  readonly known: Known;
  readonly context: CheckContext;
}

function checkArg(place: Place, arg: ArgUse): Finding[] {
  const fate = fateOf(place.spec, arg.name);
  if (fate === 'named' || fate === 'passed' || arg.name === '') return [];
  const history = fate === 'unsure' ? undefined : lost(place, arg, fate === 'ignored');
  if (history) return [history];
  const meant = closest(arg.name, argNames(place));
  if (fate === 'unsure') return meant === undefined ? [] : [doubt(place, arg, meant)];
  return [fate === 'ignored' ? forgotten(place, arg, meant) : refused(place, arg, meant)];
}

const argNames = ({ spec, use }: Place): string[] => {
  const given = new Set(use.args.map(({ name }) => name));
  return [...spec.args.keys(), ...spec.passed.keys()].filter(name => !given.has(name));
};

/** What another release took. */
function lost(
  { model, use, spec, known }: Place,
  arg: ArgUse,
  isSilent: boolean,
): Finding | undefined {
  const { release } = known.catalog;
  const oldest = known.changes.releases[0] ?? release;
  const change = known.changes.lost(spec.name, oldest, release, arg.name);
  if (!change) return undefined;
  const silent = isSilent ? ` ${t('It is accepted without a word and has no effect.')}` : '';
  const to = change.successor;
  const range = rangeOf(arg.key);
  if (to !== undefined && argOf(spec, to)) {
    const message =
      t('{0} of MONAI {1} calls "{2}" "{3}".', use.name, release, arg.name, to) + silent;
    const isThere = use.args.some(({ name }) => name === to);
    const fixes = isThere
      ? removing(model, arg)
      : [fix(t('Rename to "{0}"', to), renameText(model.doc, arg.key, to))];
    return found(renamed, range, message, { fixes });
  }
  const message =
    t(
      '{0} of MONAI {1} has no "{2}" any more: it went with MONAI {3}.',
      use.name,
      release,
      arg.name,
      change.first,
    ) + silent;
  return found(removed, range, message, { fixes: removing(model, arg) });
}

function removing(model: ConfigModel, arg: ArgUse): Fix[] {
  const edit = arg.key.parent && removal(model.doc, arg.key.parent);
  return edit ? [fix(t('Remove "{0}"', arg.name), edit)] : [];
}

function refused(place: Place, arg: ArgUse, meant: string | undefined): Finding {
  const { use, known, spec } = place;
  const range = rangeOf(arg.key);
  const since = known.changes.since(spec.name, arg.name);
  const later = known.engine.get(spec.name);
  if (since !== undefined && later && argOf(later, arg.name))
    return found(
      unknown,
      range,
      t(
        '{0} of MONAI {1} has no "{2}": it came with MONAI {3}.',
        use.name,
        known.catalog.release,
        arg.name,
        since,
      ),
      { severity: 'warning', fixes: predecessor(place, arg) },
    );
  if (meant !== undefined)
    return found(unknown, range, didYouMean(use, arg, meant), renameTo(place, arg, meant));
  const names = [...spec.args.keys()];
  const message =
    names.length === 0
      ? t('{0} takes no arguments, and "{1}" is one.', use.name, arg.name)
      : t('{0} takes no argument "{1}". It takes: {2}.', use.name, arg.name, names.join(', '));
  return found(unknown, range, message, { fixes: removing(place.model, arg) });
}

/** An older name of the same: `spatial_dims` was `dimensions`. */
function predecessor({ model, spec, known }: Place, arg: ArgUse): Fix[] {
  const [before] = [...spec.args.keys()].filter(
    name =>
      known.changes.lost(spec.name, known.catalog.release, known.engine.release, name)
        ?.successor === arg.name,
  );
  return before === undefined
    ? []
    : [fix(t('Rename to "{0}"', before), renameText(model.doc, arg.key, before))];
}

const didYouMean = (use: ComponentUse, arg: ArgUse, meant: string): string =>
  t('{0} takes no argument "{1}". Did you mean "{2}"?', use.name, arg.name, meant);

const renameTo = ({ model }: Place, arg: ArgUse, meant: string) => ({
  fixes: [fix(t('Rename to "{0}"', meant), renameText(model.doc, arg.key, meant))],
});

function doubt(place: Place, arg: ArgUse, meant: string): Finding {
  const message = t(
    '{0} has an argument "{1}"; "{2}" looks like it.',
    place.use.name,
    meant,
    arg.name,
  );
  return found(unknown, rangeOf(arg.key), message, {
    severity: 'warning',
    ...renameTo(place, arg, meant),
  });
}

function forgotten(place: Place, arg: ArgUse, meant: string | undefined): Finding {
  const { use, model } = place;
  const message =
    meant === undefined
      ? t('{0} accepts "{1}" without a word, and it has no effect.', use.name, arg.name)
      : t(
          '{0} accepts "{1}" without a word, and it has no effect. Did you mean "{2}"?',
          use.name,
          arg.name,
          meant,
        );
  const fixes = meant === undefined ? removing(model, arg) : renameTo(place, arg, meant).fixes;
  return found(swallowed, rangeOf(arg.key), message, { fixes });
}
