import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { KnownRun } from '../../core/runs/knownRun.ts';
import { locateFindings, type LocatedFinding } from '../../core/runs/preflight/locate.ts';
import { preflightMarkdown } from '../../core/runs/preflight/markdown.ts';
import type { PreflightReport } from '../../core/runs/preflight/report.ts';
import type { Machine } from '../../io/machine.ts';
import { readReport } from '../../io/readReport.ts';
import type { RunBook } from '../../io/runBook.ts';
import { UserProblem } from '../reportError.ts';
import { readText } from './texts.ts';

const scheme = 'mmar-preflight';

interface ReportDeps {
  readonly book: RunBook;
  machineOf(cluster: string): Promise<Machine>;
}

/** What a preflight found, with the places in the MMAR as it is now. */
export interface Found {
  readonly report: PreflightReport;
  readonly findings: readonly LocatedFinding[];
}

/** Reports as read-only documents: `mmar-preflight:/CLUSTER/RUN/Preflight.md`. */
export class ReportDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(
    scheme,
    this,
  );

  constructor(private readonly deps: ReportDeps) {}

  async show(run: KnownRun): Promise<void> {
    const { cluster, record } = run;
    if (!(await this.read(run)))
      throw new UserProblem(t('This preflight left no report: see the log of the run.'));
    const place = `/${encodeURIComponent(cluster)}/${record.id}/Preflight ${record.mmar}.md`;
    await vscode.commands.executeCommand(
      'markdown.showPreview',
      vscode.Uri.from({ scheme, path: place }),
    );
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, cluster = '', id = ''] = uri.path.split('/');
    const run = this.deps.book
      .all()
      .find(r => r.record.id === id && encodeURIComponent(r.cluster) === cluster);
    const found = run && (await this.read(run));
    if (!run || !found) return t('The report of the run {0} is not there.', id);
    const { mmar, config } = run.record;
    return preflightMarkdown({ mmar, config, cluster: run.cluster, ...found });
  }

  /** Undefined where a preflight left no report. */
  async read({ cluster, record }: KnownRun): Promise<Found | undefined> {
    const machine = await this.deps.machineOf(cluster);
    const report = await readReport(machine, record.id, AbortSignal.timeout(60_000));
    if (!report) return undefined;
    const mmar = record.mmarPath.replaceAll('\\', '/');
    const findings = await locateFindings(report, { mmar, config: record.config, read: readText });
    return { report, findings };
  }

  dispose(): void {
    this.registration.dispose();
  }
}
