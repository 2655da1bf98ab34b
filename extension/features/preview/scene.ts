import { t } from '@vscode/l10n';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { SceneVolume, VolumeScene } from '../../../webviews/protocol/volume.ts';
import { diceByLabel } from '../../core/volume/dice.ts';
import { voxelMl } from '../../core/volume/nifti.ts';
import { checkVolume, readLabels, readStamp } from '../../io/volumes.ts';
import { UserProblem } from '../reportError.ts';
import type { Overlay } from './overlays.ts';

/** A scene, and the files behind the ids of its volumes. */
export interface Staged {
  readonly scene: VolumeScene;
  readonly files: ReadonlyMap<string, string>;
}

/** Looks at the files and says what the page shall show; a damaged overlay costs only itself. Scores come later. */
export async function stage(
  image: vscode.Uri,
  overlays: readonly Overlay[],
  signal: AbortSignal,
): Promise<Staged> {
  if (image.scheme !== 'file')
    throw new UserProblem(t('Only volumes on this machine can be shown.'));
  const problem = await checkVolume(image.fsPath, signal);
  if (problem !== undefined) throw new UserProblem(problem);
  const layers = await Promise.all(
    overlays.map(async overlay => ({
      overlay,
      problem: await checkVolume(overlay.uri.fsPath, signal),
    })),
  );
  const problems = layers.flatMap(layer => layer.problem ?? []);
  const drawn = [
    { uri: image, role: 'image' as const },
    ...layers.filter(layer => layer.problem === undefined).map(layer => layer.overlay),
  ];
  const files = new Map<string, string>();
  const volumes: SceneVolume[] = [];
  for (const { uri, role, ...rest } of drawn) {
    const { size, changed } = await readStamp(uri.fsPath);
    const id = `${uri.toString()}#${size}@${changed}`;
    files.set(id, uri.fsPath);
    volumes.push({ id, role, name: path.basename(uri.fsPath), size, ...rest });
  }
  const note = problems.length > 0 ? { note: problems.join(' ') } : {};
  return { scene: { title: path.basename(image.fsPath), volumes, ...note }, files };
}

/** The scene with its scores, or with why there are none; undefined: there is nothing to compare. */
export async function score(
  { scene, files }: Staged,
  signal: AbortSignal,
): Promise<VolumeScene | undefined> {
  const [label, prediction] = (['label', 'prediction'] as const).map(role =>
    scene.volumes.find(volume => volume.role === role),
  );
  if (!label || !prediction) return undefined;
  const read = (volume: SceneVolume): ReturnType<typeof readLabels> =>
    readLabels(files.get(volume.id) ?? '', signal);
  try {
    const [truth, guess] = [await read(label), await read(prediction)];
    const names = { ...label.labels, ...prediction.labels };
    const { scores, problem } = diceByLabel(truth, guess, names);
    const notes = [scene.note, problem].filter(text => text !== undefined);
    return {
      ...scene,
      ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
      ...(scores ? { scores, voxelMl: voxelMl(truth.header) } : {}),
    };
  } catch (error) {
    signal.throwIfAborted();
    return { ...scene, note: error instanceof Error ? error.message : String(error) };
  }
}
