import { Rpc, type Args, type Value, type Wire } from '../protocol/rpc.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** The page's end: typed calls to the extension. */
export interface HostConnection<Called> {
  call<K extends keyof Called & string>(
    method: K,
    ...args: Args<Called[K]>
  ): Promise<Value<Called[K]>>;
  /** What an earlier life of this page left: VS Code drops a page that is out of sight. */
  remembered(): unknown;
  remember(state: unknown): void;
}

/**
 * Serves the extension's calls and lets the page call the extension. Once per page:
 * `const host = connect<RunPage, RunHost>(page); page.show(await host.call('ready'));`
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- so that the page says, and is held to, what it serves
export function connect<Served extends object, Called>(served: Served): HostConnection<Called> {
  const vscode = acquireVsCodeApi();
  const rpc = new Rpc<Served, Called>(served, message => vscode.postMessage(message));
  window.addEventListener('message', event => void rpc.receive(event.data as Wire));
  return {
    call: (method, ...args) => rpc.call(method, ...args),
    remembered: () => vscode.getState(),
    remember: state => vscode.setState(state),
  };
}
