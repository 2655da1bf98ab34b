import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkText } from '../../../../extension/core/config/check.ts';
import { noFacts } from '../../../../extension/core/config/facts.ts';
import { parseConfig, valueOf } from '../../../../extension/core/config/parse.ts';
import { configKind, isValues } from '../../../../extension/core/mmar/kind.ts';
import { toBundle, type Bundle } from '../../../../extension/core/mmar/toBundle.ts';
import {
  upgradeMmar,
  type UpgradedFile,
  type UpgradeTarget,
} from '../../../../extension/core/mmar/upgrade.ts';
import { openCatalogs } from '../../../../extension/io/catalog.ts';
import { schemas } from '../config/schemas.ts';

const repository = path.resolve(__dirname, '..', '..', '..', '..');
/** Public MMARs, where they exist beside the repository. */
export const publicMmars = path.resolve(repository, '..', 'shared', 'data', 'mmars');
export const targets: readonly UpgradeTarget[] = ['4.1', 'monai'];

export interface Example {
  readonly name: string;
  readonly text: string;
  readonly environment: Readonly<Record<string, unknown>>;
}

/** The config files of MMARs: ours, and the public ones where they are. */
export function examples(): Example[] {
  const roots = [
    path.join(repository, 'samples', 'spleen'),
    path.join(repository, 'test', 'fixtures', 'mmar40'),
    ...(existsSync(publicMmars)
      ? readdirSync(publicMmars).map(name => path.join(publicMmars, name))
      : []),
  ];
  return roots
    .map(root => path.join(root, 'config'))
    .filter(config => existsSync(config))
    .flatMap(config => readdirSync(config).map(file => path.join(config, file)))
    .map(file => ({
      name: path.relative(repository, file),
      text: readFileSync(file, 'utf8'),
      environment: parsed(readFileSync(path.join(path.dirname(file), 'environment.json'), 'utf8')),
    }));
}

/** The plain value of a config; comments are allowed. */
export function parsed(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(JSON.stringify(valueOf(parseConfig(text)) ?? null));
  return isValues(value) ? value : {};
}

export function upgraded(name: string, text: string, target: UpgradeTarget): UpgradedFile {
  const [file] = upgradeMmar([{ path: name, text }], target);
  if (!file) throw new Error(`${name} is lost`);
  return file;
}

const knowledge = openCatalogs(path.join(repository, 'mmar-schemas', 'components'));

/** What our own checks say of a text: codes and messages, without places and hints. */
export async function complaints(
  { name, environment }: Example,
  text: string,
  target?: UpgradeTarget,
): Promise<string[]> {
  const kind = configKind(name, parsed(text));
  const file = upgraded('environment.json', JSON.stringify(environment), target ?? '4.1');
  const facts = { ...noFacts, environment: parsed(file.upgraded) };
  const found = await checkText({ kind, text, facts, schemas, knowledge });
  return found
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ code, message }) => `${code}: ${message}`);
}

export const compiled = (train: string, environment: unknown): Bundle =>
  toBundle({ train: parsed(train), environment, runtime: '', name: 'x' });

/** Every difference of two values, one line each: `path: ours | theirs`. */
export function differences(ours: unknown, theirs: unknown, at = ''): string[] {
  if (JSON.stringify(sorted(ours)) === JSON.stringify(sorted(theirs))) return [];
  if (Array.isArray(ours) && Array.isArray(theirs)) return listDifferences(ours, theirs, at);
  if (isValues(ours) && isValues(theirs))
    return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap(key =>
      differences(ours[key], theirs[key], at === '' ? key : `${at}.${key}`),
    );
  return [`${at}: ${JSON.stringify(ours)} | ${JSON.stringify(theirs)}`];
}

/** Components are paired by their names. */
function listDifferences(ours: unknown[], theirs: unknown[], at: string): string[] {
  if (![...ours, ...theirs].some(isValues))
    return [`${at}: ${JSON.stringify(ours)} | ${JSON.stringify(theirs)}`];
  const [left, right] = [ours.map(nameOf), theirs.map(nameOf)];
  const only = (a: string[], b: string[]): string[] => a.filter(name => !b.includes(name));
  const order = (a: string[], b: string[]): string => a.filter(name => b.includes(name)).join(' ');
  return [
    ...only(left, right).map(name => `${at}: ${name} | -`),
    ...only(right, left).map(name => `${at}: - | ${name}`),
    ...(order(left, right) === order(right, left)
      ? []
      : [`${at}: ${order(left, right)} | ${order(right, left)}`]),
    ...ours.flatMap((item, i) => {
      const j = right.indexOf(left[i] ?? '');
      return j < 0 ? [] : differences(item, theirs[j], `${at}.${left[i]}`);
    }),
  ];
}

const nameOf = (item: unknown): string =>
  isValues(item) ? String(item['ref'] ?? item['name'] ?? item['path']) : JSON.stringify(item);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isValues(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
