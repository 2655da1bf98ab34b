import { t } from '@vscode/l10n';
import type { Known } from '../context.ts';
import { fix, renameText } from '../edits.ts';
import type { Finding } from '../finding.ts';
import type { ArgUse, ComponentUse, ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { compareReleases } from '../release.ts';
import { argOf, fateOf, type ComponentSpec, type Deprecation } from '../spec.ts';
import { componentFiles, found, type Check, type Code } from './check.ts';

const deprecated: Code = {
  code: 'deprecated',
  severity: 'info',
  summary: 'A component or argument that is outdated, or gone in the release of the engine',
};
const changed: Code = {
  code: 'changed-default',
  severity: 'info',
  summary: 'A default that is another one in the release of the engine',
};

/** Tells what works in the release that a file is written for, and is another thing today. */
export const outdated: Check = {
  codes: [deprecated, changed],
  kinds: [...componentFiles],
  run: (model, context) => {
    const { known } = context;
    if (!known) return [];
    const news = newsOf(known);
    return model.components.flatMap(use => {
      const spec = context.specOf(use);
      if (!spec || !news(spec, use.args)) return [];
      const whole = ofComponent(model, use, spec, known);
      if (whole) return [whole];
      const args = use.args.flatMap(arg => ofArg(model, use, spec, known, arg));
      return [...args, ...defaults(model, use, spec, known)];
    });
  },
};

const quiet = new WeakMap<Known['changes'], Map<string, boolean>>();

/** Whether anything may be said of a component with these arguments; worked out once, since most are as they were. */
function newsOf({ catalog, engine, changes }: Known) {
  const known = quiet.get(changes) ?? new Map<string, boolean>();
  quiet.set(changes, known);
  const ends = `${catalog.release} ${engine.release} `;
  return (spec: ComponentSpec, args: readonly ArgUse[]): boolean => {
    const key = ends + spec.path;
    const same =
      known.get(key) ??
      (!spec.deprecation &&
        changes
          .between(spec.name, catalog.release, engine.release)
          .every(({ change }) => harmlessChange.has(change)));
    known.set(key, same);
    return !same || args.some(({ name }) => argOf(spec, name)?.deprecation !== undefined);
  };
}

const harmlessChange: ReadonlySet<string> = new Set([
  'arg-added',
  'arg-required',
  'component-added',
]);

function ofComponent(
  model: ConfigModel,
  use: ComponentUse,
  spec: ComponentSpec,
  { catalog, engine, changes }: Known,
): Finding | undefined {
  const lost = changes.lost(spec.name, catalog.release, engine.release);
  const to = spec.deprecation?.successor ?? lost?.successor;
  if (!spec.deprecation && (!lost || engine.get(use.name))) return undefined;
  const what = lost
    ? t('{0} went with MONAI {1}.', use.name, lost.first)
    : t('{0} is outdated.', use.name);
  const message = to === undefined ? what : `${what} ${t('Today it is {0}.', to)}`;
  const isKnown = to !== undefined && catalog.get(to) !== undefined;
  return found(deprecated, rangeOf(use.nameNode), message, {
    fixes: isKnown ? [fix(t('Change to {0}', to), renameText(model.doc, use.nameNode, to))] : [],
  });
}

function ofArg(
  model: ConfigModel,
  use: ComponentUse,
  spec: ComponentSpec,
  { catalog, engine, changes }: Known,
  arg: ArgUse,
): Finding[] {
  const own = argOf(spec, arg.name);
  if (!own) return [];
  const today = engine.get(spec.name);
  const isTaken = today && !['refused', 'ignored'].includes(fateOf(today, arg.name));
  const change = changes.lost(spec.name, catalog.release, engine.release, arg.name);
  const lost = isTaken ? undefined : change;
  const past = own.deprecation && isPast(own.deprecation, catalog.release);
  if (!past && !lost) return [];
  const to = own.deprecation?.successor ?? lost?.successor;
  const what = lost
    ? t('"{0}" of {1} went with MONAI {2}.', arg.name, use.name, lost.first)
    : t('"{0}" of {1} is outdated.', arg.name, use.name);
  const message = to === undefined ? what : `${what} ${t('Today it is "{0}".', to)}`;
  const isFree = to !== undefined && argOf(spec, to) && !use.args.some(({ name }) => name === to);
  return [
    found(deprecated, rangeOf(arg.key), message, {
      fixes: isFree ? [fix(t('Rename to "{0}"', to), renameText(model.doc, arg.key, to))] : [],
    }),
  ];
}

/** A default that will change one day (`replaced`) is no fault of who gives the argument. */
const isPast = ({ since, replaced }: Deprecation, release: string): boolean =>
  replaced === undefined && (since === undefined || compareReleases(since, release) <= 0);

function defaults(
  model: ConfigModel,
  use: ComponentUse,
  spec: ComponentSpec,
  known: Known,
): Finding[] {
  const { catalog, engine, changes } = known;
  if (catalog.release === engine.release) return [];
  const given = new Set(use.args.map(({ name }) => name));
  const told = changes
    .between(spec.name, catalog.release, engine.release)
    .filter(
      ({ change, arg }) => change === 'default-changed' && arg !== undefined && !given.has(arg),
    )
    .filter(({ arg = '' }) => !harmless.has(arg) && engine.get(spec.name)?.args.has(arg))
    .filter(({ arg }) => arg !== 'image_only' || usesMeta(model));
  return told.map(({ arg, before, after, first }) =>
    found(
      changed,
      rangeOf(use.nameNode),
      t(
        '"{0}" of {1} is not given here: its default is {2} in MONAI {3}, and {4} since {5}.',
        arg ?? '',
        use.name,
        JSON.stringify(before ?? null),
        catalog.release,
        JSON.stringify(after ?? null),
        first,
      ),
    ),
  );
}

/** Without `image_only`, what was in `image_meta_dict` is in the image itself. */
const usesMeta = ({ texts }: ConfigModel): boolean =>
  texts.some(({ value }) => value.includes('meta_dict'));

/** Where another default changes nothing that anybody sees: names of loggers, threads, what no longer means anything. */
const harmless: ReadonlySet<string> = new Set([
  ...['name', 'num_workers', 'num_init_workers', 'num_replace_workers', 'device', 'labels'],
  ...['as_tensor_output', 'track_meta', 'allow_smaller', 'channel_dim', 'dimensions', 'delimiter'],
  ...['to_onehot', 'norm_name'],
]);
