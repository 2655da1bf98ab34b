import type { JsonPath, TextEdit } from '../config/finding.ts';
import { fieldOf, nodeAt, plainValue, valueOf, type ConfigDoc } from '../config/parse.ts';
import { textOf } from '../config/walk.ts';
import { dialectOf } from '../mmar/dialect.ts';
import type { ConfigKind } from '../mmar/kind.ts';
import type { Json, JsonObject } from '../mmar/toBundle.ts';
import { insertElement, replaceKey, replaceValue, setKey } from './jsonEdits.ts';
import { shownName, type Place } from './places.ts';
import type { Scaffold } from './scaffold.ts';

/** A new class, as a config names it. */
export interface NewComponent {
  readonly scaffold: Scaffold;
  readonly name: string;
  readonly module: string;
}

/** Edits that put a component into a config. None of what is there already is written anew. */
export function componentEdits(
  component: NewComponent,
  place: Place,
  doc: ConfigDoc,
  file: ConfigKind,
): TextEdit[] {
  const { at, how, index = 0 } = place;
  if (how === 'adopt') return adopt(component, place, doc);
  const entry = entryOf(component, place, doc, file);
  if (how === 'insert') return [...insertElement(doc, at, index, entry), ...wireMetrics(doc, at)];
  if (how === 'replace') return replaceValue(doc, at, entry);
  const [owner, key] = [at.slice(0, -1), String(at.at(-1))];
  const isList = key === 'additional_metrics';
  const after = key === 'iteration' ? 'inferer' : isList ? 'key_metric' : undefined;
  return [...setKey(doc, owner, key, isList ? [entry] : entry, after), ...wireMetrics(doc, at)];
}

function entryOf(
  { scaffold, name, module }: NewComponent,
  { at, how }: Place,
  doc: ConfigDoc,
  file: ConfigKind,
): Json {
  const path = `${module}.${name}`;
  // an expression: MONAI 0.8 takes classes and objects here, but no import paths
  if (scaffold.kind === 'imageReader') return `#__import__('${module}').${name}()`;
  const there = how === 'insert' ? undefined : nodeAt(doc, at);
  const slot = at.findLast(step => typeof step === 'string') ?? '';
  const config = valueOf(doc);
  const args = scaffold.args({ config, dialect: dialectOf(config), slot, before: argsAt(doc, at) });
  if (file === 'aiaa' || file === 'pipeline') return { name: path, args };
  const kept = scaffold.kind === 'dataset' ? dataKeys : [];
  const others = kept.flatMap(key => {
    const node = fieldOf(there, key);
    return node ? [[key, plainValue(node) as Json]] : [];
  });
  return {
    // validate names a transform of train by its name
    ...(scaffold.kind === 'transform' && at[0] === 'train' ? { name } : {}),
    path,
    ...(scaffold.kind === 'metric' ? { log_label: labelOf(at, module) } : {}),
    ...(Object.fromEntries(others) as JsonObject),
    args,
  };
}

const dataKeys = ['data_list_file_path', 'data_file_base_dir', 'data_list_key'];

const labelOf = (at: JsonPath, module: string): string =>
  `${at[0] === 'train' ? 'train' : 'val'}_${module}`;

function argsAt(doc: ConfigDoc, at: JsonPath): JsonObject {
  const node = fieldOf(nodeAt(doc, at), 'args');
  return node?.type === 'object' ? (plainValue(node) as JsonObject) : {};
}

/** The class changes, what it is given stays, and what is new to it comes at the end. */
function adopt(
  { scaffold, name, module }: NewComponent,
  { at }: Place,
  doc: ConfigDoc,
): TextEdit[] {
  const object = nodeAt(doc, at);
  const path = `${module}.${name}`;
  const config = valueOf(doc);
  const added = scaffold.args({
    config,
    dialect: dialectOf(config),
    slot: String(at.at(-1)),
    before: argsAt(doc, at),
  });
  const renamed = fieldOf(object, 'path')
    ? replaceValue(doc, [...at, 'path'], path)
    : replaceKey(doc, at, 'name', 'path', path);
  const args = fieldOf(object, 'args')
    ? Object.entries(added).flatMap(([key, value]) => setKey(doc, [...at, 'args'], key, value))
    : setKey(doc, at, 'args', added);
  return [...renamed, ...args];
}

/** Dialect 4.1 hands additional metrics to the engine by hand. */
function wireMetrics(doc: ConfigDoc, at: JsonPath): TextEdit[] {
  if (at.at(-1) !== 'additional_metrics' || dialectOf(valueOf(doc)) === '4.0') return [];
  const section = at.slice(0, -1);
  const engine = nodeAt(doc, [...section, 'trainer']) ? 'trainer' : 'evaluator';
  const owner = [...section, engine, 'args'];
  const args = nodeAt(doc, owner);
  if (!args || fieldOf(args, 'additional_metrics')) return [];
  const after = fieldOf(args, 'key_val_metric') ? 'key_val_metric' : 'key_train_metric';
  return setKey(doc, owner, 'additional_metrics', '@additional_metrics', after);
}

/** A config of the same MMAR that a deterministic transform should be in, too. */
export interface Twin {
  readonly place: Place;
  /** Stands in `validate` of the same file, where the transform is named instead of written. */
  readonly isRef: boolean;
}

/**
 * Where the same transform belongs in another list of transforms: after the last of those that
 * precede it in its own list. undefined: there is no such list.
 */
export function twinPlace(place: Place, doc: ConfigDoc, other: ConfigDoc): Twin | undefined {
  const list = String(place.at.at(-1));
  const isSame = doc === other;
  const section = isSame ? ['validate'] : fieldOf(other.root, 'validate') ? ['train'] : [];
  if (isSame && place.at[0] !== 'train') return undefined;
  const at = [...section, list];
  const there = nodeAt(other, at);
  if (there?.type !== 'array') return undefined;
  const before = (nodeAt(doc, place.at)?.children ?? []).slice(0, place.index).map(shownName);
  const names = (there.children ?? []).map(shownName);
  const last = before.toReversed().find(name => names.includes(name));
  const index = last === undefined ? 0 : names.lastIndexOf(last) + 1;
  const title = [...section, list].join('.');
  return { place: { title, at, how: 'insert', index }, isRef: isSame };
}

export function twinEdits(
  component: NewComponent,
  { place, isRef }: Twin,
  doc: ConfigDoc,
  file: ConfigKind,
): TextEdit[] {
  if (!isRef) return componentEdits(component, place, doc, file);
  return insertElement(doc, place.at, place.index ?? 0, { ref: component.name });
}

/** Whether another entry of the list is called so already: a `ref` could not tell them apart. */
export function isNameTaken(doc: ConfigDoc, list: JsonPath, name: string): boolean {
  return (nodeAt(doc, list)?.children ?? []).some(child => textOf(fieldOf(child, 'name')) === name);
}
