import { t } from '@vscode/l10n';
import { allChecks } from './checks/index.ts';
import { misspeltVariable } from './checks/misspeltVariable.ts';
import type { Check } from './checks/check.ts';
import { makeContext, type CheckContext, type Knowledge } from './context.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';
import type { CheckedKind } from './kinds.ts';
import { makeModel, type ConfigModel } from './model.ts';
import { parseConfig, type ConfigDoc } from './parse.ts';
import { parseYaml } from './parseYaml.ts';
import { schemaFindings } from './schema.ts';
import type { SchemaKind, Schemas } from './schemas.ts';
import { withSeverities, type Severities } from './severities.ts';

export type { CheckedKind } from './kinds.ts';

export interface CheckInput {
  readonly kind: CheckedKind | undefined;
  readonly text: string;
  readonly facts: Facts;
  readonly schemas: Schemas;
  /** Name or path of the file: tells YAML from JSON. */
  readonly file?: string | undefined;
  /** undefined: nothing is said of components. */
  readonly knowledge?: Knowledge | undefined;
  /** Release of MONAI that the user asked for. */
  readonly release?: string | undefined;
  readonly severities?: Severities | undefined;
}

const withSchema: ReadonlySet<string> = new Set<SchemaKind>([
  ...(['train', 'validation', 'inference', 'environment', 'aiaa', 'datalist', 'clusters'] as const),
]);
const withVariables: ReadonlySet<string> = new Set([
  'train',
  'validation',
  'inference',
  'environment',
  'datalist',
]);

/** All findings about one text, in order of their places. Never throws. */
export async function checkText(input: CheckInput): Promise<Finding[]> {
  const { kind, text, schemas, severities } = input;
  if (kind === 'clusters' && text.trim() === '') return [];
  const doc = parseText(input);
  const model = makeModel(doc, kind);
  const found = [...doc.findings, ...checkModel(model, input)];
  if (kind !== undefined && doc.root && isSchemaKind(kind)) {
    found.push(...(await schemaFindings(doc, kind, schemas).catch(failed)));
    if (withVariables.has(kind))
      found.push(...guarded(() => misspeltVariable(doc, kind, schemas[kind])));
  }
  const sorted = unique(notBelowSyntax(found)).sort((a, b) => a.range.offset - b.range.offset);
  return severities ? withSeverities(sorted, severities) : sorted;
}

function parseText({ kind, text, file }: CheckInput): ConfigDoc {
  if (kind === 'script') return { text, root: undefined, findings: [] };
  const isYaml = kind === 'clusters' || /\.ya?ml$/i.test(file ?? '');
  return isYaml ? parseYaml(text) : parseConfig(text);
}

/** What the checks say of a model; the schema's findings and those of the syntax are not among them. */
export function checkModel(
  model: ConfigModel,
  input: Pick<CheckInput, 'facts' | 'knowledge' | 'release'>,
): Finding[] {
  const { kind, doc } = model;
  if (kind === undefined || (!doc.root && kind !== 'script')) return [];
  const context = guardedContext(model, input);
  return checksOf(kind).flatMap(check => guarded(() => check.run(model, context)));
}

/** A broken catalogue must not take the other findings away. */
function guardedContext(
  model: ConfigModel,
  input: Pick<CheckInput, 'facts' | 'knowledge' | 'release'>,
): CheckContext {
  try {
    return makeContext(model, input);
  } catch {
    return makeContext(model, { facts: input.facts });
  }
}

const byKind = new Map<CheckedKind, readonly Check[]>();

function checksOf(kind: CheckedKind): readonly Check[] {
  const kept = byKind.get(kind) ?? allChecks.filter(({ kinds }) => kinds.includes(kind));
  byKind.set(kind, kept);
  return kept;
}

function isSchemaKind(kind: CheckedKind): kind is SchemaKind & CheckedKind {
  return withSchema.has(kind);
}

function guarded(check: () => readonly Finding[]): readonly Finding[] {
  try {
    return check();
  } catch (error) {
    return failed(error);
  }
}

/** A fault of ours must not take the other findings away. */
function failed(error: unknown): Finding[] {
  const message = t('A check failed: {0}', String(error));
  return [{ code: 'internal', severity: 'info', range: { offset: 0, length: 1 }, message }];
}

/**
 * Below the first syntax error the tree is a guess: a bracket that is missing moves all that follows. And while a
 * text is half typed, what "is missing" is only not there yet.
 */
function notBelowSyntax(findings: readonly Finding[]): readonly Finding[] {
  const broken = findings.filter(({ code }) => code === 'syntax');
  if (broken.length === 0) return findings;
  const first = Math.min(...broken.map(({ range }) => range.offset));
  return findings.filter(
    ({ code, range }) =>
      code === 'syntax' || (range.offset + range.length <= first && !ofTheWhole.has(code)),
  );
}

const ofTheWhole: ReadonlySet<string> = new Set([
  ...['missing-key', 'missing-arg', 'unresolved-ref', 'unresolved-reference', 'unused-variable'],
  ...['disabled-alternatives', 'reference-cycle', 'misspelt-variable', 'unresolved-placeholder'],
]);

/** The schema and a check may say the same of the same place. */
function unique(findings: readonly Finding[]): Finding[] {
  const unknown = new Set(findings.flatMap(f => (f.code === 'unknown-key' ? f.range.offset : [])));
  const misspelt = new Set(
    findings.flatMap(f => (f.code === 'misspelt-variable' ? f.range.offset : [])),
  );
  const seen = new Set<string>();
  return findings.filter(({ code, range, message }) => {
    if (code === 'misspelt-variable' && unknown.has(range.offset)) return false;
    if (code === 'unused-variable' && (unknown.has(range.offset) || misspelt.has(range.offset)))
      return false;
    // Several keys or arguments may be missing at one place.
    const what = code === 'missing-key' || code === 'missing-arg' ? message : '';
    const key = `${code} ${range.offset} ${range.length} ${what}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
