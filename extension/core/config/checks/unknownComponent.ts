import { t } from '@vscode/l10n';
import type { Change } from '../changes.ts';
import type { CheckContext, Known } from '../context.ts';
import { fix, renameText } from '../edits.ts';
import type { Finding, Fix } from '../finding.ts';
import type { ComponentUse, ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import type { ComponentKind } from '../spec.ts';
import { componentFiles, found, type Check, type Code } from './check.ts';
import { kindsFor } from './places.ts';

const unknown: Code = {
  code: 'unknown-component',
  severity: 'error',
  summary: 'A component that the release of MONAI does not have',
};
const removed: Code = {
  code: 'removed-component',
  severity: 'error',
  summary: 'A component that the release of MONAI no longer has',
};
const ambiguous: Code = {
  code: 'ambiguous-component',
  severity: 'warning',
  summary: 'A short name that several components have',
};

/** Flags names of components that the release does not know. Custom code is another check's business. */
export const unknownComponent: Check = {
  codes: [unknown, removed, ambiguous],
  kinds: [...componentFiles],
  run: (model, context) => {
    const { known } = context;
    if (!known) return [];
    return model.components.flatMap(use => {
      if (!isName(use.name) || isCustom(use.name, context)) return [];
      if (context.specOf(use)) return doubtful(use, known, context);
      return known.catalog.covers(use.name) ? [nameless(model, use, known, context)] : [];
    });
  },
};

/** `"$expr"`, `"{VAR}"`: chosen by the run. */
const isName = (name: string): boolean => /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name);

function isCustom(name: string, { facts }: CheckContext): boolean {
  const top = name.split('.')[0] ?? '';
  return [...(facts.customNames?.keys() ?? [])].some(module => module.split('.')[0] === top);
}

function nameless(
  model: ConfigModel,
  use: ComponentUse,
  known: Known,
  context: CheckContext,
): Finding {
  const range = rangeOf(use.nameNode);
  const label = `MONAI ${known.catalog.release}`;
  const oldest = known.changes.releases[0] ?? known.catalog.release;
  const lost = known.changes.lost(use.name, oldest, known.catalog.release);
  if (lost) {
    const { message, name } = lostMessage(use.name, lost, label, known, context);
    const fixes = name === undefined ? [] : [renaming(model, use, name)];
    return found(removed, range, message, { fixes });
  }
  const since = known.changes.since(use.name);
  if (since !== undefined && known.engine.get(use.name, context.scope))
    return found(
      unknown,
      range,
      t('{0} has no {1}: it came with MONAI {2}.', label, use.name, since),
      { severity: 'warning' },
    );
  return misspelt(model, use, known, context);
}

function misspelt(
  model: ConfigModel,
  use: ComponentUse,
  known: Known,
  context: CheckContext,
): Finding {
  const range = rangeOf(use.nameNode);
  const label = `MONAI ${known.catalog.release}`;
  const kinds = kindsFor(model, use, known);
  const meant = known.catalog.closest(use.name, { ...(kinds && { kinds }), scope: context.scope });
  if (meant !== undefined)
    return found(unknown, range, t('{0} has no {1}. Did you mean {2}?', label, use.name, meant), {
      fixes: [renaming(model, use, meant)],
    });
  const message =
    context.scope === 'bundle'
      ? t('{0} has no {1}. A class from elsewhere needs its full import path.', label, use.name)
      : t('{0} has no {1}. A class of your own needs "path": "module.{1}".', label, use.name);
  return found(unknown, range, message);
}

function lostMessage(
  name: string,
  lost: Change,
  label: string,
  known: Known,
  { scope }: CheckContext,
): { message: string; name: string | undefined } {
  const to = lost.successor;
  if (to === undefined)
    return {
      message: t('{0} has no {1}: it went with MONAI {2}.', label, name, lost.first),
      name: to,
    };
  const there = known.catalog.get(to, scope) ?? known.catalog.get(to);
  const message = t('{0} has no {1}: since MONAI {2} it is {3}.', label, name, lost.first, to);
  return { message, name: there ? to : undefined };
}

const renaming = (model: ConfigModel, use: ComponentUse, name: string): Fix =>
  fix(t('Change to {0}', name), renameText(model.doc, use.nameNode, name));

/** Names that mean one thing only. */
const settled = new WeakMap<Known['catalog'], Set<string>>();

/** Several of one name: MONAI takes the first that it finds, which may be another one tomorrow. */
function doubtful(use: ComponentUse, known: Known, { scope }: CheckContext): Finding[] {
  if (use.name.includes('.')) return [];
  const clear = settled.get(known.catalog) ?? new Set<string>();
  settled.set(known.catalog, clear);
  if (clear.has(`${scope} ${use.name}`)) return [];
  const all = known.catalog.candidates(use.name, scope);
  const kinds = new Set<ComponentKind>(all.map(({ kind }) => kind));
  if (all.length < 2 || kinds.size > 1) {
    clear.add(`${scope} ${use.name}`);
    return [];
  }
  const paths = all.map(({ module, name }) => `${module}.${name}`);
  if (new Set(paths).size < 2) return [];
  return [
    found(
      ambiguous,
      rangeOf(use.nameNode),
      t('{0} may mean {1}: write the one that you mean.', use.name, paths.join(t(' or '))),
    ),
  ];
}
