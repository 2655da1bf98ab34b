import path from 'node:path';
import { parseConfig, rangeAt } from '../core/config/parse.ts';
import type { JsonPath, Severity } from '../core/config/finding.ts';
import type { BundleFinding, BundleSource } from '../core/mmar/toBundle.ts';
import type { Out } from './commandLine.ts';
import { readText } from './mmarFolder.ts';
import { placeAt, type Place } from './place.ts';

/** What the compiler found, with its place in the MMAR. */
export interface CompilerFinding extends Place {
  /** Below the MMAR, with slashes. */
  readonly file: string;
  readonly code: string;
  readonly severity: Severity;
  /** Keys and indices down to the value. */
  readonly path: JsonPath;
  readonly message: string;
}

export function placeFindings(
  mmar: string,
  config: string,
  findings: readonly BundleFinding[],
): CompilerFinding[] {
  const files: Readonly<Record<BundleSource, string>> = {
    train: config,
    validation: 'config/config_validation.json',
    inference: 'config/config_inference.json',
    environment: 'config/environment.json',
  };
  const docs = new Map<string, ReturnType<typeof parseConfig>>();
  return findings.map(({ source, code, severity, path: at, message }) => {
    const file = files[source];
    const doc = docs.get(file) ?? parseConfig(readText(path.join(mmar, file)) ?? '');
    docs.set(file, doc);
    const place = placeAt(doc.text, rangeAt(doc, at, 'key').offset);
    return { file, ...place, code, severity, path: at, message };
  });
}

/** One line each, in the form that editors and CI make links of. `shown` is how the user names the MMAR. */
export function printFindings(
  findings: readonly CompilerFinding[],
  shown: string,
  print: Out,
): void {
  for (const { file, line, column, severity, code, message } of findings)
    print(`${path.join(shown, file)}:${line}:${column} ${severity} ${code} ${message}`);
}

export const count = (findings: readonly CompilerFinding[], severity: Severity): number =>
  findings.filter(found => found.severity === severity).length;
