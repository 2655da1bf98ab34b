import path from 'node:path';
import * as vscode from 'vscode';
import type { Severity } from '../../core/config/finding.ts';
import { parseConfig, rangeAt } from '../../core/config/parse.ts';
import { lineRange } from '../../core/runs/preflight/findings.ts';
import type { LocatedFinding } from '../../core/runs/preflight/locate.ts';
import type { Prepared, Problem } from '../../io/prepare.ts';
import { readText } from './texts.ts';

/** What the last preflight found, in the Problems view. What is typed on is taken away: its places are no longer right. */
export class Problems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('mmar preflight');
  private readonly changes = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) this.collection.delete(document.uri);
    }),
    vscode.workspace.onDidDeleteFiles(({ files }) =>
      files.forEach(uri => this.collection.delete(uri)),
    ),
  );
  private readonly mmars = new Map<string, vscode.Uri[]>();

  /** Takes away what was found in an MMAR before. */
  clear(mmar: vscode.Uri): void {
    for (const uri of this.mmars.get(mmar.toString()) ?? []) this.collection.delete(uri);
    this.mmars.delete(mmar.toString());
  }

  show(mmar: vscode.Uri, findings: readonly LocatedFinding[]): void {
    const files = [...new Set(findings.map(({ path: file }) => file))];
    this.set(
      mmar,
      files.map(file => [
        vscode.Uri.file(file),
        findings.filter(one => one.path === file).map(diagnosticOf),
      ]),
    );
  }

  /** What stands in the way of a run, before anything was sent. */
  async showPrepared(prepared: Prepared, mmar: vscode.Uri, config: string): Promise<void> {
    const found = new Map<string, vscode.Diagnostic[]>();
    for (const problem of prepared.problems) {
      const file = problem.file ?? path.join(mmar.fsPath, config);
      const text = (await readText(file)) ?? '';
      const range = placeOf(problem, prepared, text);
      const diagnostic = new vscode.Diagnostic(range, problem.message);
      diagnostic.source = 'mmar preflight';
      found.set(file, [...(found.get(file) ?? []), diagnostic]);
    }
    this.set(
      mmar,
      [...found].map(([file, diagnostics]) => [vscode.Uri.file(file), diagnostics]),
    );
  }

  private set(mmar: vscode.Uri, found: readonly [vscode.Uri, vscode.Diagnostic[]][]): void {
    this.clear(mmar);
    for (const [uri, diagnostics] of found) this.collection.set(uri, diagnostics);
    this.mmars.set(
      mmar.toString(),
      found.map(([uri]) => uri),
    );
  }

  dispose(): void {
    this.changes.dispose();
    this.collection.dispose();
  }
}

/** The line that a problem names, the place of the compiler's finding that it tells, or the file's beginning. */
function placeOf(problem: Problem, { findings }: Prepared, text: string): vscode.Range {
  if (problem.line !== undefined) return rangeIn(text, lineRange(text, problem.line));
  const told = findings.find(f => problem.message === `${f.path.join('.')}: ${f.message}`);
  return told ? rangeIn(text, rangeAt(parseConfig(text), told.path)) : new vscode.Range(0, 0, 0, 1);
}

function diagnosticOf({ finding, text, related }: LocatedFinding): vscode.Diagnostic {
  const range = rangeIn(text, finding.range);
  const diagnostic = new vscode.Diagnostic(range, finding.message, severities[finding.severity]);
  diagnostic.source = 'mmar preflight';
  diagnostic.code = finding.code;
  diagnostic.relatedInformation = related.map(one => {
    const location = new vscode.Location(vscode.Uri.file(one.path), rangeIn(one.text, one.range));
    return new vscode.DiagnosticRelatedInformation(location, one.message);
  });
  return diagnostic;
}

function rangeIn(
  text: string,
  { offset, length }: { offset: number; length: number },
): vscode.Range {
  const at = (place: number): vscode.Position => {
    const before = text.slice(0, place).split('\n');
    return new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
  };
  return new vscode.Range(at(offset), at(offset + length));
}

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};
