import { t } from '@vscode/l10n';
import { runKinds, type Check } from './check.ts';
import { dialectOf, type Dialect } from '../../mmar/dialect.ts';
import type { Finding } from '../finding.ts';
import {
  fieldOf,
  keyOf,
  propertyOf,
  rangeOf,
  valueOf,
  type ConfigDoc,
  type ConfigNode,
} from '../parse.ts';
import { elementsOf, sectionsOf } from '../walk.ts';

/** Flags what is written in the form of the other dialect: metrics, and what checkpoints hold. */
export const wrongForm: Check = {
  codes: [
    {
      code: 'wrong-form',
      severity: 'error',
      summary: 'Something is written in the form of the other dialect',
    },
  ],
  kinds: [...runKinds],
  run: ({ doc }) => formsOfOther(doc),
};

function formsOfOther(doc: ConfigDoc): Finding[] {
  const dialect = dialectOf(valueOf(doc));
  return sectionsOf(doc).flatMap(({ node }) => [
    ...metrics(node, dialect),
    ...elementsOf(fieldOf(node, 'handlers')).flatMap(handler => dictionaries(handler, dialect)),
  ]);
}

function metrics(section: ConfigNode, dialect: Dialect): Finding[] {
  const [old, current] = [propertyOf(section, 'metrics'), propertyOf(section, 'key_metric')];
  if (old && current) return []; // the schema says that
  const wrong = dialect === '4.1' ? old : current;
  if (!wrong) return [];
  return finding(
    wrong,
    dialect === '4.1'
      ? t(
          'This file is in the 4.1 dialect: "metrics" is written "key_metric" (one) and "additional_metrics" (the rest).',
        )
      : t(
          'This file is in the 4.0 dialect: "key_metric" is written "metrics": [{..., "is_key_metric": true}].',
        ),
  );
}

function dictionaries(handler: ConfigNode, dialect: Dialect): Finding[] {
  return ['load_dict', 'save_dict'].flatMap(key => {
    const property = propertyOf(fieldOf(handler, 'args'), key);
    const type = property?.children?.[1]?.type;
    if (!property || type !== (dialect === '4.1' ? 'array' : 'object')) return [];
    return finding(
      property,
      dialect === '4.1'
        ? t(
            'This file is in the 4.1 dialect: "{0}" is written {1}.',
            keyOf(property) ?? key,
            '{"model": "@model"}',
          )
        : t(
            'This file is in the 4.0 dialect: "{0}" is written {1}.',
            keyOf(property) ?? key,
            '["model"]',
          ),
    );
  });
}

function finding(property: ConfigNode, message: string): Finding[] {
  const range = rangeOf(property.children?.[0] ?? property);
  return [{ code: 'wrong-form', severity: 'error', range, message }];
}
