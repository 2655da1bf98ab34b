import { moduleName } from '../byoc/modules.ts';
import { parsePython } from '../byoc/python.ts';
import type { Knowledge } from '../config/context.ts';
import { makeFacts, type Facts } from '../config/facts.ts';
import { makeModel, type ConfigModel } from '../config/model.ts';
import { valueOf, type ConfigDoc } from '../config/parse.ts';
import { chooseRelease } from '../config/release.ts';
import type { Schemas } from '../config/schemas.ts';
import { joinPath } from '../mmar/environment.ts';
import { configKind } from '../mmar/kind.ts';
import { parseAs, syntaxOf, type LanguageContext, type LanguageModule } from './context.ts';

/** What a caller has read of one MMAR or bundle; all paths are whole. */
export interface OwnedTexts {
  readonly root: string;
  readonly form: 'mmar' | 'bundle';
  /** Configs and datalists. */
  readonly configs: ReadonlyMap<string, string>;
  /** Those of `configs` that are datalists. */
  readonly datalists: ReadonlySet<string>;
  /** Modules of custom/ or scripts/. */
  readonly python: ReadonlyMap<string, string>;
  /** metadata.json of a bundle. */
  readonly metadata?: string | undefined;
}

export interface Asked {
  readonly file: string;
  readonly fileExists: Facts['fileExists'];
  readonly listFolder?: LanguageContext['listFolder'];
  readonly docs?: LanguageContext['docs'];
  readonly set?: Readonly<Record<string, unknown>>;
}

export interface AssemblerDeps {
  readonly knowledge: Knowledge;
  readonly schemas: Schemas;
  /** Release of MONAI that the user asked for. */
  readonly release?: string | undefined;
}

export type Assemble = (texts: OwnedTexts, asked: Asked) => LanguageContext | undefined;

/** Larger files are read by nobody with a caret. */
const largest = 1_000_000;

/** Makes contexts; what did not change since the last time is not parsed again. */
export function makeAssembler({ knowledge, schemas, release }: AssemblerDeps): Assemble {
  const models = keeping<ConfigModel>();
  const modules = keeping<LanguageModule>();
  return (texts, { file, fileExists, listFolder, docs, set }) => {
    const { root, configs, python, metadata } = texts;
    const files = [...configs]
      .filter(([, text]) => text.length <= largest)
      .map(([path, text]) => ({
        path,
        model: models(path, `${text}\0${texts.form}`, () => modelOf(path, text, texts)),
      }));
    const environment = configs.get(joinPath(root, 'config/environment.json'));
    const facts = makeFacts({
      root,
      environment,
      custom: new Map(),
      fileExists,
      file,
      ...(set && { set }),
      metadata,
    });
    const model = files.find(({ path }) => path === file)?.model;
    const train = files.find(({ model: each }) => each.kind === 'train')?.model;
    const choice = chooseRelease({
      shipped: knowledge.releases,
      setting: release,
      config: texts.form === 'bundle' ? undefined : model?.value, // a bundle's is read when it is needed
      dialect: model?.kind === 'aiaa' && train && train.form !== 'bundle' ? train.form : undefined,
      environment: facts.environment,
      ...(texts.form === 'bundle' && { metadata: facts.metadata ?? {} }),
    });
    if (!choice) return undefined;
    return {
      ...{ file, facts, schemas, files, listFolder, docs },
      catalog: knowledge.catalog(choice.release),
      changes: knowledge.changes(),
      slots: knowledge.slots(),
      dataFlow: knowledge.dataFlow(),
      modules: [...python].flatMap(([path, text]) => {
        const name = nameOf(texts, path);
        return name === undefined
          ? []
          : [modules(path, text, () => ({ path, name, text, python: parsePython(text) }))];
      }),
    };
  };
}

/** In a bundle everything below its root can be imported: scripts.net. */
function nameOf({ root, form }: OwnedTexts, path: string): string | undefined {
  const own = moduleName(root, path);
  if (own !== undefined || form === 'mmar') return own;
  return moduleName('', `custom/${path.slice(root.length + 1)}`);
}

function modelOf(path: string, text: string, { form, datalists }: OwnedTexts): ConfigModel {
  const parse = (): ConfigDoc => parseAs(syntaxOf(path), text);
  if (form === 'bundle') return lazyModel(text, () => makeModel(parse(), 'bundle'));
  const doc = parse();
  const kind = datalists.has(path) ? 'datalist' : configKind(path, valueOf(doc));
  return makeModel(doc, kind);
}

/** YAML is slow to read, and completion reads a mended text in place of the one that is there. */
function lazyModel(text: string, make: () => ConfigModel): ConfigModel {
  let made: ConfigModel | undefined;
  const whole = (): ConfigModel => (made ??= make());
  const doc: ConfigDoc = {
    text,
    get root() {
      return whole().doc.root;
    },
    get findings() {
      return whole().doc.findings;
    },
  };
  return {
    doc,
    kind: 'bundle',
    form: 'bundle',
    get value() {
      return whole().value;
    },
    get components() {
      return whole().components;
    },
    get refs() {
      return whole().refs;
    },
    get texts() {
      return whole().texts;
    },
  };
}

/** The last value for each path, made anew when its text is another. */
function keeping<T>(): (path: string, text: string, make: () => T) => T {
  const kept = new Map<string, { readonly text: string; readonly value: T }>();
  return (path, text, make) => {
    const old = kept.get(path);
    if (old?.text === text) return old.value;
    const value = make();
    kept.set(path, { text, value });
    return value;
  };
}
