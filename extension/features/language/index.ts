import * as vscode from 'vscode';
import type { Knowledge } from '../../core/config/context.ts';
import type { Schemas } from '../../core/config/schemas.ts';
import { makeAssembler } from '../../core/language/assemble.ts';
import { completionProvider, triggers } from './completion.ts';
import { createDocs, type DocsDeps } from './docs.ts';
import {
  definitionProvider,
  hoverProvider,
  inlayProvider,
  referenceProvider,
  signatureProvider,
} from './reading.ts';
import { renameProvider } from './renaming.ts';
import { createStore } from './store.ts';
import { foldingProvider, lensProvider, symbolProvider } from './structure.ts';

export interface LanguageDeps extends DocsDeps {
  readonly schemas: Schemas;
  readonly knowledge: Knowledge;
}

const configs: readonly vscode.DocumentFilter[] = [
  { language: 'json', scheme: 'file' },
  { language: 'jsonc', scheme: 'file' },
  { language: 'yaml', scheme: 'file' },
];
const yaml: vscode.DocumentSelector = { language: 'yaml', scheme: 'file' };
/** Narrower than what Python's own extension asks for, so that classes of an MMAR are ours. */
const modules: vscode.DocumentFilter = {
  language: 'python',
  scheme: 'file',
  pattern: '**/{custom,scripts}/**/*.py',
};

/** Completion, hover and all else that one expects of a language, for the configs of MMARs and bundles. */
export function registerLanguage(deps: LanguageDeps): vscode.Disposable {
  const store = createStore();
  const docs = createDocs(deps);
  const assemble = makeAssembler(deps);
  const scenes = { store, assemble, docs: () => docs.current() };
  const changed = new vscode.EventEmitter<void>();
  const { languages } = vscode;
  return vscode.Disposable.from(
    store,
    docs,
    changed,
    languages.registerCompletionItemProvider(configs, completionProvider(scenes), ...triggers),
    languages.registerHoverProvider(configs, hoverProvider(scenes)),
    languages.registerSignatureHelpProvider(configs, signatureProvider(scenes), '"', ':', ','),
    languages.registerDefinitionProvider(configs, definitionProvider(scenes)),
    languages.registerReferenceProvider([...configs, modules], referenceProvider(scenes)),
    languages.registerRenameProvider([...configs, modules], renameProvider(scenes)),
    languages.registerDocumentSymbolProvider(configs, symbolProvider(scenes), { label: 'MMAR' }),
    // JSON's own folding is as good
    languages.registerFoldingRangeProvider(yaml, foldingProvider(scenes)),
    languages.registerInlayHintsProvider(configs, inlayProvider(scenes, changed.event)),
    languages.registerCodeLensProvider(configs, lensProvider(scenes)),
    // what a {VAR} comes to is written in another file
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.path.endsWith('/config/environment.json')) changed.fire();
    }),
  );
}
