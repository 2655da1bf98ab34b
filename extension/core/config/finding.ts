/** Half-open stretch of a text, in UTF-16 code units. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** Where in a JSON document: keys and indices from the root. */
export type JsonPath = readonly (string | number)[];

/** Another place that has to do with a finding. */
export interface Related {
  /** Path of the file; absent: the same file. */
  readonly file?: string;
  readonly range: Range;
  readonly message: string;
}

/** Replaces a stretch of the checked text. */
export interface TextEdit {
  readonly range: Range;
  readonly text: string;
}

/** A way to mend what was found. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** What a check has to say about one place of a text. `code` is stable; settings and docs name it. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly range: Range;
  readonly message: string;
  readonly related?: readonly Related[];
  /** The first is the one that is meant most likely. */
  readonly fixes?: readonly Fix[];
}
