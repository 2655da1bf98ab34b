import { build } from 'esbuild';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository, type Said } from './mmars.ts';

const exec = promisify(execFile);
let built: Promise<string> | undefined;

/** The program that `npm run build` made; else one like it, which lies where it finds what ships beside it. */
export function program(): Promise<string> {
  return (built ??= (async () => {
    const shipped = path.join(repository, 'dist', 'mmar.cjs');
    if (existsSync(shipped)) return shipped;
    const outfile = path.join(repository, 'out', 'test', 'cli', 'mmar.cjs');
    await build({
      absWorkingDir: repository,
      entryPoints: ['extension/cli/main.ts'],
      outfile,
      bundle: true,
      minify: true,
      keepNames: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      banner: { js: '#!/usr/bin/env node' },
    });
    return outfile;
  })());
}

interface Where {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs `mmar` as a process of its own. */
export async function mmar(argv: readonly string[], { cwd, env }: Where = {}): Promise<Said> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 26 };
  try {
    const done = await exec(process.execPath, [await program(), ...argv], options);
    return { status: 0, out: done.stdout, err: done.stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, out: stdout, err: stderr };
  }
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves once stdout and stderr together match. */
  until(text: RegExp): Promise<void>;
  readonly ended: Promise<Said>;
}

/** Starts `mmar` to be watched and interrupted. */
export async function startMmar(
  argv: readonly string[],
  { cwd, env }: Where = {},
): Promise<Started> {
  const child = spawn(process.execPath, [await program(), ...argv], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  const waiting = new Set<() => void>();
  const tell = (): void => waiting.forEach(check => check());
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    tell();
  });
  const ended = new Promise<Said>(resolve => {
    child.once('close', code => resolve({ status: code ?? -1, out, err }));
  });
  const until = (text: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!text.test(out + err)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      void ended.then(() => reject(new Error(`ended without ${String(text)}:\n${out}${err}`)));
      check();
    });
  return { child, until, ended };
}
