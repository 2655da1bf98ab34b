import type { Json } from '../mmar/bundle/json.ts';

/** What a component is: it decides where in a config it may stand. */
export const componentKinds = [
  ...['transform', 'dict_transform', 'loss', 'optimizer', 'lr_scheduler'],
  ...['network', 'block', 'layer', 'dataset', 'dataloader', 'sampler', 'inferer'],
  ...['handler', 'ignite_metric', 'metric', 'trainer', 'evaluator', 'engine', 'reader', 'writer'],
  ...['class', 'enum', 'function'],
  // Clara Train, AIAA and NVFlare
  ...['aiaa_inference', 'aiaa_pipeline', 'aiaa_writer'],
  ...['automl_controller', 'automl_executor', 'automl_handler'],
  ...['fl_aggregator', 'fl_persistor', 'fl_generator', 'fl_model_io', 'fl_filter'],
  ...['fl_trainer', 'fl_validator', 'fl_handler'],
] as const;
export type ComponentKind = (typeof componentKinds)[number];

/** These can be named in a config, too, but stand in no slot of an MMAR. */
export const plainKinds: ReadonlySet<ComponentKind> = new Set(['class', 'enum', 'function']);

/** When something was declared outdated, when it goes, and what to write instead. Releases of its package. */
export interface Deprecation {
  readonly since?: string;
  readonly removed?: string;
  /** For a default that changes: the release with the new one. */
  readonly replaced?: string;
  readonly successor?: string;
}

export type ListedValue = string | number | boolean;

export interface ArgSpec {
  readonly name: string;
  /** As written in Python ("Sequence[int] | None"); '' where nothing is written. */
  readonly type: string;
  readonly required: boolean;
  readonly keywordOnly: boolean;
  /** Absent: required, no constant (see `defaultText`), or not known (Clara's own). */
  readonly default?: Json;
  /** Python text of a default that is no constant ("sys.maxsize"). */
  readonly defaultText?: string;
  /** Empty where none are listed. */
  readonly values: readonly ListedValue[];
  /** True: no value but the listed ones (and None) works. False: they are suggestions, others may work. */
  readonly closed: boolean;
  readonly deprecation?: Deprecation;
}

export interface ComponentSpec {
  /** The class's or function's own name; `aliases` are others for the same. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: ComponentKind;
  /** Where it is defined, and the shortest of the packages that hand it on. */
  readonly module: string;
  readonly publicModule: string;
  /** Full import path, as a bundle's `_target_` takes it. */
  readonly path: string;
  /** In the order of the signature. */
  readonly args: ReadonlyMap<string, ArgSpec>;
  /** Arguments that get in through `**kwargs` and mean something. */
  readonly passed: ReadonlyMap<string, ArgSpec>;
  /**
   * What becomes of any other argument: refused = an error when built or used, ignored = accepted without effect,
   * unsure = `**kwargs` or the signature hide it.
   */
  readonly rest: 'refused' | 'ignored' | 'unsure';
  readonly swallowsKwargs: boolean;
  /** Members of an enum. */
  readonly members: readonly ListedValue[];
  readonly deprecation?: Deprecation;
}

export type ArgFate = 'named' | 'passed' | ComponentSpec['rest'];

/** What becomes of an argument of this name. */
export function fateOf(spec: ComponentSpec, arg: string): ArgFate {
  if (spec.args.has(arg)) return 'named';
  return spec.passed.has(arg) ? 'passed' : spec.rest;
}

/** The argument, its own or passed on; undefined where nothing is known of it. */
export function argOf(spec: ComponentSpec, arg: string): ArgSpec | undefined {
  return spec.args.get(arg) ?? spec.passed.get(arg);
}
