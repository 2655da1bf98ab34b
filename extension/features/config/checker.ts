import * as vscode from 'vscode';
import { checkText } from '../../core/config/check.ts';
import type { Knowledge } from '../../core/config/context.ts';
import { datalistOf } from '../../core/config/facts.ts';
import type { Schemas } from '../../core/config/schemas.ts';
import { readSeverities } from '../../core/config/severities.ts';
import { settingValue } from '../settings.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { gatherFacts, listFolder, readText } from './gatherFacts.ts';
import type { Owners } from './owners.ts';
import type { Checked } from './quickFixes.ts';

const debounceMs = 150;
/** Longer texts would hold the extension host up at every letter; `mmar check` takes them. */
const mostLetters = 4 << 20;

export interface CheckerDeps {
  readonly collection: vscode.DiagnosticCollection;
  readonly schemas: Schemas;
  readonly knowledge: Knowledge;
  readonly owners: Owners;
  /** Folder with a page for each code. */
  readonly pages: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

/** Checks open documents one after the other's pause, and drops what came too late. */
export class Checker implements vscode.Disposable {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** Asked for by the user: what was found stays when the file is closed. */
  private readonly kept = new Set<string>();
  private readonly found = new Map<string, Checked>();

  constructor(private readonly deps: CheckerDeps) {}

  checked(document: vscode.TextDocument): Checked | undefined {
    return this.found.get(document.uri.toString());
  }

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
        this.deps.log.error(`check of ${document.uri.path}: ${String(error)}`);
      });
    };
    this.timers.set(key, setTimeout(run, debounceMs));
  }

  /** Also what belongs to their MMARs: scripts, and the datalist. */
  async checkFiles(given: readonly vscode.Uri[], signal: AbortSignal): Promise<number> {
    const files = await withBelongings(given);
    for (const uri of files) {
      signal.throwIfAborted();
      this.kept.add(uri.toString());
      await this.check(await vscode.workspace.openTextDocument(uri));
    }
    return files.reduce((sum, uri) => sum + (this.deps.collection.get(uri)?.length ?? 0), 0);
  }

  closed(uri: vscode.Uri): void {
    if (!this.kept.has(uri.toString())) this.clear(uri);
  }

  clear(uri: vscode.Uri): void {
    const key = uri.toString();
    this.kept.delete(key);
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.found.delete(key);
    this.deps.collection.delete(uri);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const { version, uri } = document;
    const { owners, schemas, knowledge, pages, collection } = this.deps;
    const text = document.getText();
    const owner = text.length > mostLetters ? undefined : await owners.ownerOf(document);
    const severities = readSeverities(settingValue('severity'));
    const findings = owner
      ? await gatherFacts({ ...owner, file: uri }, facts =>
          checkText({
            kind: owner.kind,
            text,
            file: uri.path,
            facts,
            schemas,
            knowledge,
            severities,
          }),
        )
      : [];
    const diagnostics = await diagnosticsOf(document, findings, pages);
    // Typed on or closed meanwhile: the places are no longer right.
    if (document.version !== version || document.isClosed) return;
    this.found.set(uri.toString(), { version, findings, diagnostics });
    collection.set(uri, diagnostics);
  }
}

export function isCandidate(uri: vscode.Uri): boolean {
  if (uri.scheme === 'git' || uri.scheme === 'output') return false;
  if (uri.path.endsWith('/.mmar/clusters.yaml')) return true;
  // What ran is kept below .mmar as it was; nobody mends it.
  if (uri.path.includes('/.mmar/')) return false;
  return /\.json$|\/configs\/[^/]+\.ya?ml$|\/commands\/[^/]+\.sh$/.test(uri.path);
}

async function withBelongings(files: readonly vscode.Uri[]): Promise<vscode.Uri[]> {
  const all = new Map(files.map(uri => [uri.toString(), uri]));
  const roots = new Map(
    files
      .filter(uri => uri.path.split('/').at(-2) === 'config')
      .map(uri => vscode.Uri.joinPath(uri, '../..'))
      .map(root => [root.toString(), root]),
  );
  for (const root of roots.values())
    for (const uri of await belongingsOf(root)) all.set(uri.toString(), uri);
  return [...all.values()];
}

async function belongingsOf(root: vscode.Uri): Promise<vscode.Uri[]> {
  const folder = vscode.Uri.joinPath(root, 'commands');
  const scripts = (await listFolder(folder)).flatMap(([name]) =>
    name.endsWith('.sh') ? [vscode.Uri.joinPath(folder, name)] : [],
  );
  const environment = await readText(vscode.Uri.joinPath(root, 'config/environment.json'));
  const path = environment === undefined ? undefined : datalistOf(root.path, environment);
  const datalist = path?.startsWith('/') ? root.with({ path }) : undefined;
  const isThere = datalist && (await readText(datalist)) !== undefined;
  return isThere ? [...scripts, datalist] : scripts;
}
