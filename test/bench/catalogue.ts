import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { loadCatalog, type Catalog } from '../../extension/core/config/catalog.ts';
import { componentKinds } from '../../extension/core/config/spec.ts';

const folder = path.resolve(__dirname, '../../mmar-schemas/components');

/**
 * Loading the component catalogue of a release until the first look-up is answered, beside JSON.parse of the same text,
 * which is the least that any reader of it would do. `all` decodes everything, as the longest completion list does.
 */
export async function run(): Promise<{ ratios: Record<string, number>; rows: object[] }> {
  const tables = {
    clara: readFileSync(path.join(folder, 'clara.json'), 'utf8'),
    kwargs: readFileSync(path.join(folder, 'kwargs.json'), 'utf8'),
  };
  const releases = readdirSync(folder).filter(name => name.endsWith('.json.gz'));
  const rows = releases.map(name => {
    const packed = readFileSync(path.join(folder, name));
    const release = gunzipSync(packed).toString('utf8');
    const load = () => loadCatalog({ release, ...tables });
    return {
      release: name.replace(/^monai-|\.json\.gz$/g, ''),
      kilobytes: Math.round(release.length / 1000),
      packed: Math.round(packed.length / 1000),
      names: load().names().length,
      ...medians({
        parse: () => JSON.parse(release) as unknown,
        load: () => load().get('LoadImaged'),
        all: () => load().byKind(componentKinds),
        unpack: () => gunzipSync(packed),
      }),
      ...memory(release, load),
    };
  });
  const ratios = Object.fromEntries(
    rows.flatMap(row => [
      [`${row.release}: load / JSON.parse`, row.load / row.parse],
      [`${row.release}: memory / JSON.parse`, row.loadedKb / row.parsedKb],
    ]),
  );
  return { ratios, rows };
}

/** Kilobytes kept by what was parsed, by a catalogue, and by one of which every spec was used. */
function memory(release: string, load: () => Catalog) {
  return {
    parsedKb: kept(() => JSON.parse(release) as unknown),
    loadedKb: kept(load),
    usedKb: kept(() => {
      const catalog = load();
      catalog.byKind(componentKinds);
      return catalog;
    }),
  };
}

/** Several at once, since a heap is never quite still. */
function kept(make: () => unknown): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held: unknown[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 10; i += 1) held.push(make());
  collect();
  const after = process.memoryUsage().heapUsed;
  return Math.round((after - before) / 1000 / held.length);
}

/** Milliseconds of processor per call, since what else the machine does is in wall time; the contestants take turns. */
function medians<Name extends string>(works: Record<Name, () => unknown>): Record<Name, number> {
  const names = Object.keys(works) as Name[];
  const times = new Map(names.map(name => [name, [] as number[]]));
  for (let round = 0; round < 45; round += 1) {
    for (const name of names) {
      const started = process.cpuUsage();
      works[name]();
      const { user, system } = process.cpuUsage(started);
      if (round >= 5) times.get(name)?.push((user + system) / 1000); // the first rounds compile
    }
  }
  return Object.fromEntries(names.map(name => [name, median(times.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
