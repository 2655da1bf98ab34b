import { t } from '@vscode/l10n';
import { closest } from '../config/closest.ts';
import type { Finding, Range } from '../config/finding.ts';
import {
  fieldOf,
  headOf,
  keyOf,
  plainValue,
  rangeOf,
  type ConfigDoc,
  type ConfigNode,
} from '../config/parse.ts';
import { parseYaml } from '../config/parseYaml.ts';

/** A machine that runs are sent to, as `.mmar/clusters.yaml` names it. */
export interface ClusterProfile {
  readonly name: string;
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly identityFile?: string;
  readonly knownHosts?: string;
  readonly scheduler: 'slurm' | 'process';
  /** Folder on the host for runs and uploads. */
  readonly root: string;
  /** Interpreter with MONAI on the compute nodes. */
  readonly python: string;
  /** Interpreter of the login node for mmar_remote. */
  readonly remotePython?: string;
  readonly partition?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly gpus?: number;
  readonly cpus?: number;
  readonly memory?: string;
  /** As Slurm takes it: `04:00:00`, or minutes. */
  readonly time?: string;
}

/** The embedded cluster's name; no profile may have it. */
const reserved = 'local';

/**
 * The profiles of a file and what is wrong in it. A profile with an error is left out as a whole:
 * without the key that was misspelt its jobs would go to the wrong queue.
 */
export function parseClusters(yamlText: string): {
  profiles: ClusterProfile[];
  findings: Finding[];
} {
  const doc = parseYaml(yamlText);
  const findings = [...doc.findings];
  if (!doc.root || doc.root.type === 'null') return { profiles: [], findings };
  const clusters = clustersOf(doc, findings);
  const profiles: ClusterProfile[] = [];
  for (const property of clusters?.children ?? []) {
    const found = checkEntry(property);
    const isWhole = found.length === 0 && !doc.findings.some(f => spoils(f, property));
    findings.push(...found);
    if (isWhole) profiles.push(profileOf(property));
  }
  return { profiles, findings };
}

/** A text with a syntax error cannot be trusted anywhere, a repeated key spoils its own profile. */
function spoils({ code, range }: Finding, property: ConfigNode): boolean {
  const end = property.offset + property.length;
  return code === 'syntax' || (range.offset >= property.offset && range.offset < end);
}

function clustersOf(doc: ConfigDoc, findings: Finding[]): ConfigNode | undefined {
  const { root } = doc;
  if (!root) return undefined;
  if (root.type !== 'object') {
    findings.push(error('wrong-type', firstOf(root), t('Expected "clusters:" with profiles.')));
    return undefined;
  }
  for (const property of root.children ?? [])
    if (keyOf(property) !== 'clusters') findings.push(unknownKey(property, ['clusters']));
  const clusters = fieldOf(root, 'clusters');
  if (!clusters) {
    findings.push(error('missing-key', firstOf(root), t('"{0}" is missing.', 'clusters')));
    return undefined;
  }
  // all profiles commented out
  if (clusters.type === 'null' || clusters.type === 'object') return clusters;
  findings.push(error('wrong-type', headOf(clusters), t('Expected profiles by their names.')));
  return undefined;
}

function checkEntry(property: ConfigNode): Finding[] {
  const [keyNode, value] = property.children ?? [];
  const place = rangeOf(keyNode ?? property);
  const name = keyOf(property) ?? '';
  if (name === reserved)
    return [error('reserved-name', place, t('"local" is this machine; choose another name.'))];
  if (name.trim() === '') return [error('wrong-value', place, t('A profile needs a name.'))];
  if (value?.type !== 'object')
    return [error('wrong-type', place, t('Expected the keys of a profile, such as "host".'))];
  const fields = (value.children ?? []).flatMap(checkField);
  const missing = required.filter(key => !fieldOf(value, key));
  return [
    ...fields,
    ...missing.map(key => error('missing-key', place, t('"{0}" is missing.', key))),
  ];
}

