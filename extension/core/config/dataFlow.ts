import type { Json } from '../mmar/bundle/json.ts';
import type { ComponentSpec } from './spec.ts';

/**
 * What a dictionary transform does to the item. `reads`, `writes`, `drops` and `keeps` are names of arguments
 * that hold keys; an argument that is neither given nor has a default (see ArgSpec) holds none.
 */
export interface FlowRule {
  /** These keys must be there. */
  readonly reads: readonly string[];
  /** These keys are there afterwards. */
  readonly writes: readonly string[];
  /** These keys are gone afterwards. */
  readonly drops: readonly string[];
  /** If not empty, all other keys are gone afterwards. */
  readonly keeps: readonly string[];
  /** Keys made of others: "{k}_{postfix}" for each of `keys`, with the argument `postfix` put in. */
  readonly makes: readonly MadeKey[];
  /** Gives a list of items for each one. */
  readonly list: boolean;
  /** May add keys that nobody can foretell. */
  readonly open: boolean;
  /** Does so if one of these arguments is given, with another value than false. */
  readonly openIf: readonly string[];
}

export interface MadeKey {
  readonly pattern: string;
  /** Only with these values of its arguments. */
  readonly when: Readonly<Record<string, Json>>;
}

/** dataflow.json; what is left out is empty. */
interface FlowFile {
  readonly rules: Readonly<Record<string, Partial<FlowRule>>>;
}

export interface DataFlow {
  /** undefined: nothing can be said of the keys from here on. */
  ruleOf(spec: ComponentSpec): FlowRule | undefined;
}

const nothing: FlowRule = {
  reads: [],
  writes: [],
  drops: [],
  keeps: [],
  makes: [],
  list: false,
  open: false,
  openIf: [],
};

/** Most transforms read the keys in `keys` and write the same. */
const usual: FlowRule = { ...nothing, reads: ['keys'], writes: ['keys'] };

export function loadDataFlow(text: string): DataFlow {
  const rules = new Map(Object.entries((JSON.parse(text) as FlowFile).rules));
  return {
    ruleOf: spec => {
      const rule = rules.get(spec.name);
      if (rule) return { ...nothing, ...rule };
      return spec.kind === 'dict_transform' && spec.args.has('keys') ? usual : undefined;
    },
  };
}
