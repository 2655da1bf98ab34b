import type { JsonObject } from '../bundle/json.ts';

/** A file that the bundle takes as it is: path below the bundle, absolute path on this machine. */
export interface BundleCopy {
  readonly path: string;
  readonly file: string;
}

/** What an MMAR says of itself beside its configs. With it a bundle is complete enough to be handed on. */
export interface MmarAbout {
  /** The training config that the bundle was made from, below the MMAR. */
  readonly config: string;
  /** docs/Readme.md */
  readonly readme?: string | undefined;
  /** docs/license.txt */
  readonly license?: string | undefined;
  /** resources/log.config */
  readonly logConfig?: string | undefined;
  /** config/config_aiaa.json */
  readonly aiaa?: unknown;
  /** The datalist that DATASET_JSON names, where it can be read. */
  readonly datalist?: unknown;
  /** Paths as the bundle finds them from its own folder; they win over environment.json. */
  readonly variables: JsonObject;
  /** Weights, and a datalist that lies in the MMAR. */
  readonly copies: readonly BundleCopy[];
  /** Files below custom/, as they are named there. */
  readonly custom: readonly string[];
}
