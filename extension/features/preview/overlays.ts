import * as vscode from 'vscode';

/** A label map that is drawn over an image. */
export interface Overlay {
  readonly uri: vscode.Uri;
  readonly role: 'label' | 'prediction';
  /** Names by label value. */
  readonly labels?: Record<string, string>;
}

interface Stored {
  readonly image: string;
  readonly overlays: readonly {
    uri: string;
    role: Overlay['role'];
    labels?: Record<string, string>;
  }[];
}

const key = 'preview.overlays';
/** Editors that a window comes back with; more is not worth remembering. */
const most = 50;

/** What lies over which image, so that an opened case comes back whole after a reload of the window. */
export class OverlayMemory {
  constructor(private readonly state: vscode.Memento) {}

  get(image: vscode.Uri): Overlay[] {
    const found = this.stored().find(entry => entry.image === image.toString());
    return (found?.overlays ?? []).map(({ uri, ...rest }) => ({
      uri: vscode.Uri.parse(uri, true),
      ...rest,
    }));
  }

  async set(image: vscode.Uri, overlays: readonly Overlay[]): Promise<void> {
    const others = this.stored().filter(entry => entry.image !== image.toString());
    const entry: Stored = {
      image: image.toString(),
      overlays: overlays.map(overlay => ({ ...overlay, uri: overlay.uri.toString() })),
    };
    await this.state.update(
      key,
      [...(overlays.length > 0 ? [entry] : []), ...others].slice(0, most),
    );
  }

  private stored(): readonly Stored[] {
    return this.state.get<readonly Stored[]>(key, []);
  }
}
