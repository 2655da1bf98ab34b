import * as vscode from 'vscode';
import type { CatalogDocs } from '../../core/config/catalogDocs.ts';
import { harvestDocs, keptDocs } from '../../io/docs.ts';
import { settingId } from '../settings.ts';

export interface DocsDeps {
  /** Interpreter of the user's own environment. */
  localPython(): string;
  /** mmar-schemas/tools/harvest. */
  readonly harvester: string;
  readonly cache: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

export interface Docs {
  dispose(): void;
  /** What is known so far; asking for the first time begins the harvest in the background. */
  current(): CatalogDocs | undefined;
}

/**
 * Texts of the documentation of what the user has installed. They belong to the packages' authors, so none ship. In
 * an untrusted workspace no Python runs, and what was harvested before still shows.
 */
export function createDocs({ localPython, harvester, cache, log }: DocsDeps): Docs {
  const abort = new AbortController();
  let found: CatalogDocs | undefined;
  let begun = '';
  const begin = async (python: string): Promise<void> => {
    const place = { python, folder: cache.fsPath };
    const old = await keptDocs(place);
    found = old?.docs;
    if (old?.isFresh || !vscode.workspace.isTrusted) return;
    const started = Date.now();
    found = (await harvestDocs({ ...place, harvester, signal: abort.signal })) ?? found;
    log.info(`documentation of ${found?.label ?? 'nothing'} read in ${Date.now() - started} ms`);
  };
  const parts = vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(settingId('localPython'))) begun = '';
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => (begun = '')),
  );
  return {
    current: () => {
      const python = localPython();
      if (begun !== python) {
        begun = python;
        begin(python).catch((error: unknown) => {
          if (!abort.signal.aborted) log.debug(`no documentation of ${python}: ${String(error)}`);
        });
      }
      return found;
    },
    dispose: () => {
      abort.abort();
      parts.dispose();
    },
  };
}
