import type { Finding, Severity } from './finding.ts';

/** Code -> how much it matters to the user; "off" leaves it out. */
export type Severities = Readonly<Record<string, Severity | 'off'>>;

export const severityLevels: readonly (Severity | 'off')[] = [
  'error',
  'warning',
  'info',
  'hint',
  'off',
];

/** What a setting holds, without what is no severity. */
export function readSeverities(value: unknown): Severities {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([code, level]): [string, Severity | 'off'][] => {
      const known = severityLevels.find(name => name === level);
      return known ? [[code, known]] : [];
    }),
  );
}

export function withSeverities(findings: readonly Finding[], severities: Severities): Finding[] {
  const chosen = new Map(Object.entries(severities)); // "constructor" is no code
  return findings.flatMap(finding => {
    const level = chosen.get(finding.code) ?? finding.severity;
    return level === 'off' ? [] : [{ ...finding, severity: level }];
  });
}
