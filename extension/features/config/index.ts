import * as vscode from 'vscode';
import { checkText } from '../../core/config/check.ts';
import type { Finding, Severity } from '../../core/config/finding.ts';
import type { Schemas } from '../../core/config/schemas.ts';
import { createOwners, type Owners } from './owners.ts';
import { gatherFacts } from './gatherFacts.ts';

export interface ConfigDeps {
  readonly schemas: Schemas;
  readonly log: vscode.LogOutputChannel;
}

const debounceMs = 150;

export interface Config {
  /** Checks files that may be closed; their findings stay in the Problems view. Gives the number of findings. */
  checkFiles(files: readonly vscode.Uri[]): Promise<number>;
  dispose(): void;
}

/** Diagnostics for the files of MMARs and for `.mmar/clusters.yaml`: those that are open, and those asked for. */
export function registerConfig({ schemas, log }: ConfigDeps): Config {
  const collection = vscode.languages.createDiagnosticCollection('mmar');
  const owners = createOwners();
  const checker = new Checker(collection, schemas, owners, log);
  const around = vscode.workspace.createFileSystemWatcher('**/{config/*.json,custom/**/*.py}');
  const changed = (uri: vscode.Uri): void => {
    if (uri.path.endsWith('/environment.json')) owners.forget();
    checker.checkOpen();
  };
  checker.checkOpen();
  const parts = vscode.Disposable.from(
    collection,
    checker,
    around,
    around.onDidChange(changed),
    around.onDidCreate(changed),
    around.onDidDelete(changed),
    vscode.workspace.onDidOpenTextDocument(document => checker.schedule(document)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      checker.schedule(document);
      // The other files of the MMAR use what is written here.
      if (document.uri.path.endsWith('/config/environment.json')) checker.checkOpen();
    }),
    vscode.workspace.onDidCloseTextDocument(document => checker.closed(document.uri)),
    vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach(uri => checker.clear(uri))),
    // Files may have come into being meanwhile, in a terminal or by a run.
    vscode.window.onDidChangeActiveTextEditor(
      editor => editor && checker.schedule(editor.document),
    ),
  );
  return {
    checkFiles: files => checker.checkFiles(files),
    dispose() {
      parts.dispose();
    },
  };
}

/** Checks open documents one after the other's pause, and drops what came too late. */
class Checker implements vscode.Disposable {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** Asked for by the user: what was found stays when the file is closed. */
  private readonly kept = new Set<string>();

  constructor(
    private readonly collection: vscode.DiagnosticCollection,
    private readonly schemas: Schemas,
    private readonly owners: Owners,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  checkOpen(): void {
    for (const document of vscode.workspace.textDocuments) this.schedule(document);
  }

  schedule(document: vscode.TextDocument): void {
    if (!isCandidate(document.uri)) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    const run = (): void => {
      this.timers.delete(key);
      this.check(document).catch((error: unknown) => {
        this.log.error(`check of ${document.uri.path}: ${String(error)}`);
      });
    };
    this.timers.set(key, setTimeout(run, debounceMs));
  }

  async checkFiles(files: readonly vscode.Uri[]): Promise<number> {
    for (const uri of files) {
      this.kept.add(uri.toString());
      await this.check(await vscode.workspace.openTextDocument(uri));
    }
    return files.reduce((sum, uri) => sum + (this.collection.get(uri)?.length ?? 0), 0);
  }

  closed(uri: vscode.Uri): void {
    if (!this.kept.has(uri.toString())) this.clear(uri);
  }

  clear(uri: vscode.Uri): void {
    this.kept.delete(uri.toString());
    clearTimeout(this.timers.get(uri.toString()));
    this.timers.delete(uri.toString());
    this.collection.delete(uri);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const { version, uri } = document;
    const text = document.getText();
    const owner = await this.owners.ownerOf(document);
    const findings = owner
      ? await gatherFacts(uri, owner.root, facts =>
          checkText({ kind: owner.kind, text, facts, schemas: this.schemas }),
        )
      : [];
    // Typed on or closed meanwhile: the places are no longer right.
    if (document.version !== version || document.isClosed) return;
    this.collection.set(
      uri,
      findings.map(finding => diagnosticOf(document, finding)),
    );
  }
}

function isCandidate(uri: vscode.Uri): boolean {
  if (uri.scheme === 'git' || uri.scheme === 'output') return false;
  if (uri.path.endsWith('/.mmar/clusters.yaml')) return true;
  // What ran is kept below .mmar as it was; nobody mends it.
  return uri.path.endsWith('.json') && !uri.path.includes('/.mmar/');
}

function diagnosticOf(document: vscode.TextDocument, finding: Finding): vscode.Diagnostic {
  const { offset, length } = finding.range;
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
  const diagnostic = new vscode.Diagnostic(range, finding.message, severities[finding.severity]);
  diagnostic.source = 'mmar';
  diagnostic.code = finding.code;
  return diagnostic;
}

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};
