import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkText, type CheckedKind, type CheckInput } from '../core/config/check.ts';
import { datalistOf, makeFacts, noFacts, otherConfig, type Facts } from '../core/config/facts.ts';
import type { Finding } from '../core/config/finding.ts';
import type { ConfigModel } from '../core/config/model.ts';
import { parseConfig, valueOf } from '../core/config/parse.ts';
import { readDatalist } from '../core/mmar/datalist.ts';
import { configKind } from '../core/mmar/kind.ts';
import type { NiftiHeader } from '../core/volume/nifti.ts';
import { readHeader } from './volumes.ts';

/** A file that is checked, and the MMAR or bundle that it belongs to. Paths have slashes. */
export interface CheckTarget {
  readonly file: string;
  readonly root: string | undefined;
  readonly kind: CheckedKind | undefined;
}

type Around = Pick<CheckInput, 'schemas' | 'knowledge' | 'release' | 'severities'> & {
  readonly set?: Readonly<Record<string, unknown>>;
};

export interface CheckedText {
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** The files of an MMAR that there are checks for: configs, the datalist, scripts. */
export function mmarTargets(root: string): CheckTarget[] {
  const configs = filesIn(root, 'config', /\.json$/i).map(file => targetOf(file, root));
  const environment = readText(path.posix.join(root, 'config/environment.json'));
  const datalist = environment === undefined ? undefined : datalistOf(root, environment);
  const named: CheckTarget[] =
    datalist !== undefined && readText(datalist) !== undefined
      ? [{ file: datalist, root, kind: 'datalist' }]
      : [];
  // Other JSON files may lie in config/, too.
  return [
    ...configs.filter(({ kind }) => kind !== undefined),
    ...named.filter(({ file }) => !configs.some(other => other.file === file)),
    ...filesIn(root, 'commands', /\.sh$/).map(file => targetOf(file, root)),
  ];
}

/** The configs of a MONAI Bundle. */
export function bundleTargets(root: string): CheckTarget[] {
  return filesIn(root, 'configs', /\.(json|ya?ml)$/i)
    .filter(file => !file.endsWith('/metadata.json'))
    .map(file => ({ file, root, kind: 'bundle' }));
}

export const isBundleFolder = (root: string): boolean =>
  existsSync(path.posix.join(root, 'configs/metadata.json'));

/** What a file is, by its name and content. */
export function targetOf(file: string, root: string | undefined): CheckTarget {
  if (/\.sh$/.test(file)) return { file, root, kind: 'script' };
  const folder = path.posix.basename(path.posix.dirname(file));
  if (folder === 'configs' && /\.(json|ya?ml)$/i.test(file)) return { file, root, kind: 'bundle' };
  if (/\.ya?ml$/i.test(file)) return { file, root: undefined, kind: 'clusters' };
  return { file, root, kind: configKind(file, valueOf(parseConfig(readText(file) ?? ''))) };
}

/** Checks files one after the other; what files of one folder share is read once. */
export function folderChecker(
  around: Around,
): (target: CheckTarget) => Promise<CheckedText | undefined> {
  const factsOf = folderFacts(around.set);
  return async target => {
    const { file, kind } = target;
    const text = readText(file);
    if (text === undefined) return undefined;
    const facts = await factsOf(target, text);
    return { text, findings: await checkText({ ...around, kind, text, file, facts }) };
  };
}

/** What is known around a file; `text` is what it holds, or would hold. */
export function folderFacts(
  set?: Readonly<Record<string, unknown>>,
): (target: CheckTarget, text: string) => Promise<Facts> {
  const folders = new Map<string, Folder>();
  return async (target, text) => {
    const { root } = target;
    if (root === undefined) return noFacts;
    const folder = folders.get(root) ?? readFolder(root);
    folders.set(root, folder);
    return factsFor(target, text, folder, set);
  };
}

interface Folder {
  readonly root: string;
  readonly environment: string | undefined;
  readonly metadata: string | undefined;
  readonly datalist: string | undefined;
  readonly custom: ReadonlyMap<string, string>;
  readonly configs: ReadonlyMap<string, ConfigModel>;
}

function readFolder(root: string): Folder {
  const environment = readText(path.posix.join(root, 'config/environment.json'));
  const datalist = environment === undefined ? undefined : datalistOf(root, environment);
  const isBundle = isBundleFolder(root);
  const files = isBundle
    ? bundleTargets(root).map(({ file }) => file)
    : filesIn(root, 'config', /\.json$/i);
  return {
    root,
    environment,
    metadata: isBundle ? readText(path.posix.join(root, 'configs/metadata.json')) : undefined,
    datalist: datalist === undefined ? undefined : readText(datalist),
    custom: new Map(
      pythonBelow(path.posix.join(root, 'custom'), 8).map(file => [file, readText(file) ?? '']),
    ),
    configs: new Map(files.map(file => [file, otherConfig(file, readText(file) ?? '')])),
  };
}

async function factsFor(
  { file, kind }: CheckTarget,
  text: string,
  folder: Folder,
  set: Readonly<Record<string, unknown>> | undefined,
): Promise<Facts> {
  const sources = {
    ...folder,
    ...(set && { set }),
    fileExists: existsSync,
    file,
    others: new Map([...folder.configs].filter(([other]) => other !== file)),
  };
  const facts = makeFacts(sources);
  if (kind !== 'datalist') return facts;
  const headers = await readHeaders(text, facts.dataRoot ?? '');
  return { ...facts, volumeHeader: volume => headers.get(volume) };
}

/** As many as somebody waits for. */
const mostCases = 100;

async function readHeaders(text: string, dataRoot: string): Promise<Map<string, NiftiHeader>> {
  const { lists } = readDatalist(valueOf(parseConfig(text)), dataRoot);
  const cases = Object.values(lists).flat().slice(0, mostCases);
  const headers = new Map<string, NiftiHeader>();
  for (const { image, label } of cases)
    for (const file of label === undefined ? [] : [image[0] ?? '', label]) {
      if (!/\.nii(\.gz)?$/i.test(file) || headers.has(file) || !existsSync(file)) continue;
      const header = await readHeader(file, AbortSignal.timeout(10_000)).catch(() => undefined);
      if (header) headers.set(file, header);
    }
  return headers;
}

export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function filesIn(root: string, folder: string, pattern: RegExp): string[] {
  const place = path.posix.join(root, folder);
  try {
    return readdirSync(place)
      .filter(name => pattern.test(name))
      .sort()
      .map(name => path.posix.join(place, name));
  } catch {
    return []; // no such folder
  }
}

function pythonBelow(folder: string, depth: number): string[] {
  if (depth === 0) return [];
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
      const inner = path.posix.join(folder, entry.name);
      if (entry.isDirectory())
        return entry.name === '__pycache__' ? [] : pythonBelow(inner, depth - 1);
      return entry.name.endsWith('.py') ? [inner] : [];
    });
  } catch {
    return [];
  }
}
