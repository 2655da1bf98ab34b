import { t } from '@vscode/l10n';
import { runKinds, type Check } from './check.ts';
import { resolveText, variablesOf, type Variables } from '../../mmar/environment.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import {
  fieldOf,
  headOf,
  plainValue,
  propertyOf,
  valueOf,
  type ConfigDoc,
  type ConfigNode,
} from '../parse.ts';
import { elementsOf, sectionsOf } from '../walk.ts';

/** Flags a loss, optimizer or model of which not exactly one alternative is enabled. */
export const disabledAlternatives: Check = {
  codes: [
    {
      code: 'disabled-alternatives',
      severity: 'error',
      summary: 'Not exactly one of several alternatives is enabled',
    },
  ],
  kinds: [...runKinds],
  run: ({ doc }, { facts }) => notOne(doc, facts),
};

function notOne(doc: ConfigDoc, facts: Facts): Finding[] {
  const variables = variablesOf({ ...facts, config: valueOf(doc) });
  return sectionsOf(doc).flatMap(({ node }) =>
    ['loss', 'optimizer', 'model'].flatMap(name => {
      const value = propertyOf(node, name)?.children?.[1];
      const choices = elementsOf(value).filter(choice => choice.type === 'object');
      // AutoML chooses; and what is not known is not counted.
      if (!value || choices.length === 0 || choices.some(isSearched)) return [];
      const states = choices.map(choice => isEnabled(choice, variables));
      if (states.includes(undefined)) return [];
      const enabled = states.filter(state => state === true).length;
      if (enabled === 1) return [];
      const message =
        enabled === 0
          ? t('Every "{0}" is disabled; one must be left.', name)
          : t(
              '{0} of the {1} entries of "{2}" are enabled; exactly one may be.',
              enabled,
              choices.length,
              name,
            );
      return [{ code: 'disabled-alternatives', severity: 'error', range: headOf(value), message }];
    }),
  );
}

function isSearched(component: ConfigNode): boolean {
  return (
    propertyOf(component, 'apply') !== undefined || propertyOf(component, 'search') !== undefined
  );
}

/** undefined: depends on a variable that nobody defines, or on no flag at all. */
export function isEnabled(component: ConfigNode, variables: Variables): boolean | undefined {
  const disabled = fieldOf(component, 'disabled');
  if (!disabled) return true;
  const value = plainValue(disabled);
  const flag = typeof value === 'string' ? resolveText(value, variables) : value;
  if (typeof flag === 'boolean') return !flag;
  // --set and environment.json may give it as text.
  return flag === 'True' || flag === 'true'
    ? false
    : flag === 'False' || flag === 'false'
      ? true
      : undefined;
}