const required = ['host', 'scheduler', 'root', 'python'] as const;

/** Says what is expected instead; undefined when the value is right. */
type Check = (value: unknown) => string | undefined;

const text: Check = value =>
  // a line break could smuggle another line into a batch script
  typeof value === 'string' && /^[^\p{Cc}]+$/u.test(value)
    ? undefined
    : t('Expected a text of one line.');

const word: Check = value =>
  typeof value === 'string' && /^[^\s\p{Cc}]+$/u.test(value)
    ? undefined
    : t('Expected a name without spaces.');

const number =
  (from: number, to = Number.MAX_SAFE_INTEGER): Check =>
  value =>
    typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
      ? undefined
      : to === Number.MAX_SAFE_INTEGER
        ? t('Expected a whole number from {0} on.', from)
        : t('Expected a whole number from {0} to {1}.', from, to);

const scheduler: Check = value =>
  value === 'slurm' || value === 'process' ? undefined : t('Expected slurm or process.');

const memory: Check = value =>
  typeof value === 'string' && /^[1-9]\d*[KMGT]?$/.test(value)
    ? undefined
    : t('Expected an amount of memory such as 16G.');

const time: Check = value =>
  (typeof value === 'number' && Number.isInteger(value) && value >= 1) ||
  (typeof value === 'string' && /^(\d+|(\d+-)?\d{1,2}(:[0-5]\d){1,2}|\d+-\d{1,2})$/.test(value))
    ? undefined
    : t('Expected HH:MM:SS or a number of minutes.');

/** The keys of a profile; the schema of the file says the same. */
const checks: Readonly<Record<Exclude<keyof ClusterProfile, 'name'>, Check>> = {
  host: word,
  port: number(1, 65_535),
  user: word,
  identityFile: text,
  knownHosts: text,
  scheduler,
  root: text,
  python: text,
  remotePython: text,
  partition: word,
  account: word,
  qos: word,
  gpus: number(0),
  cpus: number(1),
  memory,
  time,
};
const keys = Object.keys(checks);

function checkField(property: ConfigNode): Finding[] {
  const [keyNode, value] = property.children ?? [];
  const key = keyOf(property) ?? '';
  const check = Object.hasOwn(checks, key) ? checks[key as keyof typeof checks] : undefined;
  if (!check) return [unknownKey(property, keys)];
  const expected = check(value && plainValue(value));
  if (expected === undefined) return [];
  // a value that is not written yet takes no room to underline
  const place = rangeOf(value && value.length > 0 ? value : (keyNode ?? property));
  return [error('wrong-value', place, t('"{0}": {1}', key, expected))];
}

function unknownKey(property: ConfigNode, known: readonly string[]): Finding {
  const key = keyOf(property) ?? '';
  const place = rangeOf(property.children?.[0] ?? property);
  const meant = closest(key, known);
  return error(
    'unknown-key',
    place,
    meant === undefined
      ? t('"{0}" is not known here. Known: {1}.', key, known.join(', '))
      : t('"{0}" is not known here. Did you mean "{1}"?', key, meant),
  );
}

/** Only for entries without findings: every value has been checked. */
function profileOf(property: ConfigNode): ClusterProfile {
  const value = property.children?.[1];
  const fields = value ? (plainValue(value) as Record<string, unknown>) : {};
  const { time: limit, ...others } = fields;
  // minutes may be written as a number
  const written = typeof limit === 'number' ? String(limit) : limit;
  return {
    ...others,
    name: keyOf(property),
    ...(written === undefined ? {} : { time: written }),
  } as unknown as ClusterProfile;
}

const firstOf = (node: ConfigNode): Range => ({
  offset: node.offset,
  length: Math.min(1, node.length),
});

const error = (code: string, range: Range, message: string): Finding => ({
  code,
  severity: 'error',
  range,
  message,
});
