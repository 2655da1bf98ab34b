import { parser } from '@lezer/python';
import type { Range } from '../config/finding.ts';
import type { LanguageContext, LanguageModule } from './context.ts';
import { absolute, byocClass, type ByocClass } from './slot.ts';

/** Every mention of a class of custom/ in a module: its definition, imports, uses, `__all__`. */
export function classUses(
  context: LanguageContext,
  module: LanguageModule,
  target: ByocClass,
): Range[] {
  const { name } = target.made;
  if (!module.text.includes(name)) return [];
  if (module.name === target.module.name) return [...namesIn(module, name), ...inAll(module, name)];
  const found: Range[] = [];
  let isImported = false;
  const modules = new Set<string>();
  for (const made of module.python.imports) {
    const from = absolute(module, made.module);
    for (const each of made.names ?? []) {
      if (each.name === name && means(context, `${from}.${name}`, target)) {
        if (each.alias === undefined) isImported = true;
        else found.push({ offset: each.range.offset, length: name.length });
      } else if (means(context, `${from}.${each.name}.${name}`, target))
        modules.add(each.alias ?? each.name);
    }
    if (!made.names && means(context, `${from}.${name}`, target))
      modules.add(made.alias ?? made.module);
  }
  if (isImported) found.push(...namesIn(module, name), ...inAll(module, name));
  return [...found, ...[...modules].flatMap(prefix => members(module, prefix, name))];
}

const means = (context: LanguageContext, path: string, target: ByocClass): boolean =>
  byocClass(context, path)?.made === target.made;

/** As a name of its own; texts, comments and attributes are none. */
function namesIn({ text }: LanguageModule, name: string): Range[] {
  const found: Range[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      if (type.name === 'VariableName' && text.slice(from, to) === name)
        found.push({ offset: from, length: to - from });
    },
  });
  return found;
}

/** `module.Name` */
function members({ text }: LanguageModule, prefix: string, name: string): Range[] {
  const found: Range[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      const written =
        type.name === 'MemberExpression' ? text.slice(from, to).replace(/\s/g, '') : '';
      if (written === `${prefix}.${name}`)
        found.push({ offset: to - name.length, length: name.length });
    },
  });
  return found;
}

function inAll({ text }: LanguageModule, name: string): Range[] {
  const list = /^__all__\s*\+?=\s*[[(]([^\])]*)/m.exec(text);
  if (!list) return [];
  const base = list.index + list[0].length - (list[1] ?? '').length;
  return [...(list[1] ?? '').matchAll(/(["'])([^"']*)\1/g)]
    .filter(([, , each]) => each === name)
    .map(({ index }) => ({ offset: base + index + 1, length: name.length }));
}
