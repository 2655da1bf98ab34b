import * as vscode from 'vscode';
import type { Knowledge } from '../../core/config/context.ts';
import type { Schemas } from '../../core/config/schemas.ts';
import { settingId } from '../settings.ts';
import { Checker } from './checker.ts';
import { createOwners } from './owners.ts';
import { registerQuickFixes } from './quickFixes.ts';

export interface ConfigDeps {
  readonly schemas: Schemas;
  readonly knowledge: Knowledge;
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

export interface Config {
  /**
   * Checks files that may be closed, and the scripts and datalists of their MMARs; the findings stay in the Problems
   * view. Gives the number of findings.
   */
  checkFiles(files: readonly vscode.Uri[], signal: AbortSignal): Promise<number>;
  dispose(): void;
}

/** Diagnostics for the files of MMARs and bundles and for `.mmar/clusters.yaml`: those that are open, and those asked for. */
export function registerConfig({ schemas, knowledge, extensionUri, log }: ConfigDeps): Config {
  const collection = vscode.languages.createDiagnosticCollection('mmar');
  const owners = createOwners();
  const pages = vscode.Uri.joinPath(extensionUri, 'docs', 'checks');
  const checker = new Checker({ collection, schemas, knowledge, owners, pages, log });
  const around = vscode.workspace.createFileSystemWatcher(
    '**/{config/*.json,configs/*.{json,yaml,yml},custom/**/*.py}',
  );
  const changed = (uri: vscode.Uri): void => {
    if (uri.path.endsWith('/environment.json')) owners.forget();
    checker.checkOpen();
  };
  checker.checkOpen();
  const parts = vscode.Disposable.from(
    collection,
    checker,
    registerQuickFixes(document => checker.checked(document)),
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
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration(settingId('severity'))) checker.checkOpen();
    }),
    // Files may have come into being meanwhile, in a terminal or by a run.
    vscode.window.onDidChangeActiveTextEditor(
      editor => editor && checker.schedule(editor.document),
    ),
  );
  return {
    checkFiles: (files, signal) => checker.checkFiles(files, signal),
    dispose() {
      parts.dispose();
    },
  };
}
