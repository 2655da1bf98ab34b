import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import { parseConfig, valueOf } from '../../core/config/parse.ts';
import {
  channelsProblem,
  labelsFrom,
  labelsProblem,
  mmarNameProblem,
  numbersFrom,
  patchProblem,
  spacingProblem,
} from '../../core/mmar/newMmar/answers.ts';
import { fromDatalist, type DatalistFacts } from '../../core/mmar/newMmar/fromDatalist.ts';
import { windows } from '../../core/mmar/newMmar/transforms.ts';
import {
  defaultsFor,
  modalities,
  networkNames,
  newMmarFiles,
  templateData,
  type DataChoice,
  type MmarChoices,
  type Modality,
  type NetworkName,
} from '../../core/mmar/newMmar.ts';
import { UserProblem } from '../reportError.ts';
import { Questions, stepBack } from './ask.ts';
import { at, namesIn, OneEdit } from './files.ts';

/** Asks for what a segmentation MMAR is made from, writes it in one edit and opens its training config. */
export async function newMmar(): Promise<void> {
  const questions = new Questions(t('New MMAR'), 9);
  const parent = await askParent();
  const given = await askData(questions);
  const choices = await askChoices(questions, parent, given);
  const mmar = vscode.Uri.joinPath(parent, choices.name);
  const edit = new OneEdit();
  for (const file of newMmarFiles({ ...choices, data: seenFrom(mmar, given) }))
    edit.create(mmar, file);
  await edit.apply();
  await open(mmar);
}

/** The folder of the workspace that takes the MMAR; without one, any folder. */
async function askParent(): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [first] = folders;
  if (first && folders.length === 1) return first.uri;
  if (first) {
    const placeHolder = t('In which folder?');
    return (await vscode.window.showWorkspaceFolderPick({ placeHolder }))?.uri ?? stepBack();
  }
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: t('Make the MMAR Here'),
    title: t('Folder for the new MMAR'),
  });
  return picked?.[0] ?? stepBack();
}

interface GivenData {
  /** What is known from a datalist that exists. */
  readonly facts: DatalistFacts | undefined;
  readonly data: DataChoice;
  /** Where its paths start from. */
  readonly folder: vscode.Uri | undefined;
}

async function askData(questions: Questions): Promise<GivenData> {
  const template = {
    label: t('Later: write a template of a datalist'),
    description: t('data/dataset.json, to be filled in'),
    isTemplate: true,
  };
  const existing = {
    label: t('From a datalist...'),
    description: t('JSON with "training" and, best, "validation" and "test"'),
    isTemplate: false,
  };
  const answer = await questions.choose([template, existing], t('Which data is it trained with?'));
  if (answer.isTemplate) return { facts: undefined, data: templateData, folder: undefined };
  const picked = await vscode.window.showOpenDialog({
    filters: { [t('Datalist')]: ['json'] },
    openLabel: t('Use This Datalist'),
    title: t('Datalist of the new MMAR'),
  });
  const file = picked?.[0] ?? stepBack();
  const doc = parseConfig((await vscode.workspace.openTextDocument(file)).getText());
  const facts = fromDatalist(valueOf(doc), slashes(file.fsPath));
  if (doc.findings.length > 0 || !facts.data)
    throw new UserProblem(
      t(
        '{0} has no list "training" with two cases or more. Choose another datalist, or start with a template.',
        path.basename(file.fsPath),
      ),
    );
  const folder = vscode.Uri.joinPath(file, '..');
  return { facts, data: { ...facts.data, root: slashes(folder.fsPath) }, folder };
}

