import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import { isRunning, type KnownRun } from '../../core/runs/knownRun.ts';
import { stemOf } from '../../core/runs/predictions.ts';
import type { Mmar } from '../../core/mmar/layout.ts';
import { UserProblem } from '../reportError.ts';

/** An MMAR as this feature needs it; the tree's own objects fit. */
export interface ChosenMmar {
  readonly mmar: Mmar;
  readonly uri: vscode.Uri;
}

/** What a command may be given: by the tree, by a URI of the explorer or editor, or nothing by the palette. */
export type Given =
  vscode.Uri | { readonly kind: string; readonly [key: string]: unknown } | undefined;

const isUri = (given: Given): given is vscode.Uri => given instanceof vscode.Uri;

/** The MMAR that is meant: given, that of the given or active file, the only one, or the user's choice. */
export async function pickMmar(
  all: readonly ChosenMmar[],
  given: Given,
): Promise<ChosenMmar | undefined> {
  if (given && !isUri(given) && 'found' in given) return given['found'] as ChosenMmar;
  const file = isUri(given) ? given : vscode.window.activeTextEditor?.document.uri;
  const inside = file && all.find(m => isInside(file, m.uri));
  if (inside) return inside;
  if (all.length === 0)
    throw new UserProblem(t('There is no MMAR in this workspace: open a folder that has one.'));
  if (all.length === 1) return all[0];
  const picked = await vscode.window.showQuickPick(
    all.map(m => ({ label: m.mmar.name, description: m.mmar.root, m })),
    { placeHolder: t('Which MMAR?') },
  );
  return picked?.m;
}

const isInside = (file: vscode.Uri, folder: vscode.Uri): boolean =>
  file.path === folder.path || file.path.startsWith(`${folder.path}/`);

/** Path of the training config below the MMAR. */
export async function pickTrainConfig(
  { mmar, uri }: ChosenMmar,
  given: Given,
): Promise<string | undefined> {
  const below = (file: vscode.Uri): string => path.posix.relative(uri.path, file.path);
  const configs = mmar.configs
    .filter(c => c.kind === 'train')
    .map(c => (mmar.root === '' ? c.path : c.path.slice(mmar.root.length + 1)));
  const file = isUri(given) ? given : (given?.['uri'] as vscode.Uri | undefined);
  const named = file && configs.find(c => c === below(file));
  if (named) return named;
  if (configs.length === 0)
    throw new UserProblem(t('{0} has no training config in config/.', mmar.name));
  if (configs.length === 1) return configs[0];
  return vscode.window.showQuickPick(configs, { placeHolder: t('Train which config?') });
}

export interface ChosenTraining {
  readonly chosen: ChosenMmar;
  readonly config: string;
}

/** MMAR and training config that are meant. */
export async function pickTraining(
  all: readonly ChosenMmar[],
  given: Given,
): Promise<ChosenTraining | undefined> {
  const chosen = await pickMmar(all, given);
  const config = chosen && (await pickTrainConfig(chosen, given));
  return chosen && config !== undefined ? { chosen, config } : undefined;
}

const icons = { train: 'play', infer: 'wand', preflight: 'beaker' } as const;

/** The run that is meant: given by the tree, the only one that fits, or the user's choice. */
export async function pickRun(
  runs: readonly KnownRun[],
  given: Given,
  question: string,
): Promise<KnownRun | undefined> {
  if (given && !isUri(given) && 'run' in given) {
    const { record, cluster } = given['run'] as KnownRun;
    return runs.find(r => r.record.id === record.id && r.cluster === cluster);
  }
  if (runs.length <= 1) return runs[0];
  const picked = await vscode.window.showQuickPick(
    runs.map(run => ({
      label: `$(${icons[run.record.purpose]}) ${run.record.mmar}`,
      description: `${run.status.state} · ${run.cluster}`,
      detail: run.record.id,
      run,
    })),
    { placeHolder: question, matchOnDetail: true },
  );
  return picked?.run;
}

export interface ChosenCase {
  readonly run: KnownRun;
  readonly index: number;
}

/** A predicted case: given by the tree, or chosen among all that are ready. */
export async function pickCase(
  runs: readonly KnownRun[],
  given: Given,
): Promise<ChosenCase | undefined> {
  if (given && !isUri(given) && 'index' in given)
    return { run: given['run'] as KnownRun, index: given['index'] as number };
  const ready = runs.filter(r => r.record.purpose === 'infer' && !isRunning(r));
  const items = ready.flatMap(run =>
    (run.record.cases ?? []).map((entry, index) => ({
      label: stemOf(entry.image),
      description: run.record.mmar,
      detail: run.record.id,
      run,
      index,
    })),
  );
  if (items.length === 0)
    throw new UserProblem(t('No case was predicted yet: run MMAR: Infer first.'));
  return vscode.window.showQuickPick(items, {
    placeHolder: t('Which case?'),
    matchOnDetail: true,
  });
}
