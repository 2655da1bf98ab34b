import { dialectOf, type Dialect } from '../mmar/dialect.ts';
import { isValues } from '../mmar/kind.ts';
import { monaiVersion } from '../mmar/releases.ts';

/** Everything that has a say in which release of MONAI a file is checked against. */
export interface ReleaseSources {
  /** Releases that there is a catalogue of, in any order. */
  readonly shipped: readonly string[];
  /** What the user asked for; "auto" and undefined leave it to the file. */
  readonly setting?: string | undefined;
  /** What will execute the file, where that is known already: `monai` is the newest release. */
  readonly engine?: 'clara' | 'monai' | undefined;
  /** Plain value of the file. */
  readonly config?: unknown;
  /** Dialect of the MMAR, for files without wiring of their own (config_aiaa.json). */
  readonly dialect?: Dialect | undefined;
  /** environment.json of the MMAR: an upgrade to today's MONAI leaves a mark there. */
  readonly environment?: unknown;
  /** metadata.json of the bundle; undefined: the file is of an MMAR. */
  readonly metadata?: unknown;
}

/** `wanted` is what was asked for, `release` what there is a catalogue of. */
export interface ReleaseChoice {
  readonly release: string;
  readonly wanted: string;
  readonly because: 'setting' | 'engine' | 'metadata' | 'environment' | 'dialect';
}

/** What Clara's containers hold: 4.0 by its API, 4.1 by its documentation. */
const ofDialect: Readonly<Record<Dialect, string>> = { '4.0': '0.5.3', '4.1': '0.8.1' };

/** undefined only where nothing is shipped. */
export function chooseRelease(sources: ReleaseSources): ReleaseChoice | undefined {
  const { shipped, setting, engine, metadata } = sources;
  const newest = shipped.toSorted(compareReleases).at(-1);
  if (newest === undefined) return undefined;
  const choose = (wanted: string, because: ReleaseChoice['because']): ReleaseChoice => ({
    release: nearestRelease(wanted, shipped) ?? newest,
    wanted,
    because,
  });
  if (setting !== undefined && isRelease(setting)) return choose(setting, 'setting');
  if (engine === 'monai') return choose(newest, 'engine');
  if (metadata !== undefined) {
    const named = isValues(metadata) ? metadata['monai_version'] : undefined;
    return choose(typeof named === 'string' && isRelease(named) ? named : newest, 'metadata');
  }
  const written = isValues(sources.environment) ? sources.environment[monaiVersion] : undefined;
  if (typeof written === 'string' && isRelease(written)) return choose(written, 'environment');
  return choose(ofDialect[dialectIn(sources)], 'dialect');
}

function dialectIn({ config, environment, dialect }: ReleaseSources): Dialect {
  if (dialect !== undefined) return dialect;
  if (dialectOf(config) === '4.1') return '4.1';
  // 4.1 may keep its version in environment.json; the wiring of another file must not decide.
  const version: unknown = isValues(environment) ? environment['CLARA_TRAIN_VERSION'] : undefined;
  return dialectOf({ CLARA_TRAIN_VERSION: version });
}

const isRelease = (text: string): boolean => /^v?\d+\.\d+/.test(text.trim());

/** "1.3.2rc1+g12" -> [1, 3, 2] */
function numbersOf(release: string): [number, number, number] {
  const [, major = 0, minor = 0, patch = 0] = (
    /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(release.trim()) ?? []
  ).map(Number);
  return [major, minor, patch || 0];
}

/** Order in time; a pre-release counts as the release. */
export function compareReleases(a: string, b: string): number {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
}

/**
 * The release with the fewest feature releases between; of two the newer one, which still has what it
 * declared outdated. MONAI went from 0.9 to 1.0, so majors count ten.
 */
export function nearestRelease(wanted: string, shipped: readonly string[]): string | undefined {
  const place = (release: string): number => {
    const [major, minor, patch] = numbersOf(release);
    return major * 10 + minor + patch / 1000;
  };
  const at = place(wanted);
  const far = (release: string): number => Math.abs(Math.floor(place(release)) - Math.floor(at));
  const patches = (release: string): number => Math.abs(place(release) - at);
  return shipped.toSorted(
    (a, b) =>
      far(a) - far(b) || (far(a) === 0 ? patches(a) - patches(b) : 0) || compareReleases(b, a),
  )[0];
}
