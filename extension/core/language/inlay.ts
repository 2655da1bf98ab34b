import { t } from '@vscode/l10n';
import { isLambda, placeholders } from '../mmar/environment.ts';
import type { Range } from '../config/finding.ts';
import type { ConfigModel } from '../config/model.ts';
import type { LanguageContext } from './context.ts';
import { resolvedText } from './hover.ts';
import { absoluteId, nodeOfId } from './ids.ts';
import { shownValue } from './variables.ts';

export interface InlayHint {
  readonly offset: number;
  readonly label: string;
  readonly tooltip: string;
}

const longest = 40;

/** What a text with `{VAR}` comes to, behind it; in a bundle what a plain `@id` is. */
export function inlayHints(
  model: ConfigModel,
  context: LanguageContext,
  { offset, length }: Range,
): InlayHint[] {
  return model.texts.flatMap(({ node, value, path }) => {
    const end = node.offset + node.length;
    if (end < offset || node.offset > offset + length) return [];
    const shown =
      model.form === 'bundle' ? plainId(model, value, path) : withVariables(model, context, value);
    if (shown === undefined) return [];
    const flat = shown.replace(/\s+/g, ' ');
    const label = flat.length > longest ? `…${flat.slice(1 - longest)}` : flat;
    return [{ offset: end, label: `= ${label}`, tooltip: t('{0} comes to {1}', value, shown) }];
  });
}

function withVariables(
  model: ConfigModel,
  context: LanguageContext,
  value: string,
): string | undefined {
  if (isLambda(value) || value.startsWith('#') || !placeholders().test(value)) return undefined;
  const resolved = resolvedText(model, context, value);
  return resolved === value ? undefined : shownValue(resolved);
}

function plainId(
  model: ConfigModel,
  value: string,
  path: readonly (string | number)[],
): string | undefined {
  const written = /^@([\w:#]+)$/.exec(value)?.[1];
  if (written === undefined) return undefined;
  const target = nodeOfId(model, absoluteId(written, path))?.value;
  if (!target || target.type === 'object' || target.type === 'array') return undefined;
  return shownValue(target.value);
}
