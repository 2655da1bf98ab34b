import * as vscode from 'vscode';
import type { Finding, Range, Severity } from '../../core/config/finding.ts';
import { readText } from './gatherFacts.ts';

/** What VS Code shows, each with a link to the page of its code. */
export async function diagnosticsOf(
  document: vscode.TextDocument,
  findings: readonly Finding[],
  pages: vscode.Uri,
): Promise<vscode.Diagnostic[]> {
  const places = new Map<string, (range: Range) => vscode.Range>();
  const rangeIn = async (file: string, range: Range): Promise<vscode.Range> => {
    const of = places.get(file) ?? placesIn((await readText(uriOf(document, file))) ?? '');
    places.set(file, of);
    return of(range);
  };
  return Promise.all(
    findings.map(async finding => {
      const diagnostic = diagnosticOf(document, finding, pages);
      const related = (finding.related ?? []).map(async ({ file, range, message }) => {
        const uri = file === undefined ? document.uri : uriOf(document, file);
        const place = file === undefined ? spanIn(document, range) : await rangeIn(file, range);
        return new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, place), message);
      });
      diagnostic.relatedInformation = await Promise.all(related);
      return diagnostic;
    }),
  );
}

function diagnosticOf(
  document: vscode.TextDocument,
  { code, range, message, severity }: Finding,
  pages: vscode.Uri,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(spanIn(document, range), message, severities[severity]);
  diagnostic.source = 'mmar';
  diagnostic.code = { value: code, target: vscode.Uri.joinPath(pages, `${code}.md`) };
  if (code === 'unused-variable') diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
  if (code === 'deprecated') diagnostic.tags = [vscode.DiagnosticTag.Deprecated];
  return diagnostic;
}

/** A stretch of a text as VS Code counts it. */
export function spanIn(document: vscode.TextDocument, { offset, length }: Range): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

const uriOf = (document: vscode.TextDocument, path: string): vscode.Uri =>
  document.uri.with({ path });

/** The same for a file that need not be open. */
function placesIn(text: string): (range: Range) => vscode.Range {
  const positionAt = (offset: number): vscode.Position => {
    const before = text.slice(0, offset).split('\n');
    return new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
  };
  return ({ offset, length }) => new vscode.Range(positionAt(offset), positionAt(offset + length));
}

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};
