import type { JsonPath, Severity } from '../../config/finding.ts';

/** Which file of the MMAR a finding of the compiler is about. */
export type BundleSource = 'train' | 'validation' | 'inference' | 'environment';

/** Something in the MMAR that the bundle cannot have, or has in another form. Nothing is dropped without one. */
export interface BundleFinding {
  readonly code:
    | 'no-counterpart'
    | 'successor'
    | 'undefined-placeholder'
    | 'unknown-reference'
    | 'unresolved-ref'
    | 'alternatives'
    | 'kept-lambda'
    | 'missing-section'
    | 'reserved-name'
    | 'replaced';
  readonly severity: Severity;
  readonly source: BundleSource;
  readonly path: JsonPath;
  readonly message: string;
}

/** Collects findings for one source. */
export class Notes {
  readonly all: BundleFinding[] = [];
  constructor(private readonly source: BundleSource) {}

  add(code: BundleFinding['code'], severity: Severity, path: JsonPath, message: string): void {
    this.all.push({ code, severity, source: this.source, path, message });
  }
}
