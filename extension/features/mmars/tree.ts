import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import { childrenOf, topRuns, type KnownRun } from '../../core/runs/knownRun.ts';
import type { Mmar } from '../../core/mmar/layout.ts';
import type { GroupKind, Node } from './nodes.ts';
import { caseItem, fileItem, groupItem, mmarItem, noteItem, runItem } from './items.ts';
import { scanWorkspace, uriOf, type FoundMmar } from './scan.ts';

/** The runs that the tree shows; `main.ts` hands them in. */
export interface RunSource {
  all(): readonly KnownRun[];
  onDidChange(listener: () => void): { dispose(): void };
}

/** The MMARs of the workspace with their parts and runs. */
export class MmarTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private found: readonly FoundMmar[] = [];
  private scanning: Promise<void> | undefined;
  private readonly subscription: { dispose(): void };

  constructor(
    private readonly runs: RunSource,
    private readonly scanned: (found: readonly FoundMmar[]) => void,
  ) {
    this.subscription = runs.onDidChange(() => this.changed.fire(undefined));
  }

  /** Looks through the workspace again. Calls that come meanwhile share one more scan. */
  async refresh(): Promise<void> {
    this.scanning ??= this.scan().finally(() => (this.scanning = undefined));
    return this.scanning;
  }

  get mmars(): readonly FoundMmar[] {
    return this.found;
  }

  private async scan(): Promise<void> {
    this.found = await scanWorkspace();
    this.scanned(this.found);
    this.changed.fire(undefined);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'mmar':
        return mmarItem(node.found);
      case 'group':
        return groupItem(node.group, node.found);
      case 'file':
        return fileItem(node);
      case 'note':
        return noteItem(node.label);
      case 'run':
        return runItem(
          node.run,
          this.casesOf(node.run, node.found).length > 0 || this.inferences(node.run).length > 0,
        );
      case 'case':
        return caseItem(node.entry, node.run, node.index, node.ready);
    }
  }

  getChildren(node?: Node): Node[] {
    if (!node) return this.found.map(found => ({ kind: 'mmar', found }));
    switch (node.kind) {
      case 'mmar':
        return groupsOf(node.found).map(group => ({ kind: 'group', group, found: node.found }));
      case 'group':
        return this.groupChildren(node.group, node.found);
      case 'file':
        return [...node.children];
      case 'run':
        return [
          ...this.inferences(node.run).map((run): Node => ({
            kind: 'run',
            run,
            found: node.found,
          })),
          ...this.casesOf(node.run, node.found),
        ];
      default:
        return [];
    }
  }

  private inferences(run: KnownRun): KnownRun[] {
    return childrenOf(this.runs.all(), run);
  }

  private casesOf(run: KnownRun, found: FoundMmar): Node[] {
    const ready = run.status.state === 'COMPLETED';
    return (run.record.cases ?? []).map((entry, index) => ({
      kind: 'case',
      run,
      index,
      entry,
      ready,
      found,
    }));
  }

  private groupChildren(group: GroupKind, found: FoundMmar): Node[] {
    if (group === 'runs') {
      const own = this.runs.all().filter(r => r.record.mmarPath === found.uri.fsPath);
      const nodes = topRuns(own).map((run): Node => ({ kind: 'run', run, found }));
      return nodes.length > 0 ? nodes : [{ kind: 'note', label: t('No run yet'), found }];
    }
    const nodes = filesOf(group, found);
    return nodes.length > 0 ? nodes : [{ kind: 'note', label: t('None'), found }];
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}

function groupsOf({ mmar }: FoundMmar): GroupKind[] {
  const parts: GroupKind[] = ['configs', 'components', 'models', 'datalists', 'runs'];
  return mmar.problems.length > 0 ? ['problems', ...parts] : parts;
}

type FileNode = Extract<Node, { kind: 'file' }>;
type MakeFile = (at: string, rest: Partial<FileNode>) => Node;

function filesOf(group: Exclude<GroupKind, 'runs'>, found: FoundMmar): Node[] {
  const { mmar, folder } = found;
  const file: MakeFile = (at, rest) => ({
    kind: 'file',
    uri: uriOf(folder, at),
    label: path.posix.basename(at),
    description: '',
    icon: 'file',
    context: 'file',
    found,
    children: [],
    ...rest,
  });
  switch (group) {
    case 'problems':
      return mmar.problems.map(({ path: at, message }) =>
        file(at, {
          icon: 'warning',
          context: 'problem',
          description: message,
          tooltip: `${at}\n${message}`,
        }),
      );
    case 'configs':
      return mmar.configs.map(({ path: at, kind }) => {
        const context = kind === 'train' ? 'trainConfig' : 'config';
        return file(at, { icon: 'json', description: kind, context });
      });
    case 'components':
      return mmar.components.map(component => moduleNode(component, file));
    case 'models':
      return mmar.models.map(m => file(m.path, { icon: 'file-binary' }));
    case 'datalists':
      return mmar.datalists.map(d => {
        const description = d.lists.map(l => `${l.name} ${l.count}`).join(', ');
        return file(d.path, { icon: 'list-unordered', description });
      });
  }
}

/** A module of custom/ with its classes below it. */
function moduleNode({ path: at, classes }: Mmar['components'][number], file: MakeFile): Node {
  const children = classes.map(({ name, line, bases }) =>
    file(at, { label: name, icon: 'symbol-class', line, description: bases.join(', ') }),
  );
  return file(at, { icon: 'file-code', children });
}
