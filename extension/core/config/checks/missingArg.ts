import { t } from '@vscode/l10n';
import type { CheckContext } from '../context.ts';
import { addProperty, fix } from '../edits.ts';
import type { Finding } from '../finding.ts';
import { searchedArgs } from '../literal.ts';
import type { ComponentUse, ConfigModel } from '../model.ts';
import { fieldOf, rangeOf } from '../parse.ts';
import { textOf } from '../walk.ts';
import type { ArgSpec, ComponentSpec } from '../spec.ts';
import { componentFiles, found, type Check, type Code } from './check.ts';

const missing: Code = {
  code: 'missing-arg',
  severity: 'error',
  summary: 'An argument that the component needs is not given',
};

/** Flags arguments without a default that nobody gives; what Clara fills in by itself is no fault. */
export const missingArg: Check = {
  codes: [missing],
  kinds: [...componentFiles],
  run: (model, context) =>
    model.components.flatMap(use => {
      const spec = context.specOf(use);
      if (!spec || spec.kind === 'enum' || isCalledLater(use)) return [];
      return absent(model, use, spec, context).map(arg => report(model, use, arg));
    }),
};

/** `_mode_: callable` and functions that are handed on, not called. */
const isCalledLater = ({ object }: ComponentUse): boolean => {
  const mode = textOf(fieldOf(object, '_mode_'));
  return mode !== undefined && mode !== 'default';
};

function absent(
  model: ConfigModel,
  use: ComponentUse,
  spec: ComponentSpec,
  context: CheckContext,
): ArgSpec[] {
  const given = new Set(use.args.map(({ name }) => name));
  const searched = searchedArgs(use);
  // an old name that is still taken stands for the new one
  const stand = new Set(
    use.args.flatMap(({ name }) => spec.args.get(name)?.deprecation?.successor ?? []),
  );
  const outdated = new Set(
    use.args
      .filter(({ name }) => !spec.args.has(name))
      .flatMap(({ name }) => successorOf(spec, name, context) ?? []),
  );
  const isFilled = filledIn(model, use);
  return [...spec.args.values()].filter(
    ({ name, required }) =>
      required &&
      !given.has(name) &&
      !searched.has(name) &&
      !stand.has(name) &&
      !outdated.has(name) &&
      !isFilled(name),
  );
}

/** The same is said where the old name stands. */
function successorOf(
  spec: ComponentSpec,
  name: string,
  { known }: CheckContext,
): string | undefined {
  const oldest = known?.changes.releases[0];
  return oldest === undefined
    ? undefined
    : known?.changes.lost(spec.name, oldest, known.catalog.release, name)?.successor;
}

/** In 4.0 Clara wires everything; in 4.1 still the cases, the device and the processing of metrics. */
export function filledIn(model: ConfigModel, use: ComponentUse): (arg: string) => boolean {
  if (model.form === 'bundle') return () => false;
  const slot = use.receivers[0] ?? '';
  const names = new Set<string>([
    ...(always[slot] ?? []),
    ...(model.form === '4.0' ? (implicit[slot] ?? []) : []),
  ]);
  const isEngine = slot === 'trainer' || slot === 'evaluator';
  return arg => names.has(arg) || (isEngine && model.form === '4.0');
}

const always: Readonly<Record<string, readonly string[]>> = {
  dataset: ['data', 'cache_dir'],
  trainer: ['device'],
  evaluator: ['device'],
};

const implicit: Readonly<Record<string, readonly string[]>> = {
  optimizer: ['params'],
  lr_scheduler: ['optimizer'],
  dataset: ['data', 'transform', 'cache_dir'],
  dataloader: ['dataset'],
  handlers: ['lr_scheduler', 'validator', 'save_dict', 'load_dict', 'smartcacher', 'trainer'],
  pre_transforms: [],
};

function report(model: ConfigModel, use: ComponentUse, arg: ArgSpec): Finding {
  const message = t('{0} needs the argument "{1}".', use.name, arg.name);
  const value = likely(model, use, arg.name);
  const edit =
    value === undefined || !use.argsNode
      ? undefined
      : addProperty(model.doc, use.argsNode, arg.name, value);
  const fixes = edit ? [fix(t('Add "{0}": {1}', arg.name, value ?? ''), edit)] : [];
  return found(missing, rangeOf(use.nameNode), message, { fixes });
}

/** The reference that belongs here in the 4.1 dialect. */
function likely(model: ConfigModel, use: ComponentUse, arg: string): string | undefined {
  if (model.form !== '4.1') return undefined;
  return wiring[`${use.receivers[0] ?? ''}.${arg}`];
}

const wiring: Readonly<Record<string, string>> = {
  'optimizer.params': '"#@model.parameters()"',
  'lr_scheduler.optimizer': '"@optimizer"',
  'dataloader.dataset': '"@dataset"',
  'handlers.lr_scheduler': '"@lr_scheduler"',
  'trainer.max_epochs': '"{epochs}"',
  'trainer.train_data_loader': '"@dataloader"',
  'trainer.network': '"@model"',
  'trainer.loss_function': '"@loss"',
  'trainer.optimizer': '"@optimizer"',
  'evaluator.val_data_loader': '"@dataloader"',
  'evaluator.network': '"@model"',
};
