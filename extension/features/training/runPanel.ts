import * as vscode from 'vscode';
import type { RunAction, RunHost, RunPage } from '../../../webviews/protocol/run.ts';
import { diagnose, type Diagnosis } from '../../core/runs/diagnose.ts';
import { purposeName } from '../../core/runs/job.ts';
import { isRunning, type KnownRun } from '../../core/runs/knownRun.ts';
import type { Machine } from '../../io/machine.ts';
import type { RunBook } from '../../io/runBook.ts';
import { ViewType } from '../../ids.ts';
import { connectPage, type PageConnection } from '../page.ts';
import { makeRunView } from './runView.ts';

export interface RunPanelDeps {
  readonly extensionUri: vscode.Uri;
  readonly book: RunBook;
  machineOf(cluster: string): Promise<Machine>;
  act(action: RunAction, run: KnownRun): void;
  openLog(run: KnownRun, line: number): void;
  readonly warn: (message: string) => void;
}

/** While a run is alive and its page is seen, log and curves are read this often. */
const lookMs = 1000;
/** A log is read in one go up to this size, then on from there. */
const chunkLimit = 4 << 20;
/** Bytes of an answer after which there may be more to read at once. */
const longAnswer = 1 << 20;

/** The page of one run: progress, curves and log, live. */
class RunPanel {
  private readonly page: PageConnection<RunPage>;
  private readonly stop = new AbortController();
  /** VS Code starts a page anew whenever it comes back into view; each one needs the log from its start. */
  private pages = 0;
  private pageServed = 0;
  private hasLooked = false;
  private offset = 0;
  private tail = '';
  private lines = 0;
  private timer: NodeJS.Timeout | undefined;
  private busy: Promise<void> | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private run: KnownRun,
    private readonly deps: RunPanelDeps,
  ) {
    const host: RunHost = {
      ready: () => {
        this.pages++;
        void (this.busy ?? Promise.resolve()).then(() => this.look());
        return this.view();
      },
      act: action => deps.act(action, this.run),
      openLog: line => deps.openLog(this.run, line),
    };
    this.page = connectPage<RunHost, RunPage>(panel.webview, {
      extensionUri: deps.extensionUri,
      page: 'run',
      host,
    });
    const changes = deps.book.onChange(() => void this.look());
    panel.onDidChangeViewState(() => void this.look());
    panel.onDidDispose(() => {
      changes.dispose();
      clearTimeout(this.timer);
      this.stop.abort();
      this.page.dispose();
    });
  }

  private async view(): Promise<ReturnType<typeof makeRunView>> {
    this.run = this.deps.book.get(this.run) ?? this.run;
    const curves = await this.deps.book.curves(this.run);
    return makeRunView(this.run, curves, this.diagnosis(), Date.now() / 1000);
  }

  private diagnosis(): Diagnosis | undefined {
    // without the log's end it would be a guess, and soon another
    if (isRunning(this.run) || !this.hasLooked) return undefined;
    const shown = this.tail.split('\n').length - 1;
    return diagnose(this.run.status, this.tail, this.lines - shown);
  }

  /** Reads on and shows what is new; calls that come meanwhile share the one under way. */
  private look(): Promise<void> {
    this.busy ??= this.lookOnce().finally(() => (this.busy = undefined));
    return this.busy;
  }

  private async lookOnce(): Promise<void> {
    clearTimeout(this.timer);
    if (this.stop.signal.aborted) return;
    await this.warnOf(async () => {
      while (await this.readLog());
    });
    this.hasLooked = true;
    await this.warnOf(async () => this.page.notify('show', await this.view()));
    if (isRunning(this.run) && this.panel.visible && !this.stop.signal.aborted)
      this.timer = setTimeout(() => void this.look(), lookMs);
  }

  private async warnOf(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.stop.signal.aborted) this.deps.warn(String(error));
    }
  }

  /** True when there may be more. What was read for a page that is gone meanwhile is dropped. */
  private async readLog(): Promise<boolean> {
    const machine = await this.deps.machineOf(this.run.cluster);
    const page = this.pages;
    const reset = page !== this.pageServed;
    const offset = reset ? 0 : this.offset;
    const id = this.run.record.id;
    const { text, next } = await machine.read(id, 'job.log', offset, this.stop.signal);
    if (page !== this.pages) return true;
    if (text === '' && !reset) return false;
    this.pageServed = page;
    this.offset = next;
    this.lines = (reset ? 0 : this.lines) + text.split('\n').length - 1;
    this.tail = ((reset ? '' : this.tail) + text).slice(-chunkLimit);
    this.page.notify('log', text, reset);
    return next - offset >= longAnswer;
  }
}

/** Panels by run: one each, brought to the front when asked for again. */
export class RunPanels implements vscode.Disposable {
  private readonly open = new Map<string, RunPanel>();

  constructor(private readonly deps: RunPanelDeps) {}

  show(run: KnownRun): void {
    const id = `${run.cluster}/${run.record.id}`;
    const known = this.open.get(id);
    if (known) {
      known.panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      ViewType.run,
      `${purposeName(run.record.purpose)} ${run.record.mmar}`,
      vscode.ViewColumn.Active,
      {
        enableScripts: true,
        enableFindWidget: true, // the log is searched with it
        localResourceRoots: [vscode.Uri.joinPath(this.deps.extensionUri, 'dist')],
      },
    );
    panel.iconPath = vscode.Uri.joinPath(this.deps.extensionUri, 'media', 'icon.png');
    this.open.set(id, new RunPanel(panel, run, this.deps));
    panel.onDidDispose(() => this.open.delete(id));
  }

  dispose(): void {
    for (const { panel } of this.open.values()) panel.dispose();
  }
}
