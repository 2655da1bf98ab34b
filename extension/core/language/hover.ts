import { t } from '@vscode/l10n';
import { resolveText, variablesOf } from '../mmar/environment.ts';
import type { Range } from '../config/finding.ts';
import type { ConfigModel } from '../config/model.ts';
import { rangeOf } from '../config/parse.ts';
import { isFilePlace, wholePath } from './completeFiles.ts';
import type { LanguageContext } from './context.ts';
import { dataKeysOf } from './dataKeys.ts';
import { describeArg, describeComponent } from './describe.ts';
import { absoluteId, definedIds, resolveBundleId } from './ids.ts';
import { labelsFor } from './labels.ts';
import { code, lines } from './markdown.ts';
import { innerRange, placeAt, type Place } from './place.ts';
import { schemasAt } from './schemaAt.ts';
import { nameIn } from './slot.ts';
import { variablesAt } from './variables.ts';

/** Markdown without HTML; every text that others wrote is escaped. */
export interface Hover {
  readonly range: Range;
  readonly markdown: string;
}

export function hover(
  model: ConfigModel,
  offset: number,
  context: LanguageContext,
): Hover | undefined {
  const place = placeAt(model, offset, context);
  if (!place) return undefined;
  const markdown = textFor(model, place, context);
  if (markdown === undefined || markdown === '') return undefined;
  const range = 'range' in place ? place.range : innerRange(model.doc.text, rangeOf(place.node));
  return { range, markdown };
}

function textFor(model: ConfigModel, place: Place, context: LanguageContext): string | undefined {
  const written = String(place.node.value);
  switch (place.what) {
    case 'componentName':
      return describeComponent(model, context, written);
    case 'arg':
      return describeArg(model, context, place.component.name, written);
    case 'argValue':
      return lines(
        describeArg(model, context, place.component.name, place.arg),
        fileText(model, place, context),
      );
    case 'placeholder':
      return variableText(model, context, place.name);
    case 'reference':
      return referenceText(model, place, context);
    case 'ref': {
      const found = labelsFor(model, place.list).find(({ name }) => name === written);
      return (
        found &&
        lines(
          t('Taken over from train.{0}.', place.list),
          describeComponent(model, context, nameIn(found.node.parent?.parent ?? found.node) ?? ''),
        )
      );
    }
    case 'dataKey':
      return keyText(model, place, context);
    case 'datalistKey':
      return t('List of the datalist.');
    case 'key':
    case 'componentKey':
      return lines(schemaText(model, place, context), variableOf(model, place, context));
    case 'value':
      return fileText(model, place, context);
  }
}

function variableText(model: ConfigModel, context: LanguageContext, name: string): string {
  const found = variablesAt(model, context).find(each => each.name === name);
  if (!found) return t('Nothing defines {0}.', code(`{${name}}`));
  const origins = {
    file: t('the top of this file'),
    environment: t('environment.json'),
    set: t('--set'),
  };
  return `${code(`{${name}}`)} = ${code(found.shown)}\n\n${t('From {0}.', origins[found.origin])}`;
}

/** At the key that defines a variable: what it comes to. */
function variableOf(
  model: ConfigModel,
  { node, path }: Place,
  context: LanguageContext,
): string | undefined {
  if (path.length > 0 || model.form === 'bundle') return undefined;
  const value = node.parent?.children?.[1];
  if (value?.type !== 'string' || !/\{\w+\}/.test(String(value.value))) return undefined;
  return variableText(model, context, String(node.value));
}

function referenceText(
  model: ConfigModel,
  place: Extract<Place, { what: 'reference' }>,
  context: LanguageContext,
): string | undefined {
  if (model.form !== 'bundle') {
    const found = definedIds(model, context, place.path).find(({ name }) => name === place.name);
    return found && lines(code(`@${found.name}`), describeComponent(model, context, found.detail));
  }
  const id = absoluteId(place.name, place.path);
  const found = resolveBundleId(id, model, context);
  if (!found) return undefined;
  const target = found.value.children?.find(({ children }) => children?.[0]?.value === '_target_');
  const name: unknown = target?.children?.[1]?.value;
  const isPlain = found.value.type !== 'object' && found.value.type !== 'array';
  const shown = isPlain
    ? `${code(`${place.sigil}${id}`)} = ${code(String(found.value.value))}`
    : code(`${place.sigil}${id}`);
  return lines(
    shown,
    typeof name === 'string' ? describeComponent(model, context, name) : undefined,
  );
}

function keyText(
  model: ConfigModel,
  place: Extract<Place, { what: 'dataKey' }>,
  context: LanguageContext,
): string {
  const origin = dataKeysOf(model, context, place.node).get(place.name);
  const { component, arg } = place;
  return lines(
    t('{0}: a key of the item.', code(place.name)),
    origin === 'datalist' ? t('From the datalist.') : undefined,
    component && arg !== undefined ? describeArg(model, context, component.name, arg) : undefined,
  );
}

function schemaText(
  model: ConfigModel,
  { node, path }: Place,
  context: LanguageContext,
): string | undefined {
  const found = schemasAt(model, context.schemas, [...path, String(node.value)]);
  const text = found.find(({ description }) => description !== undefined)?.description;
  return text?.replace(/[\\`*_{}[\]<>]/g, '\\$&');
}

/** The whole path that a text means, and whether it is there. */
function fileText(model: ConfigModel, place: Place, context: LanguageContext): string | undefined {
  const { node, path } = place;
  if (node.type !== 'string' || !isFilePlace(model, path)) return undefined;
  const whole = wholePath(model, context, String(node.value));
  if (whole === undefined || whole === '') return undefined;
  const exists = context.facts.fileExists(whole);
  const state = exists === undefined ? '' : exists ? '' : ` ${t('(does not exist)')}`;
  return `${code(whole)}${state}`;
}

/** What a text comes to with its variables. */
export const resolvedText = (
  model: ConfigModel,
  { facts }: LanguageContext,
  text: string,
): unknown =>
  resolveText(
    text,
    variablesOf({ ...facts, config: model.kind === 'environment' ? undefined : model.value }),
  );
