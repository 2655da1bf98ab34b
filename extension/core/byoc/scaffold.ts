import type { Dialect } from '../mmar/dialect.ts';
import type { JsonObject } from '../mmar/toBundle.ts';
import { aiaaInference } from './scaffolds/aiaaInference.ts';
import { aiaaPipeline } from './scaffolds/aiaaPipeline.ts';
import { aiaaWriter } from './scaffolds/aiaaWriter.ts';
import { dataset } from './scaffolds/dataset.ts';
import { handler } from './scaffolds/handler.ts';
import { imageReader } from './scaffolds/imageReader.ts';
import { iteration } from './scaffolds/iteration.ts';
import { loss } from './scaffolds/loss.ts';
import { lrScheduler } from './scaffolds/lrScheduler.ts';
import { metric } from './scaffolds/metric.ts';
import { network } from './scaffolds/network.ts';
import { optimizer } from './scaffolds/optimizer.ts';
import { randomTransform } from './scaffolds/randomTransform.ts';
import { trainer } from './scaffolds/trainer.ts';
import { transform } from './scaffolds/transform.ts';

/** Kinds of components that an MMAR may bring itself. */
export type ScaffoldKind =
  | 'transform'
  | 'randomTransform'
  | 'network'
  | 'loss'
  | 'metric'
  | 'handler'
  | 'optimizer'
  | 'lrScheduler'
  | 'dataset'
  | 'imageReader'
  | 'iteration'
  | 'trainer'
  | 'aiaaInference'
  | 'aiaaPipeline'
  | 'aiaaWriter';

/** What the arguments of a new component depend on. */
export interface Situation {
  /** The plain value of the config that it goes into. */
  readonly config: unknown;
  readonly dialect: Dialect;
  /** The list or key that takes it: `pre_transforms`, `model`... */
  readonly slot: string;
  /** Arguments of the component whose place it takes. */
  readonly before: JsonObject;
}

/** A component to start from: it works as it is, and TODO marks what to replace. */
export interface Scaffold {
  readonly kind: ScaffoldKind;
  readonly label: () => string;
  readonly detail: () => string;
  /** A class name to begin with. */
  readonly suggestion: string;
  /** Python source; `{{name}}` and `{{module}}` stand for the names. Valid for MONAI 0.8.1 to 1.6.1. */
  readonly module: string;
  /** Its pytest test; `{{docs}}` stands for how to run it. */
  readonly test: string;
  readonly args: (situation: Situation) => JsonObject;
}

/** In the order of their use. */
export const scaffolds: readonly Scaffold[] = [
  ...[transform, randomTransform, network, loss, metric, handler, optimizer, lrScheduler],
  ...[dataset, imageReader, iteration, trainer, aiaaInference, aiaaPipeline, aiaaWriter],
];

export function scaffoldOf(kind: ScaffoldKind): Scaffold {
  const found = scaffolds.find(scaffold => scaffold.kind === kind);
  if (!found) throw new Error(`no scaffold of kind ${kind}`);
  return found;
}

/** A file to write, relative to the MMAR. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

export interface ScaffoldFiles {
  readonly module: NewFile;
  readonly test: NewFile;
  /** Offset in the module's text where work begins. */
  readonly todo: number;
}

/** Where the tests lie: beside custom/, since custom/ travels to every training. */
export const testsFolder = 'tests';

/** Module and test of a new component. `module` is its name without folder and extension. */
export function scaffoldFiles(scaffold: Scaffold, name: string, module: string): ScaffoldFiles {
  const docs = `Tests of custom/${module}.py.\n\nRun in the MMAR's folder: python -m pytest tests`;
  const filled = (text: string): string =>
    text
      .replaceAll('{{docs}}', docs)
      .replaceAll('{{name}}', () => name)
      .replaceAll('{{module}}', () => module);
  const text = filled(scaffold.module);
  return {
    module: { path: `custom/${module}.py`, text },
    test: { path: `${testsFolder}/test_${module}.py`, text: filled(scaffold.test) },
    todo: Math.max(0, text.indexOf('# TODO')),
  };
}

/** Lets every test of the MMAR import from custom/; shared, so written only where it is missing. */
export const conftest: NewFile = {
  path: `${testsFolder}/conftest.py`,
  text: `"""Lets the tests of this MMAR import its components from custom/.

The tests lie beside custom/ and not in it: custom/ travels to every training.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "custom"))
`,
};
