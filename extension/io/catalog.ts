import { t } from '@vscode/l10n';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadCatalog, type Catalog } from '../core/config/catalog.ts';
import { loadChanges, type Changes } from '../core/config/changes.ts';
import { loadDataFlow, type DataFlow } from '../core/config/dataFlow.ts';
import { compareReleases } from '../core/config/release.ts';
import { loadSlots, type Slots } from '../core/config/slots.ts';
import { RemoteError } from './errors.ts';

/** All that ships in mmar-schemas/components, each file read when it is first needed and kept. */
export interface Catalogs {
  /** Releases that there is a catalogue of, oldest first. */
  readonly releases: readonly string[];
  /** Throws RemoteError where there is no such catalogue, or where it is broken; so do the others. */
  catalog(release: string): Catalog;
  /** A harvest of the user's own environment; not kept. */
  catalogAt(file: string): Catalog;
  changes(): Changes;
  slots(): Slots;
  dataFlow(): DataFlow;
}

const shipped = /^monai-(\d+\.\d+\.\d+)\.json\.gz$/;

/** `folder` is mmar-schemas/components. */
export function openCatalogs(folder: string): Catalogs {
  const read = (name: string): string => readText(path.join(folder, name));
  const tables = onFirstUse(() => ({ clara: read('clara.json'), kwargs: read('kwargs.json') }));
  const catalogs = new Map<string, Catalog>();
  return {
    releases: namesIn(folder)
      .flatMap(name => shipped.exec(name)?.[1] ?? [])
      .sort(compareReleases),
    catalog: release => {
      const kept = catalogs.get(release);
      if (kept) return kept;
      const made = openCatalog(path.join(folder, `monai-${release}.json.gz`), tables());
      catalogs.set(release, made);
      return made;
    },
    catalogAt: file => openCatalog(file, tables()),
    changes: onFirstUse(() => loadChanges(read('changes.json'))),
    slots: onFirstUse(() => loadSlots(read('slots.json'))),
    dataFlow: onFirstUse(() => loadDataFlow(read('dataflow.json'))),
  };
}

/** Packed or not. */
function openCatalog(file: string, tables: { clara: string; kwargs: string }): Catalog {
  const release = readText(file);
  try {
    return loadCatalog({ release, ...tables });
  } catch (error) {
    throw new RemoteError('bad-reply', t('{0} is no component catalogue.', file), String(error));
  }
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new RemoteError('missing', t('{0} cannot be read.', file), String(error));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new RemoteError('missing', t('{0} cannot be read.', folder), String(error));
  }
}

function onFirstUse<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
