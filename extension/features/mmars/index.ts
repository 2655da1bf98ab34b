import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { Command, Context, View } from '../../ids.ts';
import { command } from '../command.ts';
import { MmarTree, type RunSource } from './tree.ts';
import type { FoundMmar } from './scan.ts';

export type { FoundMmar } from './scan.ts';
export type { Node } from './nodes.ts';

export interface Mmars {
  /** What the last scan found. */
  known(): readonly FoundMmar[];
  /** The same, but waits for the first scan: a command may come before it. */
  all(): Promise<readonly FoundMmar[]>;
  /** After every scan. */
  onDidScan(listener: () => void): { dispose(): void };
  dispose(): void;
}

export interface MmarsDeps {
  /** The runs that the view shows; `refresh` asks the machine that runs are submitted to. */
  readonly runs: RunSource & { refresh(): Promise<void> };
}

/** Files whose change may change what the view shows. */
const watched = '**/{config,custom,models}/**';
/** A checkout or a build touches many files at once; one scan is enough for them. */
const settleMs = 300;

/** The view of all MMARs of the workspace. */
export function registerMmars({ runs }: MmarsDeps): Mmars {
  const scans = new vscode.EventEmitter<void>();
  const tree = new MmarTree(runs, found => {
    void setContext(Context.hasMmars, found.length > 0);
    void setContext(Context.scanned, true);
    scans.fire();
  });
  const view = vscode.window.createTreeView(View.mmars, {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  const watcher = vscode.workspace.createFileSystemWatcher(watched);
  const later = debounced(() => void tree.refresh(), settleMs);
  const showBadge = (): void => {
    const live = runs.all().filter(r => r.status.state === 'RUNNING').length;
    view.badge = live > 0 ? { value: live, tooltip: t('{0} running', live) } : undefined;
  };
  const first = tree.refresh();
  const parts = vscode.Disposable.from(
    scans,
    tree,
    view,
    watcher,
    later,
    watcher.onDidCreate(() => later.call()),
    watcher.onDidChange(() => later.call()),
    watcher.onDidDelete(() => later.call()),
    runs.onDidChange(showBadge),
    vscode.workspace.onDidChangeWorkspaceFolders(() => later.call()),
    command(Command.refresh, async () => {
      await tree.refresh();
      if (vscode.workspace.isTrusted) await runs.refresh();
    }),
  );
  return {
    known: () => tree.mmars,
    all: async () => {
      await first;
      return tree.mmars;
    },
    onDidScan: listener => scans.event(listener),
    dispose() {
      parts.dispose();
    },
  };
}

const setContext = (key: string, value: boolean): Thenable<unknown> =>
  vscode.commands.executeCommand('setContext', key, value);

interface Later {
  call(): void;
  dispose(): void;
}

function debounced(run: () => void, ms: number): Later {
  let timer: NodeJS.Timeout | undefined;
  return {
    call() {
      clearTimeout(timer);
      timer = setTimeout(run, ms);
    },
    dispose() {
      clearTimeout(timer);
    },
  };
}
