import type * as vscode from 'vscode';
import type { VolumeHost, VolumePage, VolumeScene } from '../../../webviews/protocol/volume.ts';
import { readBytes } from '../../io/volumes.ts';
import { connectPage, type PageConnection } from '../page.ts';
import type { Overlay } from './overlays.ts';
import { score, stage, type Staged } from './scene.ts';

/** One image with what lies over it, and the pages that show it (an editor may be split). */
export class VolumeDocument implements vscode.CustomDocument {
  private readonly pages = new Set<PageConnection<VolumePage>>();
  private stop = new AbortController();
  private staged: Promise<Staged> | undefined;
  private scored: VolumeScene | undefined;

  constructor(
    readonly uri: vscode.Uri,
    private overlays: readonly Overlay[],
    private readonly log: vscode.LogOutputChannel,
    private readonly onDispose: (document: VolumeDocument) => void,
  ) {}

  /** Shows other overlays, or the same ones as they are on disk now. */
  async setOverlays(overlays: readonly Overlay[]): Promise<void> {
    this.overlays = overlays;
    this.forget();
    if (this.pages.size === 0) return; // a page that opens asks for itself
    const scene = await this.scene();
    for (const page of this.pages) page.notify('show', scene);
  }

  attach(panel: vscode.WebviewPanel, extensionUri: vscode.Uri): void {
    const host: VolumeHost = {
      ready: () => this.scene(),
      read: (id, offset, length) => this.read(id, offset, length),
      drawn: ({ volumes, dims }) =>
        this.log.info(`volume page: ${volumes} drawn, ${dims.join(' x ')}`),
      failed: message => this.log.warn(`volume page: ${message}`),
    };
    const page = connectPage<VolumeHost, VolumePage>(panel.webview, {
      extensionUri,
      page: 'volume',
      host,
      warn: message => this.log.warn(message),
    });
    this.pages.add(page);
    panel.onDidDispose(() => {
      this.pages.delete(page);
      page.dispose();
    });
  }

  /** Rejects with what the user shall read: the page shows it. */
  private async scene(): Promise<VolumeScene> {
    this.staged ??= this.begin();
    const { staged } = this;
    try {
      const { scene } = await staged;
      return this.scored ?? scene;
    } catch (error) {
      if (this.staged === staged) this.staged = undefined; // mended meanwhile? the next look tells
      throw error;
    }
  }

  private begin(): Promise<Staged> {
    const { signal } = this.stop;
    const staged = stage(this.uri, this.overlays, signal);
    staged.then(ready => this.compare(ready, signal)).catch(() => undefined); // whoever asked is told
    return staged;
  }

  /** Scores take seconds for large volumes: the page has its picture meanwhile. */
  private async compare(staged: Staged, signal: AbortSignal): Promise<void> {
    const scored = await score(staged, signal);
    if (!scored || signal.aborted) return;
    this.scored = scored;
    for (const page of this.pages) page.notify('show', scored);
  }

  private async read(id: string, offset: number, length: number): Promise<Uint8Array> {
    const { signal } = this.stop;
    const file = (await this.staged)?.files.get(id);
    if (file === undefined) throw new Error('This volume is shown no longer.');
    return readBytes(file, offset, length, signal);
  }

  private forget(): void {
    this.stop.abort();
    this.stop = new AbortController();
    this.staged = undefined;
    this.scored = undefined;
  }

  dispose(): void {
    this.stop.abort();
    for (const page of this.pages) page.dispose();
    this.onDispose(this);
  }
}
