import * as vscode from 'vscode';
import { ViewType } from '../../ids.ts';
import { VolumeDocument } from './document.ts';
import { OverlayMemory, type Overlay } from './overlays.ts';

interface PreviewDeps {
  readonly extensionUri: vscode.Uri;
  /** Of the workspace: what lay over an image comes back with its editor. */
  readonly state: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

export interface Preview {
  /** Opens an image with label maps over it; an editor that shows it already takes them over. */
  open(image: vscode.Uri, overlays: readonly Overlay[]): Promise<void>;
  dispose(): void;
}

/** When a window reloads, its editors go too, but then nobody lives to see this time pass. */
const forgetAfterMs = 2000;

/** The editor of volumes: read-only, for `*.nii` and `*.nii.gz`. */
export function registerPreview({ extensionUri, state, log }: PreviewDeps): Preview {
  const memory = new OverlayMemory(state);
  const documents = new Map<string, VolumeDocument>();
  const timers = new Set<NodeJS.Timeout>();

  const closed = (document: VolumeDocument): void => {
    const id = document.uri.toString();
    if (documents.get(id) === document) documents.delete(id);
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!documents.has(id)) void memory.set(document.uri, []);
    }, forgetAfterMs);
    timers.add(timer);
  };

  const provider: vscode.CustomReadonlyEditorProvider<VolumeDocument> = {
    openCustomDocument(uri) {
      const document = new VolumeDocument(uri, memory.get(uri), log, closed);
      documents.set(uri.toString(), document);
      return document;
    },
    resolveCustomEditor(document, panel) {
      document.attach(panel, extensionUri);
    },
  };
  const registration = vscode.window.registerCustomEditorProvider(ViewType.volume, provider, {
    supportsMultipleEditorsPerDocument: true,
    // a hidden page would keep hundreds of megabytes, and the oldest of 16 pages would lose its picture anyway
    webviewOptions: { retainContextWhenHidden: false },
  });

  return {
    async open(image, overlays) {
      await memory.set(image, overlays);
      const shown = documents.get(image.toString());
      await vscode.commands.executeCommand('vscode.openWith', image, ViewType.volume);
      await shown?.setOverlays(overlays);
    },
    dispose() {
      registration.dispose();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
