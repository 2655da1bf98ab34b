import { t } from '@vscode/l10n';
import type { ConfigKind } from '../mmar/kind.ts';
import { byocMissing } from './checks/byocMissing.ts';
import { datalistCases } from './checks/datalistCases.ts';
import { disabledAlternatives } from './checks/disabledAlternatives.ts';
import { missingEnvironmentFiles, missingFiles } from './checks/missingFiles.ts';
import { misspeltVariable } from './checks/misspeltVariable.ts';
import { unresolvedPlaceholder } from './checks/unresolvedPlaceholder.ts';
import { unresolvedRef } from './checks/unresolvedRef.ts';
import { unresolvedReference } from './checks/unresolvedReference.ts';
import { wrongForm } from './checks/wrongForm.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';
import { parseConfig, type ConfigDoc } from './parse.ts';
import { parseYaml } from './parseYaml.ts';
import { schemaFindings } from './schema.ts';
import type { SchemaKind, Schemas } from './schemas.ts';

export type CheckedKind = ConfigKind | 'clusters';

export interface CheckInput {
  readonly kind: CheckedKind | undefined;
  readonly text: string;
  readonly facts: Facts;
  readonly schemas: Schemas;
}

type Check = (doc: ConfigDoc, facts: Facts) => Finding[];

const sections: readonly Check[] = [
  unresolvedPlaceholder,
  unresolvedReference,
  unresolvedRef,
  disabledAlternatives,
  missingFiles,
  byocMissing,
  wrongForm,
];

/** What is looked at beyond the schema, by kind of file. */
const checks: Readonly<Record<CheckedKind, readonly Check[]>> = {
  train: sections,
  validation: sections,
  inference: sections,
  environment: [missingEnvironmentFiles],
  aiaa: [],
  datalist: [datalistCases],
  automl: [unresolvedPlaceholder, byocMissing],
  fed: [unresolvedPlaceholder, byocMissing],
  pipeline: [],
  bundle: [],
  clusters: [],
};

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
export async function checkText({ kind, text, facts, schemas }: CheckInput): Promise<Finding[]> {
  if (kind === 'clusters' && text.trim() === '') return [];
  const doc = kind === 'clusters' ? parseYaml(text) : parseConfig(text);
  const found = [...doc.findings];
  if (kind !== undefined && doc.root) {
    for (const check of checks[kind]) found.push(...guarded(() => check(doc, facts)));
    if (isSchemaKind(kind)) {
      found.push(...(await schemaFindings(doc, kind, schemas).catch(failed)));
      if (withVariables.has(kind))
        found.push(...guarded(() => misspeltVariable(doc, kind, schemas[kind])));
    }
  }
  return unique(withoutNoise(found)).sort((a, b) => a.range.offset - b.range.offset);
}

function isSchemaKind(kind: CheckedKind): kind is SchemaKind & CheckedKind {
  return withSchema.has(kind);
}

function guarded(check: () => Finding[]): Finding[] {
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

/** While a text is half typed, what "is missing" is only not there yet. */
function withoutNoise(findings: readonly Finding[]): readonly Finding[] {
  if (!findings.some(({ code }) => code === 'syntax')) return findings;
  return findings.filter(({ code }) => code !== 'missing-key');
}

/** The schema and a check may say the same of the same place. */
function unique(findings: readonly Finding[]): Finding[] {
  const unknown = new Set(findings.flatMap(f => (f.code === 'unknown-key' ? f.range.offset : [])));
  const seen = new Set<string>();
  return findings.filter(({ code, range, message }) => {
    if (code === 'misspelt-variable' && unknown.has(range.offset)) return false;
    // Several keys may be missing at one place.
    const what = code === 'missing-key' ? message : '';
    const key = `${code} ${range.offset} ${range.length} ${what}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
