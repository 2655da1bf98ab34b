import type * as vscode from 'vscode';
import type { KnownRun } from '../../core/runs/knownRun.ts';
import type { RunCase } from '../../core/runs/job.ts';
import type { FoundMmar } from './scan.ts';

export type GroupKind = 'problems' | 'configs' | 'components' | 'models' | 'datalists' | 'runs';

/** What the tree consists of. Commands of its menus get these objects. */
export type Node =
  | { readonly kind: 'mmar'; readonly found: FoundMmar }
  | { readonly kind: 'group'; readonly group: GroupKind; readonly found: FoundMmar }
  | {
      readonly kind: 'file';
      readonly uri: vscode.Uri;
      readonly label: string;
      readonly description: string;
      readonly icon: string;
      readonly context: string;
      readonly found: FoundMmar;
      readonly children: readonly Node[];
      readonly tooltip?: string;
      /** 0-based. */
      readonly line?: number;
    }
  | { readonly kind: 'note'; readonly label: string; readonly found: FoundMmar }
  | { readonly kind: 'run'; readonly run: KnownRun; readonly found: FoundMmar }
  | {
      readonly kind: 'case';
      readonly run: KnownRun;
      readonly index: number;
      readonly entry: RunCase;
      readonly ready: boolean;
      readonly found: FoundMmar;
    };
