import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { t } from '@vscode/l10n';
import { checkText, type CheckedKind } from '../core/config/check.ts';
import { datalistOf, makeFacts, noFacts, type Facts } from '../core/config/facts.ts';
import type { Finding } from '../core/config/finding.ts';
import { parseConfig, valueOf } from '../core/config/parse.ts';
import { loadSchemas, type Schemas } from '../core/config/schemas.ts';
import { configKind } from '../core/mmar/kind.ts';
import { findMmars } from '../core/mmar/layout.ts';
import { everywhere, Exit, readArguments, setValues, WrongUse, type Out } from './commandLine.ts';
import { answering, jsonDocument } from './failure.ts';
import { filesBelow, isFile, readText, slashed } from './mmarFolder.ts';
import { shipped } from './packageFolder.ts';
import { placeAt, type Place } from './place.ts';

const help = (): string =>
  t(`Usage: mmar check [--json] [--set KEY=VALUE]... PATH...

Checks the configurations of an MMAR: PATH is an MMAR, a folder with MMARs, or one file.

  --set KEY=VALUE  a variable, as on the command line of the training; several may follow
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

export interface LocatedFinding extends Place {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
}

/** `mmar check`: the checks of the editor for CI. Gives the exit status. */
export async function runCheck(argv: readonly string[], out: Out, err = out): Promise<number> {
  return answering('check', { argv, terminal: { out, err } }, () => check(argv, out));
}

async function check(argv: readonly string[], out: Out): Promise<number> {
  const { values, positionals } = readArguments(argv, everywhere);
  if (values.help === true) {
    out(help());
    return Exit.ok;
  }
  const set = setValues(values.set);
  if (positionals.length === 0)
    throw new WrongUse(t('give the folder of an MMAR, or a file (--help)'));
  const targets = new Map<string, Target>();
  for (const given of positionals)
    for (const target of targetsOf(given)) targets.set(target.file, target);
  const schemas = loadSchemas(file =>
    readFileSync(path.join(shipped('mmar-schemas'), file), 'utf8'),
  );
  const files: CheckedFile[] = [];
  for (const target of targets.values()) files.push(await checkFile(target, set, schemas));
  return report(files, values.json === true, out);
}

/** The files that a given path means. */
function targetsOf(given: string): Target[] {
  const place = slashed(path.resolve(given));
  if (!existsSync(place)) throw new WrongUse(t('{0} does not exist', given));
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
    throw new WrongUse(t('{0} holds no MMAR (no config/ with its JSON files)', given));
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
  return { code, severity, ...placeAt(text, range.offset), message };
}

function unreadable(): LocatedFinding {
  const message = t('This file cannot be read.');
  return { code: 'unreadable', severity: 'error', line: 1, column: 1, message };
}

function report(files: readonly CheckedFile[], json: boolean, out: Out): number {
  const all = files.flatMap(({ findings }) => findings);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  const warnings = all.filter(({ severity }) => severity === 'warning').length;
  if (json) out(jsonDocument({ files, errors, warnings }));
  else {
    for (const { path: file, findings } of files)
      for (const { line, column, severity, code, message } of findings)
        out(`${file}:${line}:${column} ${severity} ${code} ${message}`);
    out(t('{0} files, {1} errors, {2} warnings', files.length, errors, warnings));
  }
  return errors > 0 ? Exit.failed : Exit.ok;
}
