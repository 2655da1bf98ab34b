import type { CheckContext } from '../context.ts';
import type { CheckedKind } from '../kinds.ts';
import type { Finding, Range, Severity } from '../finding.ts';
import type { ConfigModel } from '../model.ts';

/** Something that can be found. The code is stable: settings, documentation and CI name it. */
export interface Code {
  readonly code: string;
  readonly severity: Severity;
  /** One line for lists of rules; docs/checks/<code>.md says the rest. */
  readonly summary: string;
}

/** One reason to complain. */
export interface Check {
  readonly codes: readonly Code[];
  /** The kinds of file that it looks at. */
  readonly kinds: readonly CheckedKind[];
  readonly run: (model: ConfigModel, context: CheckContext) => readonly Finding[];
}

type More = Partial<Pick<Finding, 'severity' | 'fixes' | 'related'>>;

/** A finding with the code's own severity, unless `more` has another. */
export function found(
  { code, severity }: Code,
  range: Range,
  message: string,
  more: More = {},
): Finding {
  return { code, severity, range, message, ...more };
}

/** Files that configure a run. */
export const runKinds = ['train', 'validation', 'inference'] as const;

/** All files that name components. */
export const componentFiles = [
  ...runKinds,
  ...(['aiaa', 'automl', 'fed', 'pipeline', 'bundle'] as const),
] as const;
