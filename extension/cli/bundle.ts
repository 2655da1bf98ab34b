import path from 'node:path';
import { t } from '@vscode/l10n';
import { toBundle } from '../core/mmar/toBundle.ts';
import { readMmarConfigs, writeBundle } from '../io/bundleFolder.ts';
import { mmarFiles } from '../io/mmarFolder.ts';
import {
  everywhere,
  Exit,
  readArguments,
  setValues,
  WrongUse,
  type Terminal,
} from './commandLine.ts';
import { count, placeFindings, printFindings, type CompilerFinding } from './compilerFindings.ts';
import { answering, jsonDocument, type Problem } from './failure.ts';
import { mmarFolder, trainConfig } from './mmarFolder.ts';
import { runtimeSource } from './packageFolder.ts';
import { unusedSet } from './unusedSet.ts';

const help = (): string =>
  t(`Usage: mmar bundle MMAR OUT [--config FILE] [--set KEY=VALUE]... [--json]

Compiles an MMAR to a MONAI Bundle, the new folder OUT, and lists what has another form there or no counterpart.

  --config FILE    training config of the MMAR; config/config_train.json
  --set KEY=VALUE  a variable, as on the command line of the training; several may follow
  --json           one JSON document instead of lines
  --help           this text

Exit status: 0 written, 1 written, but something that training needs has no counterpart,
2 wrong use, 3 could not be written.`);

/** What `mmar bundle --json` prints. */
export interface BundleReport {
  /** The folder that was written; null when none was. */
  readonly bundle: string | null;
  /** True when nothing that training needs is missing. */
  readonly runnable: boolean;
  readonly findings: readonly CompilerFinding[];
  readonly problems: readonly Problem[];
}

const blank: BundleReport = { bundle: null, runnable: false, findings: [], problems: [] };

/** `mmar bundle`: an MMAR as a MONAI Bundle. Gives the exit status. */
export async function runBundle(argv: readonly string[], terminal: Terminal): Promise<number> {
  return answering('bundle', { argv, terminal, blank }, () => bundle(argv, terminal));
}

async function bundle(argv: readonly string[], { out, err }: Terminal): Promise<number> {
  const { values, positionals } = readArguments(argv, {
    ...everywhere,
    config: { type: 'string' },
  });
  if (values.help === true) {
    out(help());
    return Exit.ok;
  }
  const [given, target, ...more] = positionals;
  const mmar = mmarFolder(given);
  if (target === undefined) throw new WrongUse(t('give the folder to write as well (--help)'));
  if (more.length > 0) throw new WrongUse(t('too much: {0} (--help)', more.join(' ')));
  const config = trainConfig(mmar, values.config);
  const set = setValues(values.set);
  for (const warning of unusedSet(mmar, config, set)) err(`mmar bundle: ${warning}`);
  const report = await compile(path.resolve(target), { mmar, config, set });
  if (values.json === true) out(jsonDocument(report));
  else print(report, path.relative(process.cwd(), mmar), out);
  return report.runnable ? Exit.ok : Exit.failed;
}

async function compile(
  target: string,
  { mmar, config, set }: { mmar: string; config: string; set: ReturnType<typeof setValues> },
): Promise<BundleReport> {
  const made = toBundle({
    ...(await readMmarConfigs(mmar, config)),
    set,
    runtime: runtimeSource(),
    name: path.basename(mmar),
  });
  await writeBundle(made, await mmarFiles(mmar), target);
  const findings = placeFindings(mmar, config, made.findings);
  return { bundle: target, runnable: made.runnable, findings, problems: [] };
}

function print({ bundle, runnable, findings }: BundleReport, shown: string, out: Terminal['out']) {
  printFindings(findings, shown, out);
  const errors = count(findings, 'error');
  const warnings = count(findings, 'warning');
  out(
    runnable
      ? t('{0} is written: {1} warnings', bundle ?? '', warnings)
      : t(
          '{0} is written, but cannot train: {1} errors above say what is missing',
          bundle ?? '',
          errors,
        ),
  );
}
