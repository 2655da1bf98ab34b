import { t } from '@vscode/l10n';
import type { JsonPath } from '../../config/finding.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from '../bundle/json.ts';
import { argsOf, isByoc, modernise, nameOf, shortName, type Modern } from '../bundle/modernise.ts';
import { asksForMeta, metaLambda } from '../bundle/outputs.ts';
import { canonicalName } from '../bundle/successors.ts';
import { monaiVersion, releases } from '../releases.ts';
import { eachWithin } from './components.ts';
import { withArgs, withKeys, type Work } from './part.ts';
import { freeLabels, renameRefs } from './labels.ts';
import { sameValue } from './writer.ts';

/** The config with the components of today's MONAI: renamed, moved and removed ones have their successors. */
export function useToday(work: Work, config: JsonObject): JsonObject {
  const labels = freeLabels(config);
  const renamed = new Map<string, string>();
  const made = eachWithin(work, config, [], (component, path) =>
    today(work, component, path, { mayRename: labels, renamed }),
  );
  return renameRefs(work, made, renamed);
}

/** environment.json says for which MONAI the components are written, so that they are checked against that. */
export function markToday(work: Work, environment: JsonObject): JsonObject {
  if (environment[monaiVersion] === releases.monai) return environment;
  work.book.certain([], t('"{0}" says which MONAI the components are written for.', monaiVersion));
  return withKeys(work, environment, { [monaiVersion]: releases.monai });
}

interface Names {
  /** True where a component may take the new name as the label that a `ref` uses. */
  readonly mayRename: (path: JsonPath, old: string, now: string) => boolean;
  /** What was renamed: "pre_transforms AddChanneld" -> new label. */
  readonly renamed: Map<string, string>;
}

function today(work: Work, component: JsonObject, path: JsonPath, names: Names): JsonObject {
  if (isByoc(component)) return component;
  const modern = modernise(component);
  const lost = modern.told.filter(({ severity }) => severity === 'error');
  for (const { message } of lost) work.book.gap(path, message);
  if (lost.length > 0) return component;
  const given = argsOf(component);
  noteChange(work, component, modern, path);
  noteImageOnly(work, component, path);
  const named =
    modern.name === nameOf(component)
      ? component
      : rename(work, component, modern.name, path, names);
  const changed = sameValue(given, modern.args)
    ? named
    : withArgs(work, named, inOrder(given, modern.args));
  return withMeta(work, changed, path);
}

/** Known arguments keep their order; new ones come behind. */
const inOrder = (given: JsonObject, args: JsonObject): JsonObject => ({
  ...Object.fromEntries(
    Object.keys(given).flatMap(key => (key in args ? [[key, args[key] ?? null]] : [])),
  ),
  ...args,
});

function rename(
  work: Work,
  component: JsonObject,
  name: string,
  path: JsonPath,
  { mayRename, renamed }: Names,
): JsonObject {
  const old = nameOf(component);
  if (typeof component['path'] === 'string') return withKeys(work, component, { path: name });
  if (!mayRename(path, old, name)) {
    work.book.certain(
      path,
      t('"{0}" stays as the name that "ref" uses, since "{1}" is taken.', old, name),
    );
    return withKeys(work, component, { path: `monai.transforms.${name}` });
  }
  renamed.set(`${textOf(path.at(-2))} ${old}`, name);
  return withKeys(work, component, { name });
}

/** Arguments within arguments belong to own code, which may count on what they did. */
function noteChange({ book }: Work, component: JsonObject, modern: Modern, path: JsonPath): void {
  const within = path.includes('args');
  const note = (at: JsonPath, why: string, check?: true): void =>
    check || within ? book.check(at, why) : book.certain(at, why);
  const old = nameOf(component);
  const { told, name, args } = modern;
  for (const { message, check } of told) note(path, message, check);
  if (name !== old && told.length === 0) note(path, t('Today {0} is used for {1}.', name, old));
  const given = argsOf(component);
  const added = Object.keys(args).filter(key => !(key in given));
  for (const key of Object.keys(given)) {
    const at = [...path, 'args', key];
    const now = added.find(other => sameValue(args[other], given[key]));
    if (key in args) {
      if (!sameValue(given[key], args[key]))
        note(at, t('"{0}" is written differently today.', key));
    } else if (now !== undefined) note(at, t('"{0}" is called "{1}" today.', key, now));
    else note(at, t('"{0}" is not an argument of {1} today.', key, name));
  }
}

/** With `image_only: false` the meta data lie beside the image as well, but do not follow the transforms. */
function noteImageOnly({ book }: Work, component: JsonObject, path: JsonPath): void {
  if (canonicalName(shortName(component)) !== 'LoadImaged') return;
  if (argsOf(component)['image_only'] === false)
    book.check(
      [...path, 'args', 'image_only'],
      t(
        'Today the image carries its meta data. Leave "image_only" out, unless own code reads "image_meta_dict".',
      ),
    );
}

/** `image_meta_dict` is gone: the image carries its meta data. */
function withMeta(work: Work, component: JsonObject, path: JsonPath): JsonObject {
  const args = argsOf(component);
  const asking = Object.entries(args).filter(
    ([, value]) => typeof value === 'string' && asksForMeta(value),
  );
  if (asking.length === 0) return component;
  for (const [name] of asking)
    work.book.certain(
      [...path, 'args', name],
      t('"image_meta_dict" is gone: today the image carries its meta data.'),
    );
  const changed = Object.fromEntries(asking.map(([name]): [string, Json] => [name, metaLambda]));
  return withArgs(work, component, { ...args, ...changed });
}

/** The classes of custom/ that a config names. */
export function byocIn(value: Json): string[] {
  if (isList(value)) return value.flatMap(byocIn);
  if (!isObject(value)) return [];
  const own = isByoc(value) ? [textOf(value['path'])] : [];
  return [...new Set([...own, ...Object.values(value).flatMap(byocIn)])];
}
