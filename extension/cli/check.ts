import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { t } from '@vscode/l10n';
import { checkText, type CheckedKind } from '../core/config/check.ts';
import { datalistOf, makeFacts, noFacts, type Facts } from '../core/config/facts.ts';
import type { Finding } from '../core/config/finding.ts';
import { parseConfig, valueOf } from '../core/config/parse.ts';
import { loadSchemas, type Schemas } from '../core/config/schemas.ts';
import { configKind } from '../core/mmar/kind.ts';
import { findMmars } from '../core/mmar/layout.ts';

/** Takes one line of output. */
export type Out = (line: string) => void;

const help = (): string =>
  t(`Usage: mmar check [--json] [--set KEY=VALUE]... PATH...

Checks the configurations of an MMAR: PATH is an MMAR, a folder with MMARs, or one file.

  --set KEY=VALUE  a variable, as on the command line of the training
  --json           one JSON document instead of lines
  --help           this text

Exit status: 0 no errors (warnings do not count), 1 errors, 2 wrong use.`);

interface Target {
  readonly file: string;
  readonly root: string | undefined;
  readonly kind: CheckedKind | undefined;
}

export interface CheckedFile {
  readonly path: string;
  readonly kind: string | null;
  readonly findings: readonly LocatedFinding[];
}

export interface LocatedFinding {
  readonly code: string;
  readonly severity: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `mmar check`: the checks of the editor for CI. Gives the exit status. */
export async function runCheck(argv: readonly string[], out: Out): Promise<number> {
  const wrong = (message: string): number => {
    out(`mmar check: ${message}`);
    return 2;
  };
  let options;
  try {
    options = parseOptions(argv);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = options;
  if (values.help === true) {
    out(help());
    return 0;
  }
  const set = setValues(values.set ?? []);
  if (typeof set === 'string') return wrong(t('--set takes KEY=VALUE, not "{0}"', set));
  if (positionals.length === 0) return wrong(t('give the folder of an MMAR, or a file (--help)'));
  const targets = new Map<string, Target>();
  for (const given of positionals) {
    const found = targetsOf(given);
    if (typeof found === 'string') return wrong(found);
    for (const target of found) targets.set(target.file, target);
  }
  const schemas = loadSchemas(file => readFileSync(path.join(schemaFolder(), file), 'utf8'));
  const files: CheckedFile[] = [];
  for (const target of targets.values()) files.push(await checkFile(target, set, schemas));
  return report(files, values.json === true, out);
}

function parseOptions(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      set: { type: 'string', multiple: true },
    },
  });
}

/** The values, with the type that their text has in Clara; or the argument that is wrong. */
export function setValues(pairs: readonly string[]): Record<string, unknown> | string {
  const values: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, key, text = ''] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(pair) ?? [];
    if (key === undefined) return pair;
    values[key] = typed(text);
  }
  return values;
}

