import { t } from '@vscode/l10n';
import type { Finding, JsonPath, Range, Related } from '../../config/finding.ts';
import { nodeAt, parseConfig, rangeAt, valueOf, type ConfigDoc } from '../../config/parse.ts';
import { isObject, type JsonObject } from '../../mmar/bundle/json.ts';
import { placeholders, resolveText, variablesOf } from '../../mmar/environment.ts';
import { placeOf, variablePlace, type MmarPlace, type PlaceSources } from './places.ts';
import type { PreflightConfig, PreflightFault, PreflightReport } from './report.ts';

/** A finding and the file that it is in: below the MMAR with `/` between, or the datalist as it was named. */
export interface PlacedFinding {
  readonly file: string;
  readonly finding: Finding;
}

export interface FindingSources {
  /** Training config below the MMAR. */
  readonly train: string;
  /** Path of the datalist, as `texts` knows it. */
  readonly datalist?: string | undefined;
  /** `--set` of the run. */
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  /** Texts of the files that `filesOf` names; absent ones are left out. */
  readonly texts: ReadonlyMap<string, string>;
}

const environmentFile = 'config/environment.json';
const flatFiles: Readonly<Record<Exclude<PreflightConfig, 'train'>, string>> = {
  validation: 'config/config_validation.json',
  inference: 'config/config_inference.json',
};

/** Files below the MMAR that the findings of a report may be in. */
export function filesOf(report: PreflightReport, train: string): string[] {
  const custom = report.faults.flatMap(({ frames }) =>
    frames.map(frame => frame.file).filter(isCustom),
  );
  return [...new Set([train, ...Object.values(flatFiles), environmentFile, ...custom])];
}

const isCustom = (file: string): boolean =>
  file.startsWith('custom/') && !file.split('/').includes('..');

/** The faults of a report at the lines of the MMAR that caused them, each once. */
export function preflightFindings(
  report: PreflightReport,
  sources: FindingSources,
): PlacedFinding[] {
  const files = new Files(sources);
  const seen = new Set<string>();
  return report.faults.flatMap(fault => {
    const placed = place(fault, files);
    const { file, finding } = placed;
    // a transform that validation takes over by "ref" says the same of the same place again
    const key = [files.keyOf(fault), finding.message.replaceAll(/\d+/g, '#')].join('\n');
    const where = [file, finding.range.offset, finding.range.length, finding.message].join('\n');
    if (seen.has(key) || seen.has(where)) return [];
    seen.add(key).add(where);
    return [placed];
  });
}

/** The MMAR's files, parsed when they are first needed. */
class Files {
  private readonly docs = new Map<string, ConfigDoc | undefined>();
  readonly places: PlaceSources;

  constructor(readonly sources: FindingSources) {
    this.places = {
      train: this.value(sources.train) ?? {},
      validation: this.value(flatFiles.validation),
      inference: this.value(flatFiles.inference),
      environment: { ...this.value(environmentFile) },
    };
  }

  doc(file: string): ConfigDoc | undefined {
    if (!this.docs.has(file)) {
      const text = this.sources.texts.get(file);
      this.docs.set(file, text === undefined ? undefined : parseConfig(text));
    }
    return this.docs.get(file);
  }

  fileOf(config: MmarPlace['config']): string {
    if (config === 'environment') return environmentFile;
    return config === 'train' ? this.sources.train : flatFiles[config];
  }

  placeOf(fault: PreflightFault): MmarPlace | undefined {
    const found = placeOf(fault, this.places);
    if (found || fault.about === '') return found;
    return placeOf({ ...fault, id: fault.about, arg: ['_disabled_'], target: '' }, this.places);
  }

  /** What a fault is about, whether through a `ref` or not. */
  keyOf(fault: PreflightFault): string {
    const found = this.placeOf(fault);
    return JSON.stringify(found ? [found.config, found.path] : [fault.config, fault.id, fault.arg]);
  }

  private value(file: string): JsonObject | undefined {
    const doc = this.doc(file);
    const value = doc && valueOf(doc);
    return isObject(value) ? value : undefined;
  }
}

function place(fault: PreflightFault, files: Files): PlacedFinding {
  const found = files.placeOf(fault);
  const inConfig = configPlace(fault, found, files);
  const frame = byocFrame(fault, files);
  const inData = dataPlace(fault, files);
  const main = inData ?? frame ?? inConfig;
  const others = [
    ...(main === inConfig ? [] : [{ ...inConfig, message: t('This component was at work.') }]),
    ...(main !== frame && frame ? [{ ...frame, message: t('Raised here.') }] : []),
    ...refRelated(found, files),
    ...variableRelated(found, files),
  ];
  const related = others.map(({ file, range, message }): Related => ({
    ...(file === main.file ? {} : { file }),
    range,
    message,
  }));
  const finding: Finding = {
    code: `preflight-${fault.kind}`,
    severity: fault.severity,
    range: main.range,
    message: messageOf(fault, files),
    ...(related.length > 0 ? { related } : {}),
  };
  return { file: main.file, finding };
}

interface FilePlace {
  readonly file: string;
  readonly range: Range;
}

