import { byocMissing } from './byocMissing.ts';
import type { Check, Code } from './check.ts';
import { datalistCases } from './datalistCases.ts';
import { disabledAlternatives } from './disabledAlternatives.ts';
import { missingEnvironmentFiles, missingFiles } from './missingFiles.ts';
import { schemaCodes } from './schemaCodes.ts';
import { unresolvedPlaceholder } from './unresolvedPlaceholder.ts';
import { unresolvedRef } from './unresolvedRef.ts';
import { unresolvedReference } from './unresolvedReference.ts';
import { wrongForm } from './wrongForm.ts';

/** Every check. Their order does not matter: findings are sorted by place. */
export const allChecks: readonly Check[] = [
  unresolvedPlaceholder,
  unresolvedReference,
  unresolvedRef,
  disabledAlternatives,
  missingFiles,
  missingEnvironmentFiles,
  byocMissing,
  wrongForm,
  datalistCases,
];

/** Every code once; of checks that share one, the first one's words. */
export const allCodes: readonly Code[] = [
  ...new Map(
    [...schemaCodes, ...allChecks.flatMap(({ codes }) => codes)]
      .toReversed()
      .map((code): [string, Code] => [code.code, code]),
  ).values(),
].sort((a, b) => (a.code < b.code ? -1 : 1));
