import { existsSync } from 'node:fs';
import {
  CodeActionKind,
  createConnection,
  ProposedFeatures,
  TextDocumentSyncKind,
  type ServerCapabilities,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Knowledge } from '../core/config/context.ts';
import type { ConfigModel } from '../core/config/model.ts';
import type { Schemas } from '../core/config/schemas.ts';
import type { Assemble } from '../core/language/assemble.ts';
import type { LanguageContext } from '../core/language/context.ts';
import { answerQuestions } from './lspAnswers.ts';
import { watchFindings } from './lspFindings.ts';
import { entriesOf, textsFor } from './lspFolder.ts';
import { pathOf } from './lspShapes.ts';

export interface ServerParts {
  readonly schemas: Schemas;
  readonly knowledge: Knowledge;
  readonly assemble: Assemble;
  readonly set: Readonly<Record<string, unknown>>;
  readonly version: string;
}

/** A document in its MMAR or bundle. */
export interface Scene {
  readonly document: TextDocument;
  readonly file: string;
  readonly model: ConfigModel;
  readonly context: LanguageContext;
}

/** What is open in the editor. */
export interface Desk {
  /** By path. */
  readonly open: ReadonlyMap<string, TextDocument>;
  sceneOf(uri: string): Scene | undefined;
}

const capabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  completionProvider: {
    triggerCharacters: ['"', "'", '@', '{', '/', '.', '%', ':', '#'],
    resolveProvider: true,
  },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: ['"', ':', ','] },
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  inlayHintProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
};

/** Serves one editor, over standard input and output, until it is gone; gives the exit status. */
export function serve(parts: ServerParts): Promise<number> {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  const open = new Map<string, TextDocument>();
  const desk: Desk = { open, sceneOf: uri => sceneOf(uri, open, parts) };
  const findings = watchFindings(connection, desk, parts);
  let isShutDown = false;
  connection.onInitialize(({ capabilities: theirs }) => {
    const snippets = theirs.textDocument?.completion?.completionItem?.snippetSupport === true;
    answerQuestions(connection, desk, { snippets, fixesAt: findings.fixesAt });
    return { capabilities, serverInfo: { name: 'mmar', version: parts.version } };
  });
  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    const file = pathOf(uri);
    if (file !== undefined) open.set(file, TextDocument.create(uri, languageId, version, text));
    findings.changed();
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const file = pathOf(uri);
    const old = file === undefined ? undefined : open.get(file);
    if (file !== undefined && old)
      open.set(file, TextDocument.update(old, contentChanges, version));
    findings.changed();
  });
  connection.onDidSaveTextDocument(() => findings.changed());
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    const file = pathOf(uri);
    if (file !== undefined) open.delete(file);
    findings.closed(uri);
  });
  connection.onShutdown(() => void (isShutDown = true));
  return new Promise(resolve => {
    const end = (): void => {
      findings.dispose();
      resolve(isShutDown ? 0 : 1);
    };
    connection.onExit(end);
    process.stdin.once('close', end); // the editor died
    connection.listen();
  });
}

function sceneOf(
  uri: string,
  open: ReadonlyMap<string, TextDocument>,
  { assemble, set }: ServerParts,
): Scene | undefined {
  const file = pathOf(uri);
  const document = file === undefined ? undefined : open.get(file);
  if (file === undefined || !document) return undefined;
  const texts = textsFor(file, new Map([...open].map(([path, each]) => [path, each.getText()])));
  const context =
    texts && assemble(texts, { file, fileExists: existsSync, listFolder: entriesOf, set });
  const own =
    context?.files.find(({ path }) => path === file) ??
    (file.endsWith('.py') ? context?.files[0] : undefined);
  return context && own ? { document, file, model: own.model, context } : undefined;
}
