import { t } from '@vscode/l10n';
import { unlessAborted } from './abort.ts';
import { RemoteError } from './errors.ts';
import { install, type Place } from './program.ts';
import { decodeReply, type Reply } from './reply.ts';
import type { ExecStream, Transport } from './transport.ts';

/** A machine with `mmar_remote` on it, or to be put there. */
export interface Host {
  readonly name: string;
  readonly transport: Transport;
  /** Python for mmar_remote, standard library only. */
  readonly python: string;
  /** Folder for runs, store and program; `~/` is the home folder there. */
  readonly root: string;
  /** The extension's own `remote/` folder. */
  readonly program: string;
  /** True for this machine: the program is called where it lies. */
  readonly local: boolean;
  readonly log: (message: string) => void;
}

export type Verb =
  | 'probe'
  | 'missing'
  | 'create'
  | 'read'
  | 'results'
  | 'submit'
  | 'status'
  | 'cancel'
  | 'list'
  | 'remove';

/** Calls of one host: the program is put there once, requests are logged with duration and outcome. */
export class Remote {
  private installing: Promise<Place> | undefined;

  constructor(readonly host: Host) {}

  /** Runs one verb and decodes the one JSON document that it prints. */
  async call<T>(
    verb: Verb,
    request: object,
    decode: (value: unknown) => T,
    signal: AbortSignal,
  ): Promise<T> {
    const begun = Date.now();
    const log = (outcome: string): void =>
      this.host.log(`${this.host.name} ${verb} ${Date.now() - begun} ms ${outcome}`);
    try {
      const { python, program, root } = await this.installed(signal);
      const { exitCode, stdout, stderr } = await this.host.transport.exec([python, program, verb], {
        stdin: JSON.stringify({ ...request, root }),
        signal,
      });
      const value = decode(this.valueOf(decodeReply(stdout), exitCode, stdout + stderr));
      log('ok');
      return value;
    } catch (error) {
      log(error instanceof RemoteError ? error.kind : 'given up');
      throw error;
    }
  }

  /** A verb that takes or gives a stream of bytes. */
  async stream(
    verb: 'receive' | 'fetch',
    signal: AbortSignal,
  ): Promise<ExecStream & { root: string }> {
    const { python, program, root } = await this.installed(signal);
    const argv = [python, program, verb, ...(verb === 'receive' ? [root] : [])];
    return { ...(await this.host.transport.stream(argv, signal)), root };
  }

  /** The value of a reply, or the error that it stands for. */
  valueOf(reply: Reply | undefined, exitCode: number, output: string): unknown {
    const { name, python } = this.host;
    if (reply?.ok) return reply.value;
    if (reply) throw new RemoteError(reply.kind, reply.message, reply.detail);
    this.installing = undefined; // the program may have been deleted there
    if (exitCode === 127 || exitCode === 126)
      throw new RemoteError(
        'no-python',
        t('{0} has no "{1}". Name another Python in its profile.', name, python),
        output,
      );
    throw new RemoteError('bad-reply', t('{0} gave no readable answer.', name), output);
  }

  /** One upload for all callers: when the one that began it gives up, another begins anew. */
  private async installed(signal: AbortSignal): Promise<Place> {
    for (;;) {
      this.installing ??= this.begin(signal);
      try {
        return await unlessAborted(this.installing, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Error && error.name === 'AbortError')) throw error;
      }
    }
  }

  /** A failure is not kept: the next call tries again. */
  private begin(signal: AbortSignal): Promise<Place> {
    const made = install(this.host, signal);
    made.catch(() => {
      if (this.installing === made) this.installing = undefined;
    });
    return made;
  }
}
