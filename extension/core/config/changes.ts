import type { Json } from '../mmar/bundle/json.ts';
import { compareReleases } from './release.ts';

export type ChangeKind =
  | 'component-added'
  | 'component-removed'
  | 'component-moved'
  | 'arg-added'
  | 'arg-removed'
  | 'arg-renamed'
  | 'arg-required'
  | 'default-changed';

/** Where a successor's name comes from: MONAI's own word (the first two), ours, or a guess (the last two). */
export type SuccessorOrigin = 'decorator' | 'deprecation text' | 'hand' | 'same place' | 'similar';

/** One thing that happened to a component or an argument of MONAI. */
export interface Change {
  readonly component: string;
  readonly aliases: readonly string[];
  /** Where it was defined before the change; for an added one, after it. */
  readonly module: string;
  readonly change: ChangeKind;
  readonly arg?: string;
  /** The last release before the change and the first one after it, of those that were read. */
  readonly last?: string;
  readonly first: string;
  /** The default, listed values or module before and after. */
  readonly before?: Json;
  readonly after?: Json;
  /** Release that declared it outdated. */
  readonly deprecatedSince?: string;
  readonly successor?: string;
  readonly successorFrom?: SuccessorOrigin;
  /** `**kwargs` takes the old argument without a word. */
  readonly swallowed?: true;
  /** An added argument that must be given. */
  readonly required?: true;
}

/** What happened from release to release. Names are short names, aliases or import paths. */
export interface Changes {
  /** All releases that were compared, oldest first. */
  readonly releases: readonly string[];
  /** Oldest first; with `arg` only what happened to this argument. */
  between(component: string, from: string, to: string, arg?: string): readonly Change[];
  /** Why a component or argument of release `from` is not in `to`: it was removed, renamed or moved. */
  lost(component: string, from: string, to: string, arg?: string): Change | undefined;
  /** The first release that has it, if it came after the oldest release that was read. */
  since(component: string, arg?: string): string | undefined;
}

/**
 * changes.json: one row per change. `null` or a missing end: not known. The release is that of `first`;
 * `last` is the one before it in `releases`.
 */
interface ChangesFile {
  readonly format: 1;
  readonly releases: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

type Row = readonly [
  component: string,
  module: string,
  change: ChangeKind,
  first: number,
  arg?: string | null,
  more?: Readonly<{
    before?: Json;
    after?: Json;
    deprecatedSince?: string;
    successor?: string;
    successorFrom?: SuccessorOrigin;
    swallowed?: true;
    required?: true;
  }>,
];

const losses: ReadonlySet<ChangeKind> = new Set<ChangeKind>([
  ...(['component-removed', 'component-moved', 'arg-removed', 'arg-renamed'] as const),
]);

export function loadChanges(text: string): Changes {
  const file = JSON.parse(text) as ChangesFile;
  if (file.format !== 1) throw new Error('not a table of changes of format 1');
  const byName = rowsByName(file);
  const aliases = aliasesByName(file);
  const of = (component: string): readonly Change[] => {
    const dot = component.lastIndexOf('.');
    const short = component.slice(dot + 1);
    const rows = byName.get(own(file.aliases, short) ?? short) ?? [];
    const all = rows.map(row => decode(file, row, aliases));
    return dot < 0 ? all : all.filter(change => isWithin(change.module, component.slice(0, dot)));
  };
  const between: Changes['between'] = (component, from, to, arg) =>
    of(component)
      .filter(({ first }) => compareReleases(from, first) < 0 && compareReleases(first, to) <= 0)
      .filter(change => arg === undefined || change.arg === arg)
      .sort((a, b) => compareReleases(a.first, b.first));
  return {
    releases: file.releases,
    between,
    lost: (component, from, to, arg) => lost(between, component, from, to, arg),
    since: (component, arg) =>
      of(component).find(({ change, arg: name }) =>
        arg === undefined ? change === 'component-added' : change === 'arg-added' && name === arg,
      )?.first,
  };
}

function rowsByName({ rows }: ChangesFile): ReadonlyMap<string, readonly Row[]> {
  const byName = new Map<string, Row[]>();
  for (const row of rows) {
    const list = byName.get(row[0]);
    if (list) list.push(row);
    else byName.set(row[0], [row]);
  }
  return byName;
}

function aliasesByName({ aliases }: ChangesFile): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const [alias, name] of Object.entries(aliases))
    byName.set(name, [...(byName.get(name) ?? []), alias]);
  return byName;
}

function decode(
  file: ChangesFile,
  row: Row,
  aliases: ReadonlyMap<string, readonly string[]>,
): Change {
  const [component, module, change, first, arg, more] = row;
  const last = file.releases[first - 1];
  return {
    component,
    aliases: aliases.get(component) ?? [],
    module,
    change,
    first: file.releases[first] ?? '',
    ...(last !== undefined && { last }),
    ...(arg != null && { arg }),
    ...more,
  };
}

/** "monai.transforms.AddChanneld" is defined in monai.transforms.utility.dictionary. */
const isWithin = (module: string, named: string): boolean =>
  module === named || module.startsWith(`${named}.`);

/** What is last true counts: a name that came back is not lost. A renamed argument is followed to its end. */
function lost(
  between: Changes['between'],
  component: string,
  from: string,
  to: string,
  arg: string | undefined,
): Change | undefined {
  const added: ChangeKind = arg === undefined ? 'component-added' : 'arg-added';
  const change = between(component, from, to, arg)
    .filter(({ arg: of }) => of === arg)
    .findLast(({ change: kind }) => losses.has(kind) || kind === added);
  if (!change || change.change === added) return undefined;
  if (change.change !== 'arg-renamed') return change;
  const next = lost(between, component, change.first, to, change.successor);
  if (!next) return change;
  // What it was renamed to is lost, too: the way out is where that leads, if anywhere.
  const { successor: _, successorFrom: __, swallowed: ___, ...start } = change;
  const { change: end, successor, successorFrom, swallowed } = next;
  return {
    ...start,
    change: end,
    ...(successor !== undefined && { successor }),
    ...(successorFrom && { successorFrom }),
    ...(swallowed && { swallowed }),
  };
}

/** Names come from users: "constructor" is none of ours. */
const own = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
