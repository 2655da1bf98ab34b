import { t } from '@vscode/l10n';
import { closest } from '../closest.ts';
import type { CheckContext } from '../context.ts';
import { fix } from '../edits.ts';
import type { Finding, Range } from '../finding.ts';
import { idSteps } from '../literal.ts';
import type { ConfigModel } from '../model.ts';
import { nodeAt, type ConfigDoc } from '../parse.ts';
import { keyOf, type TextValue } from '../walk.ts';
import { found, type Check, type Code } from './check.ts';
import { placeIn } from './pythonExpression.ts';

const unresolved: Code = {
  code: 'unresolved-reference',
  severity: 'error',
  summary: 'A reference to an object that does not exist',
};

/** Flags `@id` and `%id` of a bundle that neither this file nor another one of the bundle has. */
export const bundleReference: Check = {
  codes: [unresolved],
  kinds: ['bundle'],
  run: (model, context) =>
    model.texts.flatMap(text =>
      bundleReferences(model, text)
        .filter(({ id }) => !exists(model, context, id))
        .map(reference => report(model, reference)),
    ),
};

export interface BundleReference {
  /** With `::` between its steps, the relative ones resolved. */
  readonly id: string;
  /** As written, without the sign. */
  readonly written: string;
  readonly sign: '@' | '%';
  readonly range: Range;
}

/** All ids in a text: alone, or inside an expression. Macros into other files are left out. */
export function bundleReferences(model: ConfigModel, text: TextValue): BundleReference[] {
  const { value, path } = text;
  const isExpression = value.startsWith('$');
  if (!isExpression && !/^[@%]/.test(value)) return [];
  const pattern = isExpression
    ? /(@)(#*)([A-Za-z_]\w*(?:(?:::|#)\w+)*)/g
    : /^([@%])(#*)([A-Za-z_]\w*(?:(?:::|#)\w+)*)$/g;
  const code = isExpression ? withoutTexts(value) : value;
  return [...code.matchAll(pattern)].flatMap(match => {
    const [whole, sign = '', up = '', id = ''] = match;
    // `a @ b` is a product of matrices, `x@y` one without spaces
    if (
      isExpression &&
      /[\w)\]]\s*$/.test(code.slice(0, match.index)) &&
      !/\b(if|else|in|and|or|not|for|lambda|return|is)\s*$/.test(code.slice(0, match.index))
    )
      return [];
    const offset = placeIn(model, text, match.index);
    const end = placeIn(model, text, match.index + whole.length);
    const base = up === '' ? [] : path.slice(0, Math.max(0, path.length - up.length));
    const full = [...base, ...idSteps(id)].join('::');
    return [
      { id: full, written: id, sign: sign as '@' | '%', range: { offset, length: end - offset } },
    ];
  });
}

/** What stands in quotes is no reference. */
const withoutTexts = (code: string): string =>
  code.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, found => ' '.repeat(found.length));

function exists(model: ConfigModel, { facts }: CheckContext, id: string): boolean {
  const steps = idSteps(id);
  const docs = [model.doc, ...[...(facts.others?.values() ?? [])].map(({ doc }) => doc)];
  return docs.some(doc => isThere(doc, steps));
}

/** A text, an expression or a macro on the way may stand for anything. */
function isThere(doc: ConfigDoc, steps: readonly (string | number)[]): boolean {
  if (nodeAt(doc, steps) || topKeys(doc).includes(steps.join('::'))) return true;
  for (let count = steps.length - 1; count > 0; count--) {
    const above = nodeAt(doc, steps.slice(0, count));
    if (above) return above.type === 'string';
  }
  return false;
}

/** Configs that change another one name ids in whole: `"train#trainer#max_epochs": 2`. */
const topKeys = (doc: ConfigDoc): string[] =>
  (doc.root?.children ?? []).map(property =>
    (keyOf(property) ?? '').replace(/^\+/, '').replaceAll('#', '::'),
  );

function report(model: ConfigModel, { sign, written, range }: BundleReference): Finding {
  const meant = closest(written, topKeys(model.doc));
  if (meant === undefined)
    return found(unresolved, range, t('"{0}" names nothing in this bundle.', sign + written));
  const message = t(
    '"{0}" names nothing in this bundle. Did you mean "{1}"?',
    sign + written,
    sign + meant,
  );
  const edit = { range, text: sign + meant };
  return found(unresolved, range, message, {
    fixes: [fix(t('Change to {0}', sign + meant), edit)],
  });
}
