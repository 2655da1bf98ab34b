import { existsSync } from 'node:fs';
import { pathToFileURL, fileURLToPath } from 'node:url';
import {
  CompletionItemKind,
  CompletionItemTag,
  DiagnosticSeverity,
  InsertTextFormat,
  InsertTextMode,
  SymbolKind,
  type CompletionItem,
  type Diagnostic,
  type DocumentSymbol,
  type Location,
  type Range as LspRange,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding, Range, Severity } from '../core/config/finding.ts';
import type { Completion } from '../core/language/complete.ts';
import type { Located } from '../core/language/context.ts';
import type { OutlineItem, OutlineKind } from '../core/language/outline.ts';
import type { CompletionKind } from '../core/language/write.ts';
import { readText, slashed } from './mmarFolder.ts';

/** Path of a document; undefined: it is in no file. */
export function pathOf(uri: string): string | undefined {
  try {
    return slashed(fileURLToPath(uri));
  } catch {
    return undefined;
  }
}

export const uriOf = (path: string): string => pathToFileURL(path).href;

export const rangeIn = (document: TextDocument, { offset, length }: Range): LspRange => ({
  start: document.positionAt(offset),
  end: document.positionAt(offset + length),
});

/** What is open, else what is on disk. */
export function documentAt(
  path: string,
  open: ReadonlyMap<string, TextDocument>,
): TextDocument | undefined {
  const text = open.get(path)?.getText() ?? readText(path);
  return (
    open.get(path) ??
    (text === undefined ? undefined : TextDocument.create(uriOf(path), 'json', 0, text))
  );
}

export function locationOf(
  { file, range }: Located,
  open: ReadonlyMap<string, TextDocument>,
): Location[] {
  const start = { line: 0, character: 0 };
  if (range.offset === 0 && range.length === 0)
    return existsSync(file) ? [{ uri: uriOf(file), range: { start, end: start } }] : [];
  const document = documentAt(file, open);
  return document ? [{ uri: document.uri, range: rangeIn(document, range) }] : [];
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export const diagnosticOf = (document: TextDocument, finding: Finding): Diagnostic => ({
  range: rangeIn(document, finding.range),
  severity: severities[finding.severity],
  code: finding.code,
  source: 'mmar',
  message: finding.message,
});

const completionKinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  component: CompletionItemKind.Class,
  class: CompletionItemKind.Class,
  arg: CompletionItemKind.Field,
  value: CompletionItemKind.EnumMember,
  key: CompletionItemKind.Property,
  reference: CompletionItemKind.Reference,
  variable: CompletionItemKind.Variable,
  dataKey: CompletionItemKind.Constant,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
};

/** `snippets`: the editor can do them; else their stops are left out. */
export function completionOf(
  document: TextDocument,
  item: Completion,
  snippets: boolean,
): CompletionItem | undefined {
  const range = rangeIn(document, item.range);
  if (range.start.line !== range.end.line) return undefined;
  const isSnippet = item.isSnippet && snippets;
  const newText = item.isSnippet && !snippets ? withoutStops(item.insert) : item.insert;
  return {
    label: item.label,
    kind: completionKinds[item.kind],
    sortText: item.sort,
    filterText: item.filter,
    textEdit: { range, newText },
    insertTextFormat: isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    insertTextMode: InsertTextMode.adjustIndentation,
    ...(item.detail && { detail: item.detail }),
    ...(item.isDeprecated && { tags: [CompletionItemTag.Deprecated] }),
    ...(item.also?.length && {
      additionalTextEdits: item.also.map(({ range: at, text }) => ({
        range: rangeIn(document, at),
        newText: text,
      })),
    }),
    ...(item.about && { data: { uri: document.uri, ...item.about } }),
  };
}

const withoutStops = (snippet: string): string =>
  snippet
    .replace(/\$\{\d+\|((?:[^,|\\]|\\.)*)(?:[^|\\]|\\.)*\|\}/g, '$1')
    .replace(/\$\{\d+:((?:[^}\\]|\\.)*)\}/g, '$1')
    .replace(/\$\{?\d+\}?/g, '')
    .replace(/\\([\\$}])/g, '$1');

const symbolKinds: Readonly<Record<OutlineKind, SymbolKind>> = {
  section: SymbolKind.Module,
  list: SymbolKind.Array,
  component: SymbolKind.Class,
  variable: SymbolKind.Variable,
  arg: SymbolKind.Field,
};

export const symbolOf = (document: TextDocument, item: OutlineItem): DocumentSymbol => ({
  name: item.name,
  detail: item.detail,
  kind: symbolKinds[item.kind],
  range: rangeIn(document, item.range),
  selectionRange: rangeIn(document, item.selection),
  children: item.children.map(child => symbolOf(document, child)),
});
