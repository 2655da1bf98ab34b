import { variablesOf, type Variables } from '../mmar/environment.ts';
import type { Catalog, Scope } from './catalog.ts';
import type { Changes } from './changes.ts';
import { rememberedChanges } from './changesMemo.ts';
import type { DataFlow } from './dataFlow.ts';
import type { Facts } from './facts.ts';
import type { ComponentUse, ConfigModel } from './model.ts';
import { chooseRelease, compareReleases, type ReleaseChoice } from './release.ts';
import type { Slots } from './slots.ts';
import type { ComponentSpec } from './spec.ts';

/** What is known of components, read when it is first needed. */
export interface Knowledge {
  readonly releases: readonly string[];
  catalog(release: string): Catalog;
  changes(): Changes;
  slots(): Slots;
  dataFlow(): DataFlow;
}

/** The catalogue as it applies to one file. */
export interface Known {
  /** What the file is written for. */
  readonly choice: ReleaseChoice;
  readonly catalog: Catalog;
  /** The newest release: that of the engine on this machine. */
  readonly engine: Catalog;
  readonly changes: Changes;
  readonly slots: Slots;
  readonly flow: DataFlow;
}

/** What a check may ask besides the file. */
export interface CheckContext {
  readonly facts: Facts;
  /** Of the file, environment.json and --set. */
  readonly variables: Variables;
  /** undefined: there is no catalogue, nothing is said of components. */
  readonly known: Known | undefined;
  readonly scope: Scope;
  /** In the release that the file is written for. */
  specOf(use: ComponentUse): ComponentSpec | undefined;
  /** The same for another config of the MMAR. */
  contextOf(other: ConfigModel): CheckContext;
}

export interface ContextSources {
  readonly facts: Facts;
  readonly knowledge?: Knowledge | undefined;
  /** A release that the user asked for. */
  readonly release?: string | undefined;
}

export function makeContext(model: ConfigModel, sources: ContextSources): CheckContext {
  const { facts } = sources;
  const known = knownFor(model, sources);
  const scope: Scope = model.form === 'bundle' ? 'bundle' : 'mmar';
  const specs = new Map<string, ComponentSpec | undefined>();
  return {
    facts,
    variables: variablesOf({ ...facts, config: model.value }),
    known,
    scope,
    specOf: ({ name }) => {
      if (!specs.has(name)) specs.set(name, known?.catalog.get(name, scope));
      return specs.get(name);
    },
    contextOf: other => makeContext(other, sources),
  };
}

function knownFor(
  model: ConfigModel,
  { facts, knowledge, release }: ContextSources,
): Known | undefined {
  if (!knowledge) return undefined;
  const choice = chooseRelease({
    shipped: knowledge.releases,
    setting: release,
    config: model.value,
    dialect: model.kind === 'aiaa' ? dialectOfMmar(facts) : undefined,
    environment: facts.environment,
    ...(model.form === 'bundle' && { metadata: facts.metadata ?? {} }),
  });
  const newest = knowledge.releases.toSorted(compareReleases).at(-1);
  if (!choice || newest === undefined) return undefined;
  return {
    choice,
    catalog: knowledge.catalog(choice.release),
    engine: knowledge.catalog(newest),
    changes: rememberedChanges(knowledge.changes()),
    slots: knowledge.slots(),
    flow: knowledge.dataFlow(),
  };
}

function dialectOfMmar({ others }: Facts) {
  const train = [...(others?.values() ?? [])].find(({ kind }) => kind === 'train');
  return train && train.form !== 'bundle' ? train.form : undefined;
}
