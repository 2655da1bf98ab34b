import path from 'node:path';
import type { CheckedKind } from '../../../../extension/core/config/check.ts';
import type { Check } from '../../../../extension/core/config/checks/check.ts';
import { makeContext } from '../../../../extension/core/config/context.ts';
import { noFacts, type Facts } from '../../../../extension/core/config/facts.ts';
import type { Finding } from '../../../../extension/core/config/finding.ts';
import { makeModel } from '../../../../extension/core/config/model.ts';
import { parseConfig } from '../../../../extension/core/config/parse.ts';
import { openCatalogs } from '../../../../extension/io/catalog.ts';

/** The catalogue that ships; read once for all tests. */
export const knowledge = openCatalogs(path.join(__dirname, '../../../../mmar-schemas/components'));

interface Where {
  readonly facts?: Partial<Facts>;
  readonly kind?: CheckedKind;
  readonly release?: string;
}

/** One check over a text, as `checkText` runs it. */
export const running =
  (check: Check, { facts = {}, kind = check.kinds[0], release }: Where = {}) =>
  (text: string): Finding[] => {
    const doc = kind === 'script' ? { text, root: undefined, findings: [] } : parseConfig(text);
    const model = makeModel(doc, kind);
    const all = { ...noFacts, environment: {}, ...facts };
    return [...check.run(model, makeContext(model, { facts: all, knowledge, release }))].sort(
      (a, b) => a.range.offset - b.range.offset,
    );
  };
