import {
  CodeActionKind,
  MarkupKind,
  ResponseError,
  ErrorCodes,
  type CodeAction,
  type CompletionItem,
  type Connection,
  type TextDocumentPositionParams,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { complete } from '../core/language/complete.ts';
import { describeArg, describeComponent } from '../core/language/describe.ts';
import { hover } from '../core/language/hover.ts';
import { inlayHints } from '../core/language/inlay.ts';
import { definitions, occurrences } from '../core/language/occurrences.ts';
import { foldings, outline } from '../core/language/outline.ts';
import { prepareRename, rename, symbolIn, type FileEdit } from '../core/language/rename.ts';
import { signature } from '../core/language/signature.ts';
import type { Findings } from './lspFindings.ts';
import type { Desk, Scene } from './lspServer.ts';
import {
  completionOf,
  documentAt,
  locationOf,
  rangeIn,
  symbolOf,
  diagnosticOf,
} from './lspShapes.ts';

export interface Answering {
  readonly snippets: boolean;
  readonly fixesAt: Findings['fixesAt'];
}

/** Everything that an editor may ask of a place or a document. */
export function answerQuestions(
  connection: Connection,
  desk: Desk,
  { snippets, fixesAt }: Answering,
): void {
  answerPlaces(connection, desk, snippets);
  answerNames(connection, desk);
  answerDocuments(connection, desk);
  connection.onCodeAction(({ textDocument: { uri }, range }) => {
    const found = fixesAt(uri);
    if (!found) return [];
    const { document, findings } = found;
    const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    return findings
      .filter(({ range: { offset, length } }) => offset <= to && from <= offset + length)
      .flatMap(finding =>
        (finding.fixes ?? []).map(({ title, edits }): CodeAction => ({
          title,
          kind: CodeActionKind.QuickFix,
          diagnostics: [diagnosticOf(document, finding)],
          edit: {
            changes: {
              [uri]: edits.map(edit => ({
                range: rangeIn(document, edit.range),
                newText: edit.text,
              })),
            },
          },
        })),
      );
  });
}

type Ask<T> = (scene: Scene, offset: number) => T;

const asked =
  (desk: Desk) =>
  <T>({ textDocument, position }: TextDocumentPositionParams, ask: Ask<T>): T | undefined => {
    const scene = desk.sceneOf(textDocument.uri);
    return scene && ask(scene, scene.document.offsetAt(position));
  };

const markdown = (value: string) => ({ kind: MarkupKind.Markdown, value });

function answerPlaces(connection: Connection, desk: Desk, snippets: boolean): void {
  const at = asked(desk);
  connection.onCompletion(params =>
    at(params, ({ model, context, document }, offset) =>
      complete(model, offset, context).flatMap(
        item => completionOf(document, item, snippets) ?? [],
      ),
    ),
  );
  connection.onCompletionResolve(item => described(item, desk));
  connection.onHover(params =>
    at(params, ({ model, context, document }, offset) => {
      const found = hover(model, offset, context);
      return found && { contents: markdown(found.markdown), range: rangeIn(document, found.range) };
    }),
  );
  connection.onSignatureHelp(params =>
    at(params, ({ model, context }, offset) => {
      const found = signature(model, offset, context);
      if (!found) return undefined;
      const parameters = found.parameters.map(({ from, to }) => ({
        label: [from, to] as [number, number],
      }));
      const active = found.active ?? parameters.length;
      return {
        signatures: [{ label: found.label, parameters }],
        activeSignature: 0,
        activeParameter: active,
      };
    }),
  );
}

function described(item: CompletionItem, desk: Desk): CompletionItem {
  const about = item.data as { uri: string; component: string; arg?: string } | undefined;
  const scene = about && desk.sceneOf(about.uri);
  if (!scene) return item;
  const { model, context } = scene;
  const text =
    about.arg === undefined
      ? describeComponent(model, context, about.component)
      : describeArg(model, context, about.component, about.arg);
  return text === undefined ? item : { ...item, documentation: markdown(text) };
}

function answerNames(connection: Connection, desk: Desk): void {
  const at = asked(desk);
  connection.onDefinition(params =>
    at(params, ({ model, context }, offset) => {
      const symbol = symbolIn(model, offset, context);
      return symbol && definitions(symbol, context).flatMap(found => locationOf(found, desk.open));
    }),
  );
  connection.onReferences(params =>
    at(params, ({ model, context }, offset) => {
      const symbol = symbolIn(model, offset, context);
      if (!symbol || symbol.kind === 'file') return undefined;
      return occurrences(symbol, context)
        .filter(({ isDefinition }) => params.context.includeDeclaration || !isDefinition)
        .flatMap(found => locationOf(found, desk.open));
    }),
  );
  connection.onPrepareRename(params =>
    at(params, ({ model, context, document }, offset) => {
      const ready = prepareRename(model, offset, context);
      if ('problem' in ready) throw new ResponseError(ErrorCodes.InvalidRequest, ready.problem);
      return { range: rangeIn(document, ready.range), placeholder: ready.name };
    }),
  );
  connection.onRenameRequest(params =>
    at(params, ({ model, context }, offset) => {
      const made = rename(model, offset, params.newName, context);
      if ('problem' in made) throw new ResponseError(ErrorCodes.InvalidRequest, made.problem);
      return editOf(made.edits, desk);
    }),
  );
}

function editOf(edits: readonly FileEdit[], { open }: Desk): WorkspaceEdit {
  const changes: NonNullable<WorkspaceEdit['changes']> = {};
  for (const { file, range, text } of edits) {
    const document = documentAt(file, open);
    if (!document) continue;
    (changes[document.uri] ??= []).push({ range: rangeIn(document, range), newText: text });
  }
  return { changes };
}

function answerDocuments(connection: Connection, desk: Desk): void {
  connection.onDocumentSymbol(({ textDocument }) => {
    const scene = desk.sceneOf(textDocument.uri);
    return scene && outline(scene.model).map(item => symbolOf(scene.document, item));
  });
  connection.onFoldingRanges(({ textDocument }) => {
    const scene = desk.sceneOf(textDocument.uri);
    if (!scene) return undefined;
    const { document, model } = scene;
    return foldings(model).map(({ offset, length }) => {
      const written = document
        .getText()
        .slice(offset, offset + length)
        .trimEnd();
      return {
        startLine: document.positionAt(offset).line,
        endLine: document.positionAt(offset + written.length).line,
      };
    });
  });
  connection.languages.inlayHint.on(({ textDocument, range }) => {
    const scene = desk.sceneOf(textDocument.uri);
    if (!scene) return undefined;
    const { document, model, context } = scene;
    const [offset, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    return inlayHints(model, context, { offset, length: end - offset }).map(hint => ({
      position: document.positionAt(hint.offset),
      label: hint.label,
      tooltip: hint.tooltip,
      paddingLeft: true,
    }));
  });
}
