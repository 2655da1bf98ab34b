import { makeSpec, type KwargsTable } from './catalogSpec.ts';
import { kindOf, parseRelease, type ItemRow, type ReleaseFile } from './catalogRows.ts';
import { parseClara } from './claraFile.ts';
import { closest } from './closest.ts';
import { plainKinds, type ComponentKind, type ComponentSpec } from './spec.ts';

/**
 * Who looks a short name up. An MMAR may name whatever Clara knows: MONAI, torch, ignite, Clara's own.
 * A bundle finds by short name only what is defined in MONAI, functions included; the rest needs its path.
 */
export type Scope = 'mmar' | 'bundle';

/** What the editor knows of the components of one release. Specs are decoded on first use and kept. */
export interface Catalog {
  /** "monai-1.6.1" */
  readonly label: string;
  /** "1.6.1" */
  readonly release: string;
  /** Package -> release, of everything that was harvested: monai, torch, pytorch-ignite. */
  readonly packages: Readonly<Record<string, string>>;
  /** By short name, alias or import path. Of several of one name the likeliest; see `candidates`. */
  get(name: string, scope?: Scope): ComponentSpec | undefined;
  /** All that a name may mean, the likeliest first; more than one: the name is ambiguous. */
  candidates(name: string, scope?: Scope): readonly ComponentSpec[];
  /** Components of these kinds, by name. */
  byKind(kinds: Iterable<ComponentKind>): readonly ComponentSpec[];
  /** Every short name, aliases included, or those of some kinds; nothing is decoded for it. */
  names(kinds?: Iterable<ComponentKind>): readonly string[];
  /**
   * What the writer of an unknown name most likely meant, in the form that the scope takes: names of
   * `kinds` first. A known class at a wrong path gives its right path.
   */
  closest(
    name: string,
    options?: { kinds?: Iterable<ComponentKind>; scope?: Scope },
  ): string | undefined;
  /**
   * True where the catalogue would know the name if it existed: short names, and paths into packages
   * that were harvested whole. False for custom code and everything else: nothing can be said.
   */
  covers(name: string): boolean;
}

/** Texts of the files in mmar-schemas/components. */
export interface CatalogTexts {
  /** The harvest of a release. */
  readonly release: string;
  /** clara.json: what exists in Clara, AIAA and NVFlare only. Absent: an engine that has none of it. */
  readonly clara?: string | undefined;
  /** kwargs.json: what `**kwargs` swallows. */
  readonly kwargs?: string | undefined;
}

type Entry = ItemRow | ComponentSpec;

/** Throws where the text is no catalogue: it is our own data, or a cache that can be made again. */
export function loadCatalog({ release, clara, kwargs }: CatalogTexts): Catalog {
  const file = parseRelease(release);
  const extra = clara === undefined ? [] : parseClara(clara);
  const table = (kwargs === undefined ? {} : JSON.parse(kwargs)) as KwargsTable;
  const index = indexOf([...file.items, ...extra]);
  const find = makeFinder(file, index);
  const specOf = makeDecoder(file, table, find);
  const catalog: Catalog = {
    label: file.label,
    release: file.label.replace(/^monai-/, ''),
    packages: file.packages ?? {},
    get: (name, scope = 'mmar') => {
      const [best] = find(name, scope);
      return best && specOf(best);
    },
    candidates: (name, scope = 'mmar') => find(name, scope).map(specOf),
    byKind: kinds => {
      const wanted = new Set(kinds);
      const entries = [...file.items, ...extra].filter(entry => wanted.has(entryKind(file, entry)));
      return entries.map(specOf).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    },
    names: kinds => {
      if (!kinds) return [...index.keys()];
      const wanted = new Set(kinds);
      return [...index]
        .filter(([, entries]) => entries.some(entry => wanted.has(entryKind(file, entry))))
        .map(([name]) => name);
    },
    closest: (name, options) => closestName(catalog, name, options),
    covers: name => coversName(file, extra, catalog, name),
  };
  return catalog;
}

function isSpec(entry: Entry): entry is ComponentSpec {
  return !Array.isArray(entry);
}

function entryKind(file: ReleaseFile, entry: Entry): ComponentKind {
  return isSpec(entry) ? entry.kind : kindOf(file, entry);
}

