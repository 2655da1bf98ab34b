import { t } from '@vscode/l10n';
import type { MmarFile } from '../core/runs/planRun.ts';
import { readFile } from 'node:fs/promises';
import { RemoteError } from './errors.ts';
import type { Transport } from './transport.ts';

/** What training needs of an interpreter (requirements.txt). */
const needed = ['torch', 'monai', 'numpy', 'nibabel', 'ignite', 'fire'];

/** Parses the sources and looks for the packages; imports neither. One JSON document on stdout. */
const program = `
import ast, importlib.util, json, sys
request = json.load(sys.stdin)
broken = []
for name, text in sorted(request["sources"].items()):
    try:
        ast.parse(text, name)
    except (SyntaxError, ValueError) as error:
        line, message = getattr(error, "lineno", 0) or 0, getattr(error, "msg", str(error))
        broken.append({"path": name, "line": line, "message": message})
missing = [name for name in request["needed"] if importlib.util.find_spec(name) is None]
print(json.dumps({"broken": broken, "missing": missing}))
`;

export interface BrokenModule {
  readonly path: string;
  /** 1-based; 0 when Python does not say. */
  readonly line: number;
  readonly message: string;
}

/**
 * Asks the interpreter that will run the MMAR whether it can: packages that are absent are an error,
 * modules of `custom/` that do not parse come back. Nothing of the MMAR is executed.
 */
export async function checkPython(
  transport: Transport,
  python: string,
  files: readonly MmarFile[],
  signal: AbortSignal,
): Promise<BrokenModule[]> {
  const modules = files.filter(f => f.path.startsWith('custom/') && f.path.endsWith('.py'));
  const sources = Object.fromEntries(
    await Promise.all(modules.map(async f => [f.path, await readFile(f.file, 'utf8')] as const)),
  );
  const { exitCode, stdout, stderr } = await transport.exec(callOf(python, ['-c', program]), {
    stdin: JSON.stringify({ sources, needed }),
    signal,
  });
  const reply = exitCode === 0 ? decode(stdout) : undefined;
  if (!reply) throw silent(python, exitCode, stderr);
  if (reply.missing.length === 0) return reply.broken;
  throw new RemoteError(
    'no-python',
    t(
      'The Python "{0}" lacks {1}: choose one that has MONAI, or install the packages there.',
      python,
      reply.missing.join(', '),
    ),
  );
}

function silent(python: string, exitCode: number, stderr: string): RemoteError {
  const isThere = exitCode !== 127 && exitCode !== 126;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return new RemoteError(
    'no-python',
    isThere
      ? t('The Python "{0}" does not run ({1}): choose another one.', python, said || exitCode)
      : t('There is no Python at "{0}": choose one that has MONAI.', python),
    stderr,
  );
}

/** `~/` is the home folder of the machine that is asked. */
const callOf = (python: string, args: readonly string[]): string[] =>
  python.startsWith('~/')
    ? ['sh', '-c', 'exec "$HOME/$0" "$@"', python.slice(2), ...args]
    : [python, ...args];

function decode(stdout: string): { broken: BrokenModule[]; missing: string[] } | undefined {
  const line = stdout.split('\n').find(text => text.startsWith('{"broken"'));
  try {
    return line === undefined
      ? undefined
      : (JSON.parse(line) as { broken: BrokenModule[]; missing: string[] });
  } catch {
    return undefined;
  }
}
