import { t } from '@vscode/l10n';
import { moduleName } from './modules.ts';
import { parsePython } from './python.ts';

/** Words that Python keeps for itself, the soft ones included. */
export const keywords = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield match case type _'
  ).split(' '),
);

/** Modules that a file of custom/ would hide from everybody: the engine's, and much used ones of Python. */
const taken = new Set(
  (
    'abc argparse array ast asyncio base64 bisect calendar cmath code codecs collections concurrent config contextlib copy csv ' +
    'ctypes dataclasses datetime decimal difflib email enum errno filecmp fnmatch fractions functools gc getpass glob gzip ' +
    'hashlib heapq html http importlib inspect io itertools json keyword linecache locale logging math mmap multiprocessing numbers ' +
    'operator os pathlib pickle platform pprint profile pstats queue random re reprlib resource sched scripts secrets select ' +
    'shelve shlex shutil signal site socket sqlite3 ssl stat statistics string struct subprocess symtable sys tarfile tempfile test ' +
    'textwrap threading time timeit token tokenize trace traceback types typing unittest urllib uuid warnings wave weakref xml zipfile zlib ' +
    'aiaa automl conftest cupy dlmed einops fire ignite itk matplotlib medl monai monailabel nibabel numpy nvflare pandas PIL ' +
    'pydicom pytest requests scipy sitecustomize skimage sklearn tensorboard torch torchvision tqdm usercustomize yaml'
  ).split(' '),
);

/** `RandMyNoised` -> `rand_my_noised`, the name of a module that holds it. */
export function moduleNameOf(className: string): string {
  return className
    .replace(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, '_')
    .toLowerCase()
    .replace(/_{2,}/g, '_');
}

/** As Python compares names: `ﬁ` and `fi` are one. */
export const canonicalName = (name: string): string => name.trim().normalize('NFKC');

/** What keeps a text from being the name of a new class, in words; undefined: nothing. */
export function nameProblem(text: string): string | undefined {
  const name = canonicalName(text);
  if (name === '') return t('Type the name of the class.');
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name))
    return /^\p{N}/u.test(name)
      ? t('A Python name does not begin with a digit.')
      : t('A Python name has letters, digits and underscores only.');
  if (name.length > 80) return t('Choose a shorter name: it becomes a file name, too.');
  if (keywords.has(name)) return t('"{0}" is a word of Python itself; choose another name.', name);
  const module = moduleNameOf(name);
  if (taken.has(module) || keywords.has(module))
    return t('A module "{0}" would hide another one of that name; choose another name.', module);
  return undefined;
}

/** What a new class would collide with among the modules of custom/; undefined: nothing. */
export function collision(
  name: string,
  root: string,
  custom: ReadonlyMap<string, string>,
): string | undefined {
  const module = moduleNameOf(name);
  const shown = (path: string): string => (root === '' ? path : path.slice(root.length + 1));
  for (const [path, text] of custom) {
    const dotted = moduleName(root, path);
    // file systems that ignore case would overwrite one by the other
    if (dotted?.toLowerCase() === module.toLowerCase())
      return t('{0} exists already; choose another name.', shown(path));
    if (parsePython(text).classes.some(made => made.name === name))
      return t('{0} has a class {1} already; choose another name.', shown(path), name);
  }
  return undefined;
}
