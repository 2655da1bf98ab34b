import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { Command } from '../../ids.ts';
import type { RunBook } from '../../io/runBook.ts';

interface StatusDeps {
  readonly book: RunBook;
  hasMmars(): boolean;
  onDidScan(listener: () => void): { dispose(): void };
  cluster(): string;
}

/** The one item in the status bar: the run that is alive, or where the next one would go. */
export function showStatus({ book, hasMmars, onDidScan, cluster }: StatusDeps): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('mmar.status', vscode.StatusBarAlignment.Left, 10);
  item.name = t('MMAR runs');
  const update = (): void => {
    const live = book.live();
    const [run] = live;
    if (run) {
      const percent = run.status.state === 'RUNNING' ? ` ${Math.round(run.fraction * 100)} %` : '';
      item.text = `$(sync~spin) ${run.record.mmar}${percent}${live.length > 1 ? ` +${live.length - 1}` : ''}`;
      item.tooltip = live.map(r => `${r.record.id}: ${r.status.state} (${r.cluster})`).join('\n');
      item.command = { command: Command.openRun, title: '', arguments: [{ kind: 'run', run }] };
    } else {
      item.text = `$(package) MMAR: ${cluster()}`;
      item.tooltip = t('Runs are submitted to {0}. Click to change.', cluster());
      item.command = Command.selectCluster;
    }
    if (hasMmars() || live.length > 0) item.show();
    else item.hide();
  };
  update();
  return vscode.Disposable.from(
    item,
    book.onChange(update),
    onDidScan(update),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('mmar.cluster')) update();
    }),
  );
}