async function askChoices(
  questions: Questions,
  parent: vscode.Uri,
  { facts, data }: GivenData,
): Promise<MmarChoices> {
  const existing = await namesIn(parent);
  const wrongName = (text: string): string | undefined => mmarNameProblem(text, existing);
  const suggestion = (facts?.name ?? 'segmentation').toLowerCase();
  const name = await questions.type(t('Name of its folder'), suggestion, wrongName);
  const modality = await askModality(questions, facts?.modality);
  const dimensions = await askDimensions(questions, facts?.dimensions);
  const channels = await questions.type(
    t('Channels of an image, such as the sequences of an MR'),
    `${facts?.channels ?? 1}`,
    channelsProblem,
  );
  const labels = await questions.type(
    t('Names of the labels 1, 2, ... with commas between them; the background is none'),
    facts?.labels.join(', ') ?? '',
    labelsProblem,
  );
  const network = await askNetwork(questions);
  const { spacing, patch } = defaultsFor(dimensions);
  const grid = await questions.type(
    t('Millimetres per voxel that all images are resampled to'),
    spacing.join(' '),
    text => spacingProblem(text, dimensions),
  );
  const window = await questions.type(
    t('Voxels of a patch: larger ones see more and need more memory'),
    patch.join(' '),
    text => patchProblem(text, dimensions),
  );
  return {
    name: name.trim(),
    labels: labelsFrom(labels),
    channels: Number(channels),
    spacing: numbersFrom(grid),
    patch: numbersFrom(window),
    ...{ modality, dimensions, network, data },
  };
}

/** What was read from a datalist comes first, so that Enter accepts it. */
const likelyFirst = <T extends { readonly likely: boolean }>(items: readonly T[]): T[] =>
  items.toSorted((one, other) => Number(other.likely) - Number(one.likely));

async function askModality(questions: Questions, likely: Modality | undefined): Promise<Modality> {
  const items = modalities.map(modality => {
    const window = windows[modality];
    const description = window
      ? t('{0} to {1} HU are scaled to 0..1', window[0], window[1])
      : t('every image to mean 0 and deviation 1');
    return { label: modality, description, modality, likely: modality === likely };
  });
  return (await questions.choose(likelyFirst(items), t('Images of what?'))).modality;
}

async function askDimensions(questions: Questions, likely: 2 | 3 | undefined): Promise<2 | 3> {
  const items = ([3, 2] as const).map(dimensions => ({
    label: dimensions === 3 ? t('3D, volumes') : t('2D, single images'),
    dimensions,
    likely: dimensions === likely,
  }));
  return (await questions.choose(likelyFirst(items), t('How many dimensions?'))).dimensions;
}

const networkWords: Record<NetworkName, () => string> = {
  UNet: () => t('a good start: quick, little memory'),
  SegResNet: () => t('residual, good on MR of the brain'),
  BasicUNet: () => t('the classic, without residual units'),
  DynUNet: () => t('as nnU-Net builds it'),
  UNETR: () => t('transformer: many cases, much memory; needs the Python package einops'),
};

async function askNetwork(questions: Questions): Promise<NetworkName> {
  const items = networkNames.map(network => ({
    label: network,
    description: networkWords[network](),
    network,
  }));
  return (await questions.choose(items, t('Which network?'))).network;
}

const slashes = (file: string): string => file.replaceAll('\\', '/');

/** Paths are relative within the workspace, so that they still fit when the whole is moved. */
function seenFrom(mmar: vscode.Uri, { data, folder }: GivenData): DataChoice {
  if (!folder) return data;
  const [one, other] = [mmar, folder].map(
    uri => vscode.workspace.getWorkspaceFolder(uri)?.uri.path,
  );
  const isNear = one !== undefined && one === other;
  const root = isNear ? path.posix.relative(mmar.path, folder.path) || '.' : data.root;
  const { datalist } = data;
  return {
    ...data,
    root,
    datalist: datalist && path.posix.join(root, path.posix.basename(datalist)),
  };
}

async function open(mmar: vscode.Uri): Promise<void> {
  if (!vscode.workspace.getWorkspaceFolder(mmar)) {
    await vscode.commands.executeCommand('vscode.openFolder', mmar);
    return;
  }
  const config = await vscode.workspace.openTextDocument(at(mmar, 'config/config_train.json'));
  await vscode.window.showTextDocument(config, { preview: false });
}
