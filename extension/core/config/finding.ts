/** Half-open stretch of a text, in UTF-16 code units. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

export type Severity = 'error' | 'warning' | 'info';

/** Where in a JSON document: keys and indices from the root. */
export type JsonPath = readonly (string | number)[];

/** What a check has to say about one place of a text. `code` is stable; settings and docs name it. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly range: Range;
  readonly message: string;
}
