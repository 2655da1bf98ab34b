import { spawn, type ChildProcess } from 'node:child_process';
import { program } from './program.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** An editor as the Language Server Protocol sees one: it speaks to a process of `mmar lsp`. */
export interface Client {
  request<T>(method: string, params: unknown): Promise<T>;
  notify(method: string, params: unknown): void;
  /** The next notification of this name that fits. */
  next<T>(method: string, fits?: (params: T) => boolean): Promise<T>;
  /** Ends the process as editors do; gives its exit status. */
  stop(): Promise<number | null>;
  readonly child: ChildProcess;
}

export async function startClient(argv: readonly string[] = []): Promise<Client> {
  const child = spawn(process.execPath, [await program(), 'lsp', ...argv], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = new Map<number, (message: Message) => void>();
  const listeners = new Set<(message: Message) => void>();
  readMessages(child, message => {
    if (message.id !== undefined && message.method === undefined)
      answers.get(message.id)?.(message);
    else listeners.forEach(listen => listen(message));
  });
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  let last = 0;
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  const request = <T>(method: string, params: unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      answers.set(id, ({ result, error }) => {
        if (error) reject(new Error(error.message));
        else resolve(result as T);
      });
      send({ id, method, params });
    });
  const notify = (method: string, params: unknown): void => send({ method, params });
  return {
    child,
    request,
    notify,
    next: <T>(method: string, fits: (params: T) => boolean = () => true) =>
      new Promise<T>(resolve => {
        const listen = (message: Message): void => {
          if (message.method !== method || !fits(message.params as T)) return;
          listeners.delete(listen);
          resolve(message.params as T);
        };
        listeners.add(listen);
      }),
    stop: async () => {
      await request('shutdown', null);
      notify('exit', null);
      return ended;
    },
  };
}

function readMessages(child: ChildProcess, take: (message: Message) => void): void {
  let bytes = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const head = bytes.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/i.exec(bytes.subarray(0, Math.max(0, head)).toString())?.[1],
      );
      if (head < 0 || bytes.length < head + 4 + length) return;
      const text = bytes.subarray(head + 4, head + 4 + length).toString('utf8');
      bytes = bytes.subarray(head + 4 + length);
      take(JSON.parse(text) as Message);
    }
  });
}
