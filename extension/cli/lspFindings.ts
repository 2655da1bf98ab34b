import { existsSync } from 'node:fs';
import type { Connection } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { checkText } from '../core/config/check.ts';
import { makeFacts } from '../core/config/facts.ts';
import type { Finding } from '../core/config/finding.ts';
import { joinPath } from '../core/mmar/environment.ts';
import { textsFor } from './lspFolder.ts';
import type { Desk, Scene, ServerParts } from './lspServer.ts';
import { diagnosticOf, pathOf } from './lspShapes.ts';

const pauseMs = 150;

export interface Findings {
  /** Of the text as it was checked last. */
  fixesAt(
    uri: string,
  ): { readonly document: TextDocument; readonly findings: readonly Finding[] } | undefined;
  changed(): void;
  closed(uri: string): void;
  dispose(): void;
}

/** Findings of all open files, made anew after a pause: each file may use what another one defines. */
export function watchFindings(connection: Connection, desk: Desk, parts: ServerParts): Findings {
  const last = new Map<
    string,
    { readonly document: TextDocument; readonly findings: readonly Finding[] }
  >();
  let timer: NodeJS.Timeout | undefined;
  const checkAll = async (): Promise<void> => {
    for (const { uri } of desk.open.values()) {
      const scene = desk.sceneOf(uri);
      if (!scene || scene.file.endsWith('.py')) continue;
      const { document } = scene;
      const findings = await check(scene, desk, parts);
      if (desk.open.get(scene.file) !== document) continue; // typed on or closed meanwhile
      last.set(uri, { document, findings });
      const { version } = document;
      const diagnostics = findings.map(finding => diagnosticOf(document, finding));
      await connection.sendDiagnostics({ uri, version, diagnostics });
    }
  };
  return {
    fixesAt: uri => {
      const found = last.get(uri);
      const file = pathOf(uri);
      return found && file !== undefined && desk.open.get(file) === found.document
        ? found
        : undefined;
    },
    changed: () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        checkAll().catch((error: unknown) => connection.console.error(String(error)));
      }, pauseMs);
    },
    closed: uri => {
      last.delete(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
    dispose: () => clearTimeout(timer),
  };
}

function check(
  { file, document, model, context }: Scene,
  desk: Desk,
  parts: ServerParts,
): Promise<Finding[]> {
  const open = new Map([...desk.open].map(([path, each]) => [path, each.getText()]));
  const texts = textsFor(file, open);
  const { root = '' } = context.facts;
  const [datalist] = texts?.datalists ?? [];
  const facts = makeFacts({
    root,
    file,
    environment: texts?.configs.get(joinPath(root, 'config/environment.json')),
    custom: texts?.python ?? new Map(),
    set: parts.set,
    fileExists: existsSync,
    others: new Map(
      context.files.filter(({ path }) => path !== file).map(each => [each.path, each.model]),
    ),
    datalist: datalist === undefined ? undefined : texts?.configs.get(datalist),
    metadata: texts?.metadata,
  });
  const { schemas, knowledge } = parts;
  return checkText({ kind: model.kind, text: document.getText(), file, facts, schemas, knowledge });
}
