import { t } from '@vscode/l10n';
import { runKinds, type Check } from './check.ts';
import { isLambda, placeholders } from '../../mmar/environment.ts';
import { closest } from '../closest.ts';
import type { CheckContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import type { ConfigModel } from '../model.ts';

/** Flags `{NAME}` that neither the file's own variables, environment.json nor --set define. */
export const unresolvedPlaceholder: Check = {
  codes: [
    {
      code: 'unresolved-placeholder',
      severity: 'error',
      summary: 'A variable in braces that nothing defines',
    },
    {
      code: 'no-environment',
      severity: 'error',
      summary: 'Variables are used, and there is no environment.json',
    },
  ],
  kinds: [...runKinds, 'automl', 'fed'],
  run: placeholdersWithoutValue,
};

function placeholdersWithoutValue(
  { doc, texts }: ConfigModel,
  { facts, variables }: CheckContext,
): Finding[] {
  const used = texts.flatMap(({ node, value }) => {
    if (!value.includes('{') || isLambda(value)) return [];
    // In the text as written: an escape before the placeholder must not shift its place.
    const written = doc.text.slice(node.offset, node.offset + node.length);
    return [...written.matchAll(placeholders())].flatMap(match => {
      const name = match[1] ?? '';
      const range = { offset: node.offset + match.index, length: match[0].length };
      return name in variables ? [] : [{ name, range }];
    });
  });
  const [first] = used;
  if (!first) return [];
  if (!facts.environment) {
    const names = [...new Set(used.map(({ name }) => `{${name}}`))].join(', ');
    const message = t('There is no config/environment.json that would define {0}.', names);
    return [{ code: 'no-environment', severity: 'error', range: first.range, message }];
  }
  return used.map(({ name, range }) => {
    const meant = closest(name, Object.keys(variables));
    return {
      code: 'unresolved-placeholder',
      severity: 'error',
      range,
      message:
        meant === undefined
          ? t(
              'Nothing defines {0}: add it to environment.json, to the top of this file, or give it with --set.',
              `{${name}}`,
            )
          : t('Nothing defines {0}. Did you mean {1}?', `{${name}}`, `{${meant}}`),
    };
  });
}
