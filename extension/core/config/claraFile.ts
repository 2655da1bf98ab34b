import type { Json } from '../mmar/bundle/json.ts';
import { componentKinds, type ArgSpec, type ComponentKind, type ComponentSpec } from './spec.ts';

/**
 * clara.json is written by hand: classes of Clara Train, AIAA and NVFlare, whose code is closed or gone. Their arguments
 * are those seen in examples and documentation; others may exist unless the entry says `complete`.
 */
interface ClaraFile {
  readonly components: readonly ClaraEntry[];
}

interface ClaraEntry {
  readonly name: string;
  /** Absent: Clara knows it by its short name only. */
  readonly module?: string;
  readonly kind: ComponentKind;
  readonly args?: Readonly<Record<string, ClaraArg>>;
  readonly complete?: true;
}

interface ClaraArg {
  readonly type: string;
  readonly required?: true;
  readonly default?: Json;
  readonly values?: readonly string[];
}

const kinds: ReadonlySet<string> = new Set(componentKinds);

export function parseClara(text: string): ComponentSpec[] {
  return (JSON.parse(text) as ClaraFile).components.map(specOf);
}

function specOf({ name, module = '', kind, args = {}, complete }: ClaraEntry): ComponentSpec {
  if (!kinds.has(kind)) throw new Error(`clara.json: ${name} is of an unknown kind "${kind}"`);
  return {
    name,
    aliases: [],
    kind,
    module,
    publicModule: module,
    path: module === '' ? name : `${module}.${name}`,
    args: new Map(Object.entries(args).map(([arg, spec]) => [arg, argOf(arg, spec)])),
    passed: new Map(),
    rest: complete ? 'refused' : 'unsure',
    swallowsKwargs: false,
    members: [],
  };
}

function argOf(name: string, { type, required, values, ...rest }: ClaraArg): ArgSpec {
  return {
    name,
    type,
    required: required ?? false,
    keywordOnly: false,
    ...('default' in rest && { default: rest.default ?? null }),
    values: values ?? [],
    closed: false,
  };
}
