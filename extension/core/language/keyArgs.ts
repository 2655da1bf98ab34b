import type { Range } from '../config/finding.ts';
import type { ArgUse, ComponentUse, ConfigModel } from '../config/model.ts';
import type { ConfigNode } from '../config/parse.ts';
import { elementsOf } from '../config/walk.ts';
import type { LanguageContext } from './context.ts';
import { specOf } from './slot.ts';

const keyName = /^(keys?|.*_keys?)$/;

/** An argument whose texts are keys of the item. */
export function isDataKey(
  model: ConfigModel,
  context: LanguageContext,
  component: ComponentUse,
  arg: string,
): boolean {
  const spec = specOf(model, context, component.name);
  const rule = spec && context.dataFlow.ruleOf(spec);
  if (rule && [rule.reads, rule.writes, rule.drops, rule.keeps].some(names => names.includes(arg)))
    return true;
  if (!keyName.test(arg)) return false;
  if (spec) return spec.kind === 'dict_transform' || spec.kind === 'reader';
  return isTransform(component); // of custom/, or unknown
}

/** Stands in a list of transforms, or is called like one. */
const isTransform = ({ path, name }: ComponentUse): boolean =>
  path.some(step => typeof step === 'string' && /transform|processing/.test(step)) ||
  /[a-z]d$/.test(name);

/** The texts of an argument that holds keys. */
export const keyNodes = ({ value }: ArgUse): ConfigNode[] =>
  elementsOf(value).filter(node => node.type === 'string' && !/^[@$%#{]/.test(String(node.value)));

export interface KeyInText {
  readonly name: string;
  readonly range: Range;
}

/** Keys in `from_engine(['pred', 'label'])` of an expression. */
export function keysInText(model: ConfigModel, node: ConfigNode): KeyInText[] {
  if (node.type !== 'string' || !String(node.value).includes('from_engine')) return [];
  const written = model.doc.text.slice(node.offset, node.offset + node.length);
  return [...written.matchAll(/from_engine\(([^)]*)\)/g)].flatMap(call => {
    const base = node.offset + call.index + 'from_engine('.length;
    return [...(call[1] ?? '').matchAll(/'([^']*)'|\\"([^"\\]*)\\"/g)].map(text => {
      const name = text[1] ?? text[2] ?? '';
      const width = text[1] === undefined ? 2 : 1;
      return { name, range: { offset: base + text.index + width, length: name.length } };
    });
  });
}