function makeDecoder(
  file: ReleaseFile,
  table: KwargsTable,
  find: Finder,
): (entry: Entry) => ComponentSpec {
  const specs = new Map<ItemRow, ComponentSpec | undefined>();
  const specOf = (entry: Entry): ComponentSpec => {
    if (isSpec(entry)) return entry;
    const kept = specs.get(entry);
    if (kept) return kept;
    specs.set(entry, undefined);
    const made = makeSpec(file, entry, table, path => {
      const [target] = find(path, 'mmar');
      // `**kwargs` that lead back to where they come from lead nowhere.
      const isOpen = target && !isSpec(target) && specs.has(target) && !specs.get(target);
      return target && !isOpen ? specOf(target) : undefined;
    });
    specs.set(entry, made);
    return made;
  };
  return specOf;
}

function indexOf(entries: readonly Entry[]): Map<string, Entry[]> {
  const index = new Map<string, Entry[]>();
  const add = (name: string, entry: Entry): void => {
    const list = index.get(name);
    if (list) list.push(entry);
    else index.set(name, [entry]);
  };
  for (const entry of entries) {
    add(isSpec(entry) ? entry.name : entry[0], entry);
    const aliases = isSpec(entry) ? entry.aliases : entry[4];
    if (aliases !== 0) for (const alias of aliases) add(alias, entry);
  }
  return index;
}

type Finder = (name: string, scope: Scope) => readonly Entry[];

function makeFinder(file: ReleaseFile, index: ReadonlyMap<string, Entry[]>): Finder {
  const isPlain = (entry: Entry) => plainKinds.has(entryKind(file, entry));
  const top = (entry: Entry) => {
    const module = isSpec(entry) ? entry.module : (file.modules[entry[2]] ?? '');
    return module.split('.', 1)[0] ?? '';
  };
  return (name, scope) => {
    const dot = name.lastIndexOf('.');
    const entries = index.get(name.slice(dot + 1)) ?? [];
    if (dot >= 0) {
      const module = name.slice(0, dot);
      return entries.filter(entry => livesIn(file, entry, module));
    }
    if (scope === 'bundle') return byUse(entries.filter(entry => top(entry) === 'monai'));
    const sorted = byUse(entries);
    const [best] = sorted;
    // A loss of torch beside one of MONAI is no doubt: Clara takes MONAI's. Nor is a function beside a class.
    return sorted.filter(
      entry => best && top(entry) === top(best) && isPlain(entry) === isPlain(best),
    );
  };

  function byUse(entries: readonly Entry[]): Entry[] {
    const rank = (entry: Entry) => (isPlain(entry) ? 4 : 0) + order(top(entry));
    return entries.length < 2 ? [...entries] : entries.toSorted((a, b) => rank(a) - rank(b));
  }
}

const order = (top: string): number => (top === 'monai' ? 0 : top === 'torch' ? 1 : 2);

function livesIn(file: ReleaseFile, entry: Entry, module: string): boolean {
  if (isSpec(entry)) return entry.module === module;
  const [, , own, handedOn, , , extra] = entry;
  return (
    file.modules[own] === module ||
    file.modules[handedOn] === module ||
    (extra?.p?.some(index => file.modules[index] === module) ?? false)
  );
}

function coversName(
  file: ReleaseFile,
  extra: readonly ComponentSpec[],
  catalog: Catalog,
  name: string,
): boolean {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return true;
  const module = name.slice(0, dot);
  if (catalog.get(module)) return false; // a method of a class
  const isPublicName = /^[A-Z]/.test(name.slice(dot + 1));
  const whole = name.startsWith('monai.') && file.covers.includes('monai');
  const known = file.covers.includes(module) || extra.some(spec => spec.module === module);
  return whole || (known && isPublicName);
}

function closestName(
  catalog: Catalog,
  name: string,
  options: { kinds?: Iterable<ComponentKind>; scope?: Scope } = {},
): string | undefined {
  const { kinds, scope = 'mmar' } = options;
  const short = name.slice(name.lastIndexOf('.') + 1);
  const nameable = (found: string): string | undefined => {
    if (!name.includes('.') && catalog.get(found, scope)) return found;
    return catalog.get(found)?.path;
  };
  const exact = catalog.get(short);
  if (exact && nameable(short) !== name) return nameable(short);
  if (!catalog.covers(name)) return undefined; // nothing of ours is meant by it
  const wanted = kinds && closest(short, catalog.names(kinds));
  const found = wanted ?? closest(short, catalog.names());
  return found === undefined ? undefined : nameable(found);
}
