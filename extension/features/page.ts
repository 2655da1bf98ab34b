import * as vscode from 'vscode';
import { Rpc, type Args, type Value, type Wire } from '../../webviews/protocol/rpc.ts';
import { pageHtml } from './pageHtml.ts';

/** The extension's end of a page: typed calls to it. */
export interface PageConnection<Page> {
  call<K extends keyof Page & string>(method: K, ...args: Args<Page[K]>): Promise<Value<Page[K]>>;
  /** A call whose answer nobody waits for; a page that is gone is no failure. */
  notify<K extends keyof Page & string>(method: K, ...args: Args<Page[K]>): void;
  dispose(): void;
}

export interface PageOptions<Host extends object> {
  readonly extensionUri: vscode.Uri;
  readonly page: 'run' | 'volume';
  /** What the page may call: its own methods, none that it inherits. */
  readonly host: Host;
  /** A page that fails in a call made by `notify` is told here. */
  readonly warn?: (message: string) => void;
}

/** Folder that a page may load from; name it in the panel's `localResourceRoots`. */
export const pageRoot = (extensionUri: vscode.Uri): vscode.Uri =>
  vscode.Uri.joinPath(extensionUri, 'dist', 'webviews');

/** Loads a page into a webview and connects it. The page calls `host.ready()` first. */
export function connectPage<Host extends object, Page>(
  webview: vscode.Webview,
  options: PageOptions<Host>,
): PageConnection<Page> {
  const rpc = new Rpc<Host, Page>(options.host, message => void webview.postMessage(message));
  let closed = false;
  // listens before the page exists: its first call must not be lost
  const messages = webview.onDidReceiveMessage((message: Wire) => void rpc.receive(message));
  webview.options = { enableScripts: true, localResourceRoots: [pageRoot(options.extensionUri)] };
  webview.html = pageHtml({
    page: options.page,
    language: vscode.env.language,
    source: webview.cspSource,
    nonce: crypto.randomUUID(),
    address: name =>
      webview.asWebviewUri(vscode.Uri.joinPath(pageRoot(options.extensionUri), name)),
  });
  return {
    call: (method, ...args) => rpc.call(method, ...args),
    notify(method, ...args) {
      rpc.call(method, ...args).catch((error: unknown) => {
        if (!closed) options.warn?.(`${options.page} page: ${String(error)}`);
      });
    },
    dispose() {
      closed = true;
      messages.dispose();
      rpc.dispose();
    },
  };
}
