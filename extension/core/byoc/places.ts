import { t } from '@vscode/l10n';
import type { JsonPath } from '../config/finding.ts';
import { fieldOf, nodeAt, plainValue, type ConfigDoc, type ConfigNode } from '../config/parse.ts';
import { sectionsOf, textOf } from '../config/walk.ts';
import type { ConfigKind } from '../mmar/kind.ts';
import type { ScaffoldKind } from './scaffold.ts';

/** A place in a config that a new component can take. */
export interface Place {
  readonly title: string;
  readonly at: JsonPath;
  /**
   * insert: an element of the list `at`, before element `index`. replace: the component at `at`.
   * set: the key at `at`, there or not. adopt: the component at `at` keeps its arguments.
   */
  readonly how: 'insert' | 'replace' | 'set' | 'adopt';
  readonly index?: number;
}

/** Kinds of config files that a kind of component goes into, the usual one first. */
export function filesFor(kind: ScaffoldKind): readonly ConfigKind[] {
  switch (kind) {
    case 'transform':
      return ['train', 'validation', 'inference', 'aiaa'];
    case 'dataset':
    case 'imageReader':
      return ['train', 'validation', 'inference'];
    case 'metric':
      return ['train', 'validation'];
    case 'aiaaInference':
    case 'aiaaWriter':
      return ['aiaa'];
    case 'aiaaPipeline':
      return ['pipeline', 'aiaa'];
    default:
      return ['train'];
  }
}

/** All places of a config that a component of this kind can take, the recommended one first. */
export function placesFor(kind: ScaffoldKind, doc: ConfigDoc): Place[] {
  const sections = sectionsOf(doc).map(({ name, node }) => ({ at: name ? [name] : [], node }));
  const training = sections.filter(({ at }) => at[0] === 'train');
  switch (kind) {
    case 'transform':
      return sections.flatMap(section => [
        ...transforms(doc, [...section.at, 'pre_transforms']),
        ...transforms(doc, [...section.at, 'post_transforms']),
      ]);
    case 'randomTransform':
      return transforms(doc, ['train', 'pre_transforms']);
    case 'handler':
      return listPlaces(doc, ['train', 'handlers']);
    case 'metric':
      // a new metric is for validation first
      return sections.toReversed().flatMap(section => metricPlaces(doc, section));
    case 'network':
      return training.flatMap(() => replacing(doc, ['train', 'model']));
    case 'loss':
      return training.flatMap(() => replacing(doc, ['train', 'loss']));
    case 'optimizer':
      return training.flatMap(() => replacing(doc, ['train', 'optimizer']));
    case 'lrScheduler':
      return training.flatMap(() => replacing(doc, ['train', 'lr_scheduler']));
    case 'dataset':
      return sections.flatMap(section => replacing(doc, [...section.at, 'dataset']));
    case 'imageReader':
      return sections.flatMap(section => readers(doc, [...section.at, 'pre_transforms']));
    case 'iteration':
      return training.map(() => setting(doc, ['train', 'iteration']));
    case 'trainer':
      return training.flatMap(() => adopting(doc, ['train', 'trainer']));
    case 'aiaaInference':
    case 'aiaaPipeline':
      return nodeAt(doc, ['inference']) ? [setting(doc, ['inference', 'AIAA'])] : [];
    case 'aiaaWriter':
      return doc.root?.type === 'object' ? [setting(doc, ['writer'])] : [];
  }
}

/** The short name of a component or `ref`, wherever it is written. */
export function shownName(node: ConfigNode | undefined): string {
  const named = ['name', 'ref', 'path'].map(key => textOf(fieldOf(node, key)));
  return named.find(text => text !== undefined)?.replace(/^.*\./, '') ?? '?';
}

const words = (at: JsonPath): string => at.join('.');

/** Before each element and at the end. */
function listPlaces(doc: ConfigDoc, at: JsonPath): Place[] {
  const list = nodeAt(doc, at);
  if (list?.type !== 'array') return [];
  const names = (list.children ?? []).map(shownName);
  const places = names.map((name, index) => ({
    title: t('{0}, before {1}', words(at), name),
    at,
    how: 'insert' as const,
    index,
  }));
  const last = names.at(-1);
  const title =
    last === undefined ? t('{0}, which is empty', words(at)) : t('{0}, after {1}', words(at), last);
  return [{ title, at, how: 'insert', index: names.length }, ...places.toReversed()];
}

/** Conversions stay last: what a transform gives goes through them, too. */
const conversion = /^(ToTensor|EnsureType|CastToType|SaveImage)(d|D|Dict)?$/;

function transforms(doc: ConfigDoc, at: JsonPath): Place[] {
  const places = listPlaces(doc, at);
  const names = (nodeAt(doc, at)?.children ?? []).map(shownName);
  let index = names.length;
  while (index > 0 && conversion.test(names[index - 1] ?? '')) index--;
  const best = places.filter(place => place.index === index);
  return [...best, ...places.filter(place => place.index !== index)];
}

function metricPlaces(doc: ConfigDoc, { at, node }: { at: string[]; node: ConfigNode }): Place[] {
  if (fieldOf(node, 'metrics')) return listPlaces(doc, [...at, 'metrics']).slice(0, 1);
  const more = [...at, 'additional_metrics'];
  const added: Place[] = fieldOf(node, 'additional_metrics')
    ? listPlaces(doc, more).slice(0, 1)
    : [{ title: t('{0}, which is new', words(more)), at: more, how: 'set' }];
  return fieldOf(node, 'key_metric') ? [...added, ...replacing(doc, [...at, 'key_metric'])] : [];
}

/** The component at a key, or each of the alternatives there (AutoML). */
function replacing(doc: ConfigDoc, at: JsonPath): Place[] {
  const node = nodeAt(doc, at);
  const title = (child: ConfigNode): string =>
    t('{0}, in place of {1}', words(at), shownName(child));
  if (node?.type === 'object') return [{ title: title(node), at, how: 'replace' }];
  if (node?.type !== 'array') return [];
  return (node.children ?? [])
    .map((child, index): Place & { off: boolean } => {
      const disabled = fieldOf(child, 'disabled');
      const off = disabled !== undefined && plainValue(disabled) !== false;
      return { title: title(child), at: [...at, index], how: 'replace', off };
    })
    .sort((one, other) => Number(one.off) - Number(other.off))
    .map(({ off: _, ...place }) => place);
}

function setting(doc: ConfigDoc, at: JsonPath): Place {
  const node = nodeAt(doc, at);
  const title = node
    ? t('{0}, in place of {1}', words(at), shownName(node))
    : t('{0}, which is new', words(at));
  return { title, at, how: 'set' };
}

function adopting(doc: ConfigDoc, at: JsonPath): Place[] {
  const node = nodeAt(doc, at);
  if (node?.type !== 'object') return [];
  const title = t('{0}, in place of {1}; its arguments are kept', words(at), shownName(node));
  return [{ title, at, how: 'adopt' }];
}

function readers(doc: ConfigDoc, list: JsonPath): Place[] {
  return (nodeAt(doc, list)?.children ?? []).flatMap((child, index): Place[] => {
    const isLoader = /^LoadImage(d|D|Dict)$/.test(shownName(child));
    if (!isLoader || fieldOf(child, 'args')?.type !== 'object') return [];
    const at = [...list, index, 'args', 'reader'];
    return [{ title: t('{0}, reader of {1}', words(list), shownName(child)), at, how: 'set' }];
  });
}
