import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { t } from '@vscode/l10n';
import { allCodes } from '../core/config/checks/index.ts';
import type { Finding, Range, Severity } from '../core/config/finding.ts';
import { jsonDocument } from './failure.ts';
import { readText, slashed } from './mmarFolder.ts';
import { version } from './packageFolder.ts';

/** A checked file with its text, to which the places of the findings belong. */
export interface CheckedFile {
  readonly file: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** A stretch of a text as editors count it: from zero, in UTF-16 code units. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

export interface ReportedFinding {
  readonly file: string;
  readonly range: Span;
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  readonly related: readonly { file: string; range: Span; message: string }[];
}

const severities: Readonly<Record<Severity, ReportedFinding['severity']>> = {
  error: 'error',
  warning: 'warning',
  info: 'information',
  hint: 'hint',
};

/** All findings with whole paths and places, as `--json` gives them. */
export function reported(files: readonly CheckedFile[]): ReportedFinding[] {
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  const spans = new Map<string, (range: Range) => Span>();
  const spanIn = (file: string, range: Range): Span => {
    const of = spans.get(file) ?? spansOf(texts.get(file) ?? readText(file) ?? '');
    spans.set(file, of);
    return of(range);
  };
  return files.flatMap(({ file, findings }) =>
    findings.map(({ code, severity, range, message, related = [] }) => ({
      file,
      range: spanIn(file, range),
      code,
      severity: severities[severity],
      message,
      related: related.map(other => ({
        file: other.file ?? file,
        range: spanIn(other.file ?? file, other.range),
        message: other.message,
      })),
    })),
  );
}

function spansOf(text: string): (range: Range) => Span {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const place = (offset: number): Position => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (starts[low] ?? 0) };
  };
  return ({ offset, length }) => ({ start: place(offset), end: place(offset + length) });
}

export const asJson = (findings: readonly ReportedFinding[]): string => jsonDocument({ findings });

/** One line each, in the form that editors and CI make links of, and the sum. */
export function asLines(findings: readonly ReportedFinding[], files: number): string[] {
  const lines = findings.map(({ file, range, severity, code, message }) => {
    const shown = slashed(path.relative(process.cwd(), file) || file);
    return `${shown}:${range.start.line + 1}:${range.start.character + 1} ${severity} ${code} ${message}`;
  });
  const count = (of: ReportedFinding['severity']) =>
    findings.filter(({ severity }) => severity === of).length;
  return [
    ...lines,
    t('{0} files, {1} errors, {2} warnings', files, count('error'), count('warning')),
  ];
}

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;

/** SARIF 2.1.0, which code hosts show beside the lines of a change. */
export function asSarif(findings: readonly ReportedFinding[]): string {
  const used = new Set(findings.map(({ code }) => code));
  const rules = allCodes
    .filter(({ code }) => used.has(code))
    .map(({ code, severity, summary }) => ({
      id: code,
      shortDescription: { text: summary },
      defaultConfiguration: { level: levels[severities[severity]] },
    }));
  const results = findings.map(({ code, severity, message, file, range, related }) => ({
    ruleId: code,
    ruleIndex: rules.findIndex(({ id }) => id === code),
    level: levels[severity],
    message: { text: message },
    locations: [locationOf(file, range)],
    ...(related.length > 0 && {
      relatedLocations: related.map((other, id) => ({
        id,
        ...locationOf(other.file, other.range),
        message: { text: other.message },
      })),
    }),
  }));
  const driver = { name: 'mmar check', semanticVersion: version(), rules };
  return jsonDocument({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  });
}

const locationOf = (file: string, { start, end }: Span) => ({
  physicalLocation: {
    artifactLocation: { uri: pathToFileURL(file).href },
    region: {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    },
  },
});
