import { isAbsolute, joinPath, resolveText, variablesOf } from '../mmar/environment.ts';
import { keyOf } from '../config/parse.ts';
import type { ConfigModel } from '../config/model.ts';
import type { JsonPath } from '../config/finding.ts';
import type { Ask } from './complete.ts';
import { backTo } from './completeTexts.ts';
import type { LanguageContext } from './context.ts';
import { innerRange } from './place.ts';
import { lastKey } from './slot.ts';
import { offerPart, type Completion } from './write.ts';

const fileKey = /(^|_)(path|paths|file|files|dir|folder|root|ckpt|json|torchscript)(_|$)/i;

/** A text that names a file: by the name of its key, or because it stands in a datalist. */
export function isFilePlace(model: ConfigModel, path: JsonPath): boolean {
  const key = lastKey(path) ?? '';
  if (model.kind === 'datalist') return path.length >= 3 && typeof path[1] === 'number';
  return fileKey.test(key) && key !== 'path';
}

/** Folder that the relative paths of a file start from. */
export const baseFolder = (model: ConfigModel, { facts }: LanguageContext): string =>
  (model.kind === 'datalist' ? facts.dataRoot : facts.root) ?? '';

/** The whole path that a text of a config names; undefined where a variable is not known. */
export function wholePath(
  model: ConfigModel,
  context: LanguageContext,
  text: string,
): string | undefined {
  const config = model.kind === 'environment' ? undefined : model.value;
  const resolved = resolveText(text, variablesOf({ ...context.facts, config }));
  if (typeof resolved !== 'string' || /[{}]/.test(resolved)) return undefined;
  return isAbsolute(resolved)
    ? joinPath('', resolved)
    : joinPath(baseFolder(model, context), resolved);
}

/** Files and folders below what is typed so far. */
export function completeFiles({ at, place, context }: Ask): Completion[] {
  const { model } = at;
  if (!context.listFolder || at.quote === '' || !isFilePlace(model, place.path)) return [];
  const inner = innerRange(model.doc.text, place.node);
  const typed = model.doc.text.slice(inner.offset, at.offset);
  if (
    typed.includes('\\') ||
    (keyOf(place.node.parent ?? place.node) === undefined && typed.startsWith('@'))
  )
    return [];
  const slash = typed.lastIndexOf('/') + 1;
  const folder =
    slash === 0 ? baseFolder(model, context) : wholePath(model, context, typed.slice(0, slash));
  if (folder === undefined) return [];
  const rest = inner.offset + inner.length - (inner.offset + slash);
  const range = backTo(at, { offset: inner.offset + slash, length: rest }, place);
  return (context.listFolder(folder) ?? [])
    .filter(({ name }) => !name.startsWith('.') && name !== '__pycache__')
    .map(({ name, isFolder }) => {
      const text = JSON.stringify(`${name}${isFolder ? '/' : ''}`).slice(1, -1);
      const kind = isFolder ? 'folder' : 'file';
      return offerPart(at, range, text, {
        label: name,
        kind,
        detail: folder,
        sort: `6${isFolder ? 0 : 1}${name}`,
        goOn: isFolder,
      });
    });
}
