import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { ExecOptions, ExecResult, ExecStream, Transport } from './transport.ts';

/** This machine, for the embedded local cluster, for VS Code opened on a login node, and for tests. */
export class LocalTransport implements Transport {
  constructor(private readonly env: NodeJS.ProcessEnv = process.env) {}

  async exec(argv: readonly string[], { stdin, signal }: ExecOptions): Promise<ExecResult> {
    const { stdin: input, stdout, done } = await this.stream(argv, signal);
    const chunks: Buffer[] = [];
    stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    input.end(stdin ?? '');
    const { exitCode, stderr } = await done;
    signal.throwIfAborted();
    return { exitCode, stdout: Buffer.concat(chunks).toString('utf8'), stderr };
  }

  stream(argv: readonly string[], signal: AbortSignal): Promise<ExecStream> {
    signal.throwIfAborted();
    const [program = '', ...args] = argv;
    // a group of its own, so that an abort ends what the program started, too
    const child = spawn(program, args, { env: this.env, detached: true, windowsHide: true });
    const abort = (): void => endGroup(child);
    signal.addEventListener('abort', abort, { once: true });
    child.stdin.on('error', () => undefined); // a program that ends before it has read all says why on stderr
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const done = new Promise<{ exitCode: number; stderr: string }>(resolve => {
      const end = (exitCode: number, extra = ''): void => {
        signal.removeEventListener('abort', abort);
        resolve({ exitCode, stderr: Buffer.concat(errors).toString('utf8') + extra });
      };
      child.once('error', (error: NodeJS.ErrnoException) =>
        end(error.code === 'ENOENT' ? 127 : 126, error.message),
      );
      child.once('close', (code, killed) => end(code ?? (killed ? 137 : 1)));
    });
    return Promise.resolve({ stdin: child.stdin, stdout: child.stdout, done });
  }

  dispose(): void {
    // each program ends with its own signal
  }
}

function endGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // the group is gone, or this system has none
  }
}
