import { existsSync, mkdirSync, mkdtempSync, cpSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkText } from '../../../../../extension/core/config/check.ts';
import { makeContext, type CheckContext } from '../../../../../extension/core/config/context.ts';
import type { Finding } from '../../../../../extension/core/config/finding.ts';
import type { ComponentUse, ConfigModel } from '../../../../../extension/core/config/model.ts';
import { otherConfig } from '../../../../../extension/core/config/facts.ts';
import {
  bundleTargets,
  folderFacts,
  mmarTargets,
  readText,
  type CheckTarget,
} from '../../../../../extension/io/checkFolder.ts';
import { nifti } from '../../../volumes.ts';
import { knowledge } from '../running.ts';
import { schemas } from '../schemas.ts';

const repo = path.join(__dirname, '../../../../..');
const data = path.join(repo, '../shared/data');

/** A file without faults (or with known ones), into which faults are put. */
export interface Subject {
  readonly target: CheckTarget;
  readonly text: string;
  readonly model: ConfigModel;
  readonly context: CheckContext;
  /** Components that the catalogue knows. */
  readonly uses: readonly ComponentUse[];
  /** From a folder of this repository. */
  readonly isOwn: boolean;
  check(text: string): Promise<Finding[]>;
}

/** The sample beside a small datalist with volumes, the 4.0 fixture, and public examples where there are any. */
export async function subjects(): Promise<{ all: Subject[]; folder: string; isPublic: boolean }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mmar faults '));
  const isPublic = existsSync(path.join(data, 'mmars'));
  const targets = [
    ...mmarTargets(sampleIn(folder)),
    ...mmarTargets(path.join(repo, 'test/fixtures/mmar40')),
    ...(isPublic ? publicTargets() : []),
  ];
  const factsOf = folderFacts();
  const all: Subject[] = [];
  for (const target of targets) {
    const text = readText(target.file) ?? '';
    const facts = await factsOf(target, text);
    const model = { ...otherConfig(target.file, text), ...kindOf(target) };
    const context = makeContext(model, { facts, knowledge });
    const uses = model.components.filter(use => context.specOf(use));
    // other volumes may be named in a changed datalist
    const around = (changed: string) =>
      target.kind === 'datalist' ? factsOf(target, changed) : Promise.resolve(facts);
    const check = async (changed: string): Promise<Finding[]> =>
      checkText({ ...target, text: changed, facts: await around(changed), schemas, knowledge });
    const isOwn = !target.file.startsWith(data);
    all.push({ target, text, model, context, uses, isOwn, check });
  }
  return { all, folder, isPublic };
}

/** What otherConfig cannot tell: scripts and datalists by other names. */
const kindOf = ({ kind }: CheckTarget) => (kind === undefined ? {} : { kind });

function publicTargets(): CheckTarget[] {
  const below = (part: string) => {
    const place = path.join(data, part);
    return readdirSync(place).map(name => path.join(place, name));
  };
  return [...below('mmars').flatMap(mmarTargets), ...below('bundles').flatMap(bundleTargets)];
}

function sampleIn(folder: string): string {
  const mmar = path.join(folder, 'spleen');
  cpSync(path.join(repo, 'samples/spleen'), mmar, { recursive: true });
  const place = path.join(folder, 'data/phantom');
  const volume = nifti({ dims: [2, 2, 2], values: [0, 1, 0, 1, 0, 1, 0, 1] });
  const larger = nifti({ dims: [3, 2, 2], values: new Array<number>(12).fill(0) });
  const list = (name: string) =>
    [1, 2, 3].map(i => ({
      image: `${name}/${name}_${i}_image.nii`,
      label: `${name}/${name}_${i}_label.nii`,
    }));
  const lists = { training: list('training'), validation: list('validation'), test: list('test') };
  for (const { image, label } of Object.values(lists).flat())
    for (const file of [image, label]) {
      mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
      writeFileSync(path.join(place, file), volume);
    }
  writeFileSync(path.join(place, 'larger_label.nii'), larger);
  writeFileSync(
    path.join(place, 'dataset.json'),
    JSON.stringify({ labels: { 0: 'background', 1: 'spleen' }, ...lists }, undefined, 2),
  );
  return mmar;
}
