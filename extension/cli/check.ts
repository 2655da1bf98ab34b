import { readFileSync } from 'node:fs';
import path from 'node:path';
import { t } from '@vscode/l10n';
import { allCodes } from '../core/config/checks/index.ts';
import { closest } from '../core/config/closest.ts';
import type { Finding } from '../core/config/finding.ts';
import { loadSchemas } from '../core/config/schemas.ts';
import { severityLevels, type Severities } from '../core/config/severities.ts';
import { openCatalogs } from '../io/catalog.ts';
import { folderChecker, type CheckTarget } from '../io/checkFolder.ts';
import {
  asJson,
  asLines,
  asSarif,
  reported,
  type CheckedFile,
  type ReportedFinding,
} from './checkReport.ts';
import { targetsOf } from './checkTargets.ts';
import { everywhere, readArguments, setValues, WrongUse, type Out } from './commandLine.ts';
import { debug, messageOf } from './failure.ts';
import { shipped } from './packageFolder.ts';

const help = (): string =>
  t(`Usage: mmar check [--json | --sarif] [--severity CODE=LEVEL]... [--set KEY=VALUE]... PATH...

Checks the configs of MMARs and MONAI Bundles, with their datalists, custom classes and scripts.
PATH is an MMAR, a bundle, a folder that holds some, or one file.

  --set KEY=VALUE        a variable, as on the command line of the training; several may follow
  --severity CODE=LEVEL  how much a finding counts: error, warning, info, hint or off
  --monai VERSION        the release of MONAI to check against, instead of that of the file
  --json                 one JSON document instead of lines
  --sarif                one SARIF 2.1.0 document instead of lines
  --help                 this text

Exit status: 0 nothing, or hints and information only, 1 warnings, 2 errors, 3 could not check.`);

const options = {
  ...everywhere,
  sarif: { type: 'boolean' },
  severity: { type: 'string', multiple: true },
  monai: { type: 'string' },
} as const;

/** `mmar check`: the checks of the editor for CI. Gives the exit status. */
export async function runCheck(argv: readonly string[], out: Out, err = out): Promise<number> {
  try {
    return await check(argv, out);
  } catch (error) {
    const message = messageOf(error);
    if (message === undefined) throw error;
    err(`mmar check: ${message}`);
    debug(error, { out, err });
    return status.couldNot;
  }
}

const status = { clean: 0, warnings: 1, errors: 2, couldNot: 3 } as const;

async function check(argv: readonly string[], out: Out): Promise<number> {
  const { values, positionals } = readArguments(argv, options);
  if (values.help === true) {
    out(help());
    return status.clean;
  }
  if (values.json === true && values.sarif === true)
    throw new WrongUse(t('give --json or --sarif, not both'));
  if (positionals.length === 0)
    throw new WrongUse(t('give the folder of an MMAR, or a file (--help)'));
  const targets = new Map<string, CheckTarget>();
  for (const given of positionals)
    for (const target of targetsOf(given)) targets.set(target.file, target);
  const files = await checkAll([...targets.values()], {
    set: setValues(values.set),
    severities: severitiesIn(values.severity),
    release: releaseIn(values.monai),
  });
  const findings = reported(files);
  if (values.json === true) out(asJson(findings));
  else if (values.sarif === true) out(asSarif(findings));
  else for (const line of asLines(findings, files.length)) out(line);
  return statusOf(findings);
}

interface Wanted {
  readonly set: Readonly<Record<string, unknown>>;
  readonly severities: Severities;
  readonly release: string | undefined;
}

/** Catalogue and schemas are loaded once for all folders. */
async function checkAll(targets: readonly CheckTarget[], wanted: Wanted): Promise<CheckedFile[]> {
  const data = shipped('mmar-schemas');
  const checkTarget = folderChecker({
    ...wanted,
    schemas: loadSchemas(file => readFileSync(path.join(data, file), 'utf8')),
    knowledge: openCatalogs(path.join(data, 'components')),
  });
  const files: CheckedFile[] = [];
  for (const target of targets) {
    const { file } = target;
    const checked = await checkTarget(target);
    files.push({ file, text: '', findings: [unreadable()], ...checked });
  }
  return files;
}

function unreadable(): Finding {
  const message = t('This file cannot be read.');
  return { code: 'unreadable', severity: 'error', range: { offset: 0, length: 0 }, message };
}

function severitiesIn(given: readonly string[] = []): Severities {
  return Object.fromEntries(
    given.map(pair => {
      const [, code = '', text = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
      const level = severityLevels.find(name => name === text);
      if (level === undefined)
        throw new WrongUse(
          t('--severity takes CODE=LEVEL with {0}, not "{1}"', severityLevels.join(', '), pair),
        );
      const codes = allCodes.map(known => known.code);
      if (codes.includes(code)) return [code, level];
      const meant = closest(code, codes);
      throw new WrongUse(
        meant === undefined
          ? t('--severity {0}: there is no such code', code)
          : t('--severity {0}: there is no such code. Did you mean {1}?', code, meant),
      );
    }),
  );
}

function releaseIn(given: string | undefined): string | undefined {
  if (given !== undefined && !/^\d+\.\d+/.test(given))
    throw new WrongUse(t('--monai takes a release such as 1.3.2, not "{0}"', given));
  return given;
}

function statusOf(findings: readonly ReportedFinding[]): number {
  const has = (severity: ReportedFinding['severity']) =>
    findings.some(finding => finding.severity === severity);
  return has('error') ? status.errors : has('warning') ? status.warnings : status.clean;
}
