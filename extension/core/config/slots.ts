import type { ComponentKind } from './spec.ts';

/** slots.json: which kinds may stand where. */
interface SlotsFile {
  readonly mmar: Readonly<Record<string, readonly ComponentKind[]>>;
  readonly aiaa: Readonly<Record<string, readonly ComponentKind[]>>;
  readonly automl: Readonly<Record<string, readonly ComponentKind[]>>;
  readonly fl: Readonly<Record<string, readonly ComponentKind[]>>;
  readonly arg: Readonly<Record<string, readonly ComponentKind[]>>;
}

/** Kinds of component per place; undefined: the place says nothing about the kind. */
export interface Slots {
  /** Of a key of an MMAR's config: `loss`, `pre_transforms`, also below `train` and `validate`. */
  ofMmarKey(key: string): readonly ComponentKind[] | undefined;
  /** Of a key of config_aiaa.json. */
  ofAiaaKey(key: string): readonly ComponentKind[] | undefined;
  /** Of a key of an AutoML job. */
  ofAutomlKey(key: string): readonly ComponentKind[] | undefined;
  /** Of a key of a federated learning file. */
  ofFlKey(key: string): readonly ComponentKind[] | undefined;
  /**
   * Of the argument that receives a built object, directly or through `@id`. A bundle's ids are free, so there
   * only this tells the kind.
   */
  ofArg(arg: string): readonly ComponentKind[] | undefined;
}

export function loadSlots(text: string): Slots {
  const file = JSON.parse(text) as SlotsFile;
  const finder = (table: SlotsFile[keyof SlotsFile]) => {
    const kinds = new Map(Object.entries(table)); // "constructor" is no slot
    return (key: string) => kinds.get(key);
  };
  return {
    ofMmarKey: finder(file.mmar),
    ofAiaaKey: finder(file.aiaa),
    ofAutomlKey: finder(file.automl),
    ofFlKey: finder(file.fl),
    ofArg: finder(file.arg),
  };
}
