import type { ArgSpec } from '../config/spec.ts';
import type { PyParameter } from '../byoc/python.ts';
import type { Form } from '../config/model.ts';
import type { Syntax } from './context.ts';
import { escapeSnippet } from './write.ts';

/** What is known of an argument, of the catalogue or of custom/. */
export interface ArgFacts {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly values: readonly (string | number | boolean)[];
  /** Absent: none, or no constant. */
  readonly default?: unknown;
  readonly defaultText?: string | undefined;
}

export const factsOfArg = (spec: ArgSpec): ArgFacts => spec;

const constants: Readonly<Record<string, unknown>> = { True: true, False: false, None: null };

export function factsOfParam(param: PyParameter): ArgFacts {
  const { name, annotation = '', required } = param;
  const literal = /Literal\[([^\]]*)\]/.exec(annotation)?.[1] ?? '';
  const values = [...literal.matchAll(/"([^"]*)"|'([^']*)'/g)].map(
    found => found[1] ?? found[2] ?? '',
  );
  return { name, type: annotation, required, values, ...defaultOf(param.default) };
}

function defaultOf(text: string | undefined): Pick<ArgFacts, 'default' | 'defaultText'> {
  if (text === undefined) return {};
  if (text in constants) return { default: constants[text] };
  if (/^-?[\d.]+(e-?\d+)?$/i.test(text)) return { default: Number(text) };
  const quoted = /^(?:"([^"\\]*)"|'([^'\\]*)')$/.exec(text);
  return quoted ? { default: quoted[1] ?? quoted[2] ?? '' } : { defaultText: text };
}

interface Style {
  readonly form: Form;
  readonly syntax: Syntax;
  /** Number of the next tab stop. */
  readonly stop: number;
}

/** What the wiring of 4.1 and of bundles usually says. */
const wired: Readonly<Record<string, string>> = {
  optimizer: '@optimizer',
  network: '@model',
  loss_function: '@loss',
  inferer: '@inferer',
  lr_scheduler: '@lr_scheduler',
  dataset: '@dataset',
  validator: '@evaluator',
  train_data_loader: '@dataloader',
  val_data_loader: '@dataloader',
  transform: '@pre_transforms',
};

/** A value to begin with, as a snippet with one stop. */
export function valueSnippet(arg: ArgFacts, style: Style): string {
  const { stop, form } = style;
  const text = (inner: string): string => `"\${${stop}:${escapeSnippet(inner)}}"`;
  if (/^keys$/.test(arg.name)) return `["\${${stop}:image}"]`;
  if (/_keys?$/.test(arg.name) && /str|Key|Hashable/.test(arg.type))
    return text(typeof arg.default === 'string' ? arg.default : 'image');
  if (arg.name === 'params' && form !== '4.0')
    return text(form === 'bundle' ? '$@network.parameters()' : '#@model.parameters()');
  const wire = wired[arg.name];
  if (wire !== undefined && form !== '4.0')
    return text(form === 'bundle' && wire === '@model' ? '@network' : wire);
  if (arg.values.length > 0) return choice(arg, stop);
  return byType(arg, stop, text);
}

function choice({ values, default: given }: ArgFacts, stop: number): string {
  const sorted = [...values].sort((a, b) => Number(b === given) - Number(a === given));
  const all = sorted.every(value => typeof value === 'string');
  const listed = sorted.map(value => String(value).replace(/[,|\\$}]/g, '\\$&')).join(',');
  return all ? `"\${${stop}|${listed}|}"` : `\${${stop}|${listed}|}`;
}

function byType(
  { type, default: given }: ArgFacts,
  stop: number,
  text: (inner: string) => string,
): string {
  if (
    typeof given === 'boolean' ||
    (given == null && /^(bool|Optional\[bool\]|bool \| None)/.test(type))
  )
    return `\${${stop}|${given === true ? 'false,true' : 'true,false'}|}`;
  if (typeof given === 'number') return `\${${stop}:${String(given)}}`;
  if (typeof given === 'string') return text(given);
  if (/^(Sequence|list|List|tuple|Tuple|Iterable|collections)/.test(type)) return `[\${${stop}}]`;
  if (/^(dict|Dict|Mapping)/.test(type)) return `{\${${stop}}}`;
  if (/^(str|PathLike|Hashable)/.test(type)) return text('');
  if (/^(int|float)/.test(type)) return `\${${stop}:${type.startsWith('int') ? '1' : '0.1'}}`;
  return `\${${stop}}`;
}
