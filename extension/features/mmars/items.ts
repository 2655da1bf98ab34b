import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { Command } from '../../ids.ts';
import { purposeName, type JobState, type RunCase } from '../../core/runs/job.ts';
import { isRunning, type KnownRun } from '../../core/runs/knownRun.ts';
import { stemOf } from '../../core/runs/predictions.ts';
import type { GroupKind, Node } from './nodes.ts';
import type { FoundMmar } from './scan.ts';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

const groups: Record<GroupKind, () => { label: string; icon: string }> = {
  problems: () => ({ label: t('Problems'), icon: 'warning' }),
  configs: () => ({ label: t('Configs'), icon: 'settings' }),
  components: () => ({ label: t('Components'), icon: 'symbol-class' }),
  models: () => ({ label: t('Models'), icon: 'symbol-structure' }),
  datalists: () => ({ label: t('Datalists'), icon: 'list-tree' }),
  runs: () => ({ label: t('Runs'), icon: 'history' }),
};

export function mmarItem({ mmar, uri }: FoundMmar): vscode.TreeItem {
  const item = new vscode.TreeItem(mmar.name, Expanded);
  const broken = mmar.problems.length > 0;
  item.id = uri.toString();
  item.contextValue = 'mmar';
  item.iconPath = broken
    ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'))
    : new vscode.ThemeIcon('package');
  item.description = broken
    ? t('dialect {0}, {1} problems', mmar.dialect, mmar.problems.length)
    : t('dialect {0}', mmar.dialect);
  item.tooltip = [uri.fsPath, ...mmar.problems.map(p => `• ${p.path}: ${p.message}`)].join('\n');
  return item;
}

export function groupItem(group: GroupKind, { mmar, uri }: FoundMmar): vscode.TreeItem {
  const { label, icon } = groups[group]();
  const open = group === 'runs' || group === 'configs' || group === 'problems';
  const item = new vscode.TreeItem(label, open ? Expanded : Collapsed);
  item.id = `${uri.toString()}#${group}`;
  item.contextValue = `group ${group}`;
  item.iconPath =
    group === 'problems'
      ? new vscode.ThemeIcon(icon, new vscode.ThemeColor('list.warningForeground'))
      : new vscode.ThemeIcon(icon);
  if (group === 'problems') item.description = String(mmar.problems.length);
  return item;
}

export function fileItem(node: Extract<Node, { kind: 'file' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label, node.children.length > 0 ? Collapsed : None);
  item.description = node.description;
  item.contextValue = node.context;
  item.resourceUri = node.uri;
  item.iconPath =
    node.context === 'problem'
      ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'))
      : new vscode.ThemeIcon(node.icon);
  item.tooltip = node.tooltip ?? node.uri.fsPath;
  const line = node.line ?? 0;
  item.command = {
    command: 'vscode.open',
    title: t('Open'),
    arguments: [
      node.uri,
      node.line === undefined ? {} : { selection: new vscode.Range(line, 0, line, 0) },
    ],
  };
  return item;
}

export function noteItem(label: string): vscode.TreeItem {
  const item = new vscode.TreeItem('', None);
  item.description = label;
  item.contextValue = 'note';
  return item;
}

const icons: Record<JobState, [icon: string, color?: string]> = {
  PENDING: ['clock'],
  RUNNING: ['sync~spin'],
  COMPLETING: ['sync~spin'],
  REQUEUED: ['clock'],
  SUSPENDED: ['debug-pause'],
  COMPLETED: ['pass', 'testing.iconPassed'],
  FAILED: ['error', 'testing.iconFailed'],
  CANCELLED: ['circle-slash'],
  TIMEOUT: ['watch', 'testing.iconFailed'],
  OUT_OF_MEMORY: ['error', 'testing.iconFailed'],
  NODE_FAIL: ['error', 'testing.iconFailed'],
  PREEMPTED: ['debug-disconnect'],
  DEADLINE: ['watch', 'testing.iconFailed'],
  BOOT_FAIL: ['error', 'testing.iconFailed'],
};

export function stateIcon(state: JobState): vscode.ThemeIcon {
  const [icon, color] = icons[state];
  return color
    ? new vscode.ThemeIcon(icon, new vscode.ThemeColor(color))
    : new vscode.ThemeIcon(icon);
}

/** Short: the state stands behind it. */
const when = {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
} as const;

export function runItem(run: KnownRun, hasChildren: boolean): vscode.TreeItem {
  const { record, status, cluster } = run;
  const verb = purposeName(record.purpose);
  const item = new vscode.TreeItem(
    `${verb} ${new Date(record.created).toLocaleString(undefined, when)}`,
    hasChildren ? Expanded : None,
  );
  const live = isRunning(run);
  // VS Code keeps a row closed that once had nothing below it: with predictions it is another row
  item.id = `${cluster}/${record.id}${hasChildren ? '/' : ''}`;
  item.description = [
    status.state,
    status.state === 'RUNNING' && run.fraction > 0 ? `${Math.round(run.fraction * 100)} %` : '',
    cluster,
  ]
    .filter(Boolean)
    .join(' · ');
  item.iconPath = stateIcon(status.state);
  item.contextValue = [
    'run',
    record.purpose,
    live ? 'live' : 'ended',
    cluster === 'local' ? 'local' : 'remote',
  ].join(' ');
  item.tooltip = [record.id, `${record.mmar}/${record.config}`, status.reason]
    .filter(Boolean)
    .join('\n');
  item.command = {
    command: Command.openRun,
    title: t('Open Run'),
    arguments: [{ kind: 'run', run }],
  };
  return item;
}

export function caseItem(
  entry: RunCase,
  run: KnownRun,
  index: number,
  ready: boolean,
): vscode.TreeItem {
  const item = new vscode.TreeItem(stemOf(entry.image), None);
  item.id = `${run.cluster}/${run.record.id}/${index}`;
  item.iconPath = new vscode.ThemeIcon('eye');
  item.contextValue = ready ? 'case' : 'waiting';
  item.description = ready ? '' : t('not there yet');
  item.tooltip = entry.image;
  if (ready)
    item.command = {
      command: Command.openCase,
      title: t('Open Case'),
      arguments: [{ kind: 'case', run, index, entry }],
    };
  return item;
}
