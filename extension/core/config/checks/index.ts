import { unknownComponent } from './unknownComponent.ts';
import { wrongPlace } from './wrongPlace.ts';
import { unknownArg } from './unknownArg.ts';
import { missingArg } from './missingArg.ts';
import { argType } from './argType.ts';
import { outdated } from './outdated.ts';
import { pythonExpression } from './pythonExpression.ts';
import { referenceCycle } from './referenceCycle.ts';
import { bundleReference } from './bundleReferences.ts';
import { unusedVariable } from './unusedVariable.ts';
import { disabledReference } from './disabledReference.ts';
import { mixedDialect } from './mixedDialect.ts';
import { itemKeys } from './itemKeys.ts';
import { transformOrder } from './transformOrder.ts';
import { labelInterpolation } from './labelInterpolation.ts';
import { handlerOrder } from './handlerOrder.ts';
import { windowSize, aiaaWindow } from './windowSize.ts';
import { networkSize } from './networkSize.ts';
import { channelCount } from './channelCount.ts';
import { preprocessing } from './preprocessing.ts';
import { gridDiffers } from './gridDiffers.ts';
import { listChoice } from './listChoice.ts';
import { casePairs } from './casePairs.ts';
import { byocArgs } from './byocArgs.ts';
import { multiGpu } from './multiGpu.ts';
import { scripts } from './scripts.ts';
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
  unknownComponent,
  wrongPlace,
  unknownArg,
  missingArg,
  argType,
  outdated,
  pythonExpression,
  referenceCycle,
  bundleReference,
  unusedVariable,
  disabledReference,
  mixedDialect,
  itemKeys,
  transformOrder,
  labelInterpolation,
  handlerOrder,
  windowSize,
  aiaaWindow,
  networkSize,
  channelCount,
  preprocessing,
  gridDiffers,
  listChoice,
  casePairs,
  byocArgs,
  multiGpu,
  scripts,
];

/** Every code once; of checks that share one, the first one's words. */
export const allCodes: readonly Code[] = [
  ...new Map(
    [...schemaCodes, ...allChecks.flatMap(({ codes }) => codes)]
      .toReversed()
      .map((code): [string, Code] => [code.code, code]),
  ).values(),
].sort((a, b) => (a.code < b.code ? -1 : 1));
