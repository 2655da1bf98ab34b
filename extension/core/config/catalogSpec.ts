import { bareArg, decodeArg, kindOf, type ItemRow, type ReleaseFile } from './catalogRows.ts';
import type { ArgSpec, ComponentSpec } from './spec.ts';

/** kwargs.json: what `**kwargs` of a component takes, where reading its code does not tell. */
export type KwargsTable = Readonly<Record<string, KwargsRule | string>>;

export interface KwargsRule {
  /** Names that mean something. */
  readonly takes?: readonly string[];
  /** Import path of what takes the rest. */
  readonly like?: string;
  /** What becomes of other names. */
  readonly rest: ComponentSpec['rest'];
}

type LookUp = (path: string) => ComponentSpec | undefined;

/** A row of the file as a spec. `lookUp` finds what a `**kwargs` is handed on to. */
export function makeSpec(
  file: ReleaseFile,
  row: ItemRow,
  table: KwargsTable,
  lookUp: LookUp,
): ComponentSpec {
  const [name, , module, publicModule, aliases, argRows, extra] = row;
  const args = new Map<string, ArgSpec>();
  for (const arg of argRows) if (!arg[0].startsWith('*')) args.set(arg[0], decodeArg(file, arg));
  const own = file.modules[module] ?? '';
  const handedOn = file.modules[publicModule] ?? own;
  const swallowsKwargs = argRows.some(([arg]) => arg.startsWith('**'));
  return {
    name,
    aliases: aliases === 0 ? [] : aliases,
    kind: kindOf(file, row),
    module: own,
    publicModule: handedOn,
    path: `${handedOn}.${name}`,
    args,
    swallowsKwargs,
    ...(swallowsKwargs ? passedOn(file, row, args, table, lookUp) : nothingPassed(row)),
    members: extra?.e ?? [],
    ...(extra?.d && { deprecation: extra.d }),
  };
}

type Passed = Pick<ComponentSpec, 'passed' | 'rest'>;

const nothing: ReadonlyMap<string, ArgSpec> = new Map();

const nothingPassed = (row: ItemRow): Passed => ({
  passed: nothing,
  rest: row[6]?.o === 1 ? 'unsure' : 'refused',
});

const unread = ['unsure', 'ignored', 'refused'] as const;

function passedOn(
  file: ReleaseFile,
  row: ItemRow,
  args: ReadonlyMap<string, ArgSpec>,
  table: KwargsTable,
  lookUp: LookUp,
): Passed {
  const passed = new Map<string, ArgSpec>();
  const add = (arg: ArgSpec): void => {
    if (!args.has(arg.name) && !passed.has(arg.name)) passed.set(arg.name, arg);
  };
  for (const [name, deprecation] of row[6]?.g ?? []) add(bareArg(name, deprecation));
  const rule = table[row[0]];
  if (typeof rule === 'object') {
    const target = rule.like === undefined ? undefined : lookUp(rule.like);
    for (const name of rule.takes ?? []) add(target?.args.get(name) ?? bareArg(name));
    for (const arg of target?.args.values() ?? []) add(arg);
    return { passed, rest: rule.rest };
  }
  const [module, name, given] = row[6]?.k ?? [];
  const target =
    module === undefined ? undefined : lookUp(`${file.modules[module] ?? ''}.${name ?? ''}`);
  if (!target) return { passed, rest: unread[row[6]?.i ?? 0] };
  for (const arg of [...target.args.values(), ...target.passed.values()])
    if (!given?.includes(arg.name)) add({ ...arg, keywordOnly: true });
  return { passed, rest: target.rest };
}