/** Kinds that are about the name of an argument, not about its value. */
const aboutKeys: ReadonlySet<string> = new Set(['unknown-arg']);
/** Kinds of faults that a class says before anything runs through it. */
const early: ReadonlySet<string> = new Set(['construct', 'target', 'unknown-arg', 'missing-arg']);

function configPlace(fault: PreflightFault, found: MmarPlace | undefined, files: Files): FilePlace {
  const file = files.fileOf(found?.config ?? fault.config);
  const doc = files.doc(file);
  if (!doc) return { file, range: { offset: 0, length: 1 } };
  // what works in training and fails in validation is the doing of the list that refers to it
  const byRef = found?.ref !== undefined && !early.has(fault.kind);
  const path: JsonPath = byRef ? (found?.ref ?? []) : (found?.path ?? []);
  if (path.length === 0) return { file, range: { offset: 0, length: 1 } };
  // the whole of a section would be underlined; its key says the same
  const isSection = !path.includes('args') && (nodeAt(doc, path)?.children?.length ?? 0) > 0;
  const part = isSection || aboutKeys.has(fault.kind) ? 'key' : 'value';
  return { file, range: rangeAt(doc, path, part) };
}

/**
 * The innermost line of a module of the MMAR's own. A constructor that refuses its arguments is right:
 * then the config is wrong.
 */
function byocFrame(fault: PreflightFault, files: Files): FilePlace | undefined {
  const frame = fault.frames.findLast(({ file }) => isCustom(file));
  if (!frame) return undefined;
  const text = files.sources.texts.get(frame.file);
  if (text === undefined) return undefined;
  const refuses = frame === fault.frames.at(-1) && frame.function === '__init__';
  if (fault.kind === 'construct' && refuses && /^(Value|Type|Key|Assertion)Error$/.test(fault.type))
    return undefined;
  return { file: frame.file, range: lineRange(text, frame.line) };
}

/** The words of a line, without what indents it. */
export function lineRange(text: string, line: number): Range {
  const lines = text.split('\n');
  const at = Math.min(Math.max(1, line), lines.length) - 1;
  const before = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
  const words = lines[at] ?? '';
  const indent = words.length - words.trimStart().length;
  return { offset: before + indent, length: Math.max(1, words.trim().length) };
}

/** The entry of the datalist whose file cannot be read. */
function dataPlace(fault: PreflightFault, files: Files): FilePlace | undefined {
  const { datalist, set } = files.sources;
  if (fault.case === undefined || datalist === undefined) return undefined;
  const doc = files.doc(datalist);
  if (!doc) return undefined;
  const { train, environment } = files.places;
  const part = train[fault.case.section];
  const dataset = isObject(part) && isObject(part['dataset']) ? part['dataset'] : {};
  const fallback = fault.case.section === 'train' ? 'training' : 'validation';
  const key = dataset['data_list_key'];
  const list =
    typeof key === 'string'
      ? String(resolveText(key, variablesOf({ config: train, environment, set })))
      : fallback;
  return { file: datalist, range: rangeAt(doc, [list, fault.case.index]) };
}

type Place = FilePlace & { readonly message: string };

function refRelated(found: MmarPlace | undefined, files: Files): Place[] {
  if (!found?.ref) return [];
  const file = files.fileOf(found.config);
  const doc = files.doc(file);
  return doc
    ? [{ file, range: rangeAt(doc, found.path), message: t('Taken over from here.') }]
    : [];
}

/** Where the value of a `{PLACEHOLDER}` comes from. */
function variableRelated(found: MmarPlace | undefined, files: Files): Place[] {
  const doc = found && files.doc(files.fileOf(found.config));
  const node = doc && rangeAt(doc, found.path);
  const text = doc && node ? doc.text.slice(node.offset, node.offset + node.length) : '';
  if (!/^"\{\w+\}"$/.test(text)) return [];
  const name = [...text.matchAll(placeholders())][0]?.[1] ?? '';
  const source = variablePlace(name, files.places);
  const file = source && files.fileOf(source.config);
  const there = file === undefined ? undefined : files.doc(file);
  return source && file !== undefined && there
    ? [{ file, range: rangeAt(there, source.path), message: t('The value of {0}.', `{${name}}`) }]
    : [];
}

/** Kinds whose message is an exception's; the others are sentences of the preflight's own. */
const raisedKinds: ReadonlySet<string> = new Set(['construct', 'call', 'file', 'read']);

function messageOf(fault: PreflightFault, files: Files): string {
  const raised = fault.type !== '' && raisedKinds.has(fault.kind);
  const text = raised ? `${fault.type}: ${fault.message}` : fault.message;
  if (fault.follows === '') return text;
  const before = files.placeOf({ ...fault, id: fault.follows, arg: [], target: '', about: '' });
  const name = before ? pathText(before.ref ?? before.path) : fault.follows;
  return t('{0} (This may follow from the fault of {1}.)', text, name);
}

/** `train.pre_transforms[6]`, without the key that only names the component. */
export function pathText(path: JsonPath): string {
  const steps = ['name', 'path', 'ref'].includes(String(path.at(-1))) ? path.slice(0, -1) : path;
  return steps
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join('');
}