function typed(text: string): unknown {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** The files that a given path means; or what is wrong with it. */
function targetsOf(given: string): Target[] | string {
  const place = slashed(path.resolve(given));
  if (!existsSync(place)) return t('{0} does not exist', given);
  if (!statSync(place).isDirectory()) {
    const folder = path.posix.dirname(place);
    const isInConfig = path.posix.basename(folder) === 'config';
    return [targetOf(place, isInConfig ? path.posix.dirname(folder) : folder)];
  }
  if (path.posix.basename(place) === 'config') return targetsOf(path.posix.dirname(place));
  const files = filesBelow(place, '', 8);
  const roots = findMmars(files);
  const profiles = files.filter(file => /(^|\/)\.mmar\/clusters\.yaml$/.test(file));
  if (roots.length === 0 && profiles.length === 0)
    return t('{0} holds no MMAR (no config/ with its JSON files)', given);
  return [
    ...roots.flatMap(root => mmarTargets(path.posix.join(place, root))),
    ...profiles.map(file => targetOf(path.posix.join(place, file), undefined)),
  ];
}

function mmarTargets(root: string): Target[] {
  const folder = path.posix.join(root, 'config');
  const configs = readdirSync(folder)
    .filter(name => /\.json$/i.test(name))
    .sort()
    .map(name => targetOf(path.posix.join(folder, name), root));
  const environment = readText(path.posix.join(folder, 'environment.json'));
  const datalist = environment === undefined ? undefined : datalistOf(root, environment);
  const named: Target[] =
    datalist !== undefined && isFile(datalist) ? [{ file: datalist, root, kind: 'datalist' }] : [];
  // Other JSON files may lie in config/, too.
  return [...configs.filter(({ kind }) => kind !== undefined), ...named];
}

function targetOf(file: string, root: string | undefined): Target {
  if (/\.ya?ml$/i.test(file)) return { file, root: undefined, kind: 'clusters' };
  return { file, root, kind: configKind(file, valueOf(parseConfig(readText(file) ?? ''))) };
}

/** Relative paths of all files, except those that findMmars would leave out. */
function filesBelow(top: string, folder: string, depth: number): string[] {
  if (depth === 0) return [];
  let entries;
  try {
    entries = readdirSync(path.join(top, folder), { withFileTypes: true });
  } catch {
    return []; // a folder that may not be read
  }
  return entries.flatMap(entry => {
    const inner = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [inner];
    if (entry.name === '.mmar')
      return isFile(path.join(top, inner, 'clusters.yaml')) ? [`${inner}/clusters.yaml`] : [];
    if (['node_modules', 'dist', '.git', '__pycache__'].includes(entry.name)) return [];
    return filesBelow(top, inner, depth - 1);
  });
}

async function checkFile(
  { file, root, kind }: Target,
  set: Readonly<Record<string, unknown>>,
  schemas: Schemas,
): Promise<CheckedFile> {
  const shown = slashed(path.relative(process.cwd(), file) || file);
  const text = readText(file);
  if (text === undefined) return { path: shown, kind: kind ?? null, findings: [unreadable()] };
  const facts = root === undefined ? noFacts : factsFor(file, root, set);
  const findings = await checkText({ kind, text, facts, schemas });
  return { path: shown, kind: kind ?? null, findings: findings.map(found => located(text, found)) };
}

function factsFor(file: string, root: string, set: Readonly<Record<string, unknown>>): Facts {
  const custom = filesBelow(root, 'custom', 8)
    .filter(name => name.endsWith('.py'))
    .map(name => path.posix.join(root, name));
  return makeFacts({
    root,
    environment: readText(path.posix.join(root, 'config/environment.json')),
    custom: new Map(custom.map(name => [name, readText(name) ?? ''])),
    set,
    fileExists: existsSync,
    file,
  });
}

function located(text: string, { code, severity, range, message }: Finding): LocatedFinding {
  const before = text.slice(0, range.offset).split('\n');
  return { code, severity, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
}

function unreadable(): LocatedFinding {
  const message = t('This file cannot be read.');
  return { code: 'unreadable', severity: 'error', line: 1, column: 1, message };
}

function report(files: readonly CheckedFile[], json: boolean, out: Out): number {
  const all = files.flatMap(({ findings }) => findings);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  const warnings = all.filter(({ severity }) => severity === 'warning').length;
  if (json) out(JSON.stringify({ files, errors, warnings }, undefined, 2));
  else {
    for (const { path: file, findings } of files)
      for (const { line, column, severity, code, message } of findings)
        out(`${file}:${line}:${column} ${severity} ${code} ${message}`);
    out(t('{0} files, {1} errors, {2} warnings', files.length, errors, warnings));
  }
  return errors > 0 ? 1 : 0;
}

/** mmar-schemas/ beside the bundle (dist/) or at the top of the sources. */
function schemaFolder(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'mmar-schemas')) && path.dirname(folder) !== folder)
    folder = path.dirname(folder);
  return path.join(folder, 'mmar-schemas');
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}

function slashed(file: string): string {
  return file.replaceAll('\\', '/');
}
