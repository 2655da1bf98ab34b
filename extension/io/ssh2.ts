import { t } from '@vscode/l10n';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ParsedKey } from 'ssh2';
import { unlessAborted } from './abort.ts';
import { RemoteError } from './errors.ts';
import { quoteArgv } from './quote.ts';
import { openChannel, type Channel } from './sshChannel.ts';
import { connect, hostPort, type Ssh2Options } from './sshConnect.ts';
import type { ExecOptions, ExecResult, ExecStream, Transport } from './transport.ts';

export type { Ssh2Options } from './sshConnect.ts';

/** Hosts allow ten sessions per connection by default, and count those that are still closing. */
const maxChannels = 4;

/**
 * A refused login is not tried again for this long: hosts shut out addresses that knock too often,
 * and a view that refreshes itself must not ask about a host key every few seconds.
 */
const holdFor = 10_000;

/** A machine over SSH: one connection, made when it is first needed and again when it was lost. */
export class Ssh2Transport implements Transport {
  private connection: Promise<Client> | undefined;
  private held: { error: RemoteError; until: number } | undefined;
  private readonly unlocked = new Map<string, ParsedKey>();
  private readonly waiting: (() => void)[] = [];
  private used = 0;
  private disposed = false;
  /** The host, as messages call it. */
  private name = '';

  /** With a function the options are asked for before each connection. */
  constructor(private readonly options: Ssh2Options | (() => Promise<Ssh2Options>)) {
    if (typeof options !== 'function') this.name = hostPort(options);
  }

  async exec(argv: readonly string[], { stdin, signal }: ExecOptions): Promise<ExecResult> {
    const channel = await this.open(argv, signal);
    const chunks: Buffer[] = [];
    const ended = new Promise(resolve => channel.stdout.once('end', resolve));
    channel.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    channel.stdin.end(stdin ?? '');
    const { exitCode, stderr } = await channel.done;
    signal.throwIfAborted();
    await ended;
    return { exitCode, stdout: Buffer.concat(chunks).toString('utf8'), stderr };
  }

  /** As with a local program, `done` resolves after an abort; when the connection is lost it rejects. */
  stream(argv: readonly string[], signal: AbortSignal): Promise<ExecStream> {
    return this.open(argv, signal);
  }

  dispose(): void {
    this.disposed = true;
    void this.connection?.then(
      client => client.end(),
      () => undefined,
    );
  }

  private async open(argv: readonly string[], signal: AbortSignal): Promise<Channel> {
    const line = quoteArgv(argv);
    await this.takeSlot(signal);
    try {
      const channel = await this.start(line, signal);
      void channel.closed.then(() => this.freeSlot());
      return channel;
    } catch (error) {
      this.freeSlot();
      throw error;
    }
  }

  private async start(line: string, signal: AbortSignal): Promise<Channel> {
    for (let attempt = 0; ; attempt++) {
      const connection = this.connected();
      const client = await unlessAborted(connection, signal);
      const answer = await execOn(client, line, signal, () => this.lost());
      if (!(answer instanceof Error)) return answer;
      // only what certainly did not start may be tried again
      const refused = answer.message.includes('Channel open failure');
      const gone = answer.message === 'Not connected';
      if ((!refused && !gone) || attempt === 5) throw this.lost(answer.message);
      if (refused) await delay(50 * 2 ** attempt, undefined, { signal });
      else this.forget(connection);
    }
  }

  private connected(): Promise<Client> {
    if (this.disposed) return Promise.reject(this.lost('disposed'));
    if (this.held && Date.now() < this.held.until) return Promise.reject(this.held.error);
    if (this.connection) return this.connection;
    const made = this.connect();
    this.connection = made;
    made.then(
      client => {
        client.on('close', () => this.forget(made));
        if (this.disposed) client.end();
      },
      (error: unknown) => {
        this.forget(made);
        if (error instanceof RemoteError && error.kind !== 'unreachable')
          this.held = { error, until: Date.now() + holdFor };
      },
    );
    return made;
  }

  private async connect(): Promise<Client> {
    const options = typeof this.options === 'function' ? await this.options() : this.options;
    this.name = hostPort(options);
    return connect(options, this.unlocked);
  }

  private forget(connection: Promise<Client>): void {
    if (this.connection === connection) this.connection = undefined;
  }

  private lost(detail = ''): RemoteError {
    const message = t('The connection to {0} was lost.', this.name);
    return new RemoteError('unreachable', message, detail);
  }

  private async takeSlot(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.used < maxChannels) {
      this.used++;
      return;
    }
    // a freed slot is handed over, so `used` stays
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(go);
    });
  }

  private freeSlot(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.used--;
  }
}

/** The opened channel, or why there is none. */
async function execOn(
  client: Client,
  line: string,
  signal: AbortSignal,
  lost: () => Error,
): Promise<Channel | Error> {
  const answer = new Promise<Channel | Error>(resolve => {
    try {
      client.exec(line, (error, channel) =>
        // listening begins at once: a quick program's exit code lies in the same packet
        resolve(error ?? openChannel(client, channel, signal, lost)),
      );
    } catch (error) {
      resolve(error as Error); // ssh2 throws when the socket is closed already
    }
  });
  // a channel that opens after the abort closes itself
  return unlessAborted(answer, signal);
}
