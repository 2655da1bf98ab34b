import { t } from '@vscode/l10n';
import type { JsonPath } from '../../config/finding.ts';
import type { Notes } from './findings.ts';
import { isList, isObject, type Json, type JsonObject } from './json.ts';
import { asksForMeta, fromEngine, keysOfLambda, metaLambda } from './outputs.ts';

/** Section of the bundle that a value stands in; '' is a flat config (validation, inference). */
export type Section = 'train' | 'validate' | '';

/** What `@name` of dialect 4.1 means in the bundle, wherever it stands. */
const shared: Readonly<Record<string, string>> = {
  model: 'network',
  optimizer: 'optimizer',
  lr_scheduler: 'lr_scheduler',
  loss: 'loss',
  trainer: 'train::trainer',
  conf: 'conf',
};

/** What `@name` means within its own section. */
const own: Readonly<Record<string, string>> = {
  pre_transforms: 'preprocessing',
  post_transforms: 'postprocessing',
  dataset: 'dataset',
  inferer: 'inferer',
  dataloader: 'dataloader',
  handlers: 'handlers',
  key_metric: 'key_metric',
  additional_metrics: 'additional_metrics',
};

const placeholder = /^\{([A-Za-z_]\w*)\}$/;
const placeholders = /(\{[A-Za-z_]\w*\})/;

export const idOf = (section: Section, name: string): string =>
  section ? `${section}::${name}` : name;

/**
 * A Python literal of a text that MONAI's config parser leaves alone: within an expression it takes `@`
 * for a reference, and everywhere `#` for an id separator and `@::` or `%::` for an id relative to its own.
 */
export const pythonText = (text: string): string => `'${[...text].map(escapeCharacter).join('')}'`;

function escapeCharacter(c: string): string {
  const code = c.codePointAt(0) ?? 0;
  if (c === '\\') return '\\\\';
  if ("'@#%".includes(c) || code < 0x20 || code === 0x7f)
    return `\\x${code.toString(16).padStart(2, '0')}`;
  return c;
}

/** A text as a bundle value: as it is, unless the parser would read it as something else or write it anew. */
export const plainText = (text: string): string =>
  /^[@$%]|#|[@%]::/.test(text) ? `$${pythonText(text)}` : text;

/** Translates the values of one MMAR config. */
export class Values {
  constructor(
    private readonly notes: Notes,
    /** Names that may be used as `{NAME}`. */
    private readonly known: ReadonlySet<string>,
    /** Names that the bundle gives a value when the MMAR does not, with that value in words. */
    private readonly defaults: Readonly<Record<string, string>> = {},
  ) {}

  /** `@name` in a section, or undefined for a name that means nothing. */
  reference(name: string, section: Section): string | undefined {
    if (name === 'evaluator') return section ? '@validate::evaluator' : '@evaluator';
    if (Object.hasOwn(shared, name)) return `@${shared[name]}`;
    const local = Object.hasOwn(own, name) ? own[name] : undefined;
    return local === undefined ? undefined : `@${idOf(section, local)}`;
  }

  /** Arguments that the config does not have, from the words of dialect 4.1. */
  wiring(args: JsonObject, section: Section): JsonObject {
    return Object.fromEntries(
      Object.entries(args).map(([name, value]) => [name, this.translate(value, section, [])]),
    );
  }

  translate(value: Json, section: Section, path: JsonPath): Json {
    if (isList(value)) return value.map((v, i) => this.translate(v, section, [...path, i]));
    if (isObject(value))
      return Object.fromEntries(
        Object.entries(value).map(([k, v]) => [k, this.translate(v, section, [...path, k])]),
      );
    return typeof value === 'string' ? this.text(value, section, path) : value;
  }

  /** A value as Python source, for use inside an expression. */
  expression(value: Json | undefined, section: Section, path: JsonPath): string {
    if (value === undefined || value === null) return 'None';
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (typeof value !== 'string') return JSON.stringify(value);
    const done = this.text(value, section, path);
    if (done.startsWith('$')) return `(${done.slice(1)})`;
    return done.startsWith('@') ? done : pythonText(done);
  }

  private text(text: string, section: Section, path: JsonPath): string {
    if (/^lambda\b/.test(text)) return this.lambda(text, path);
    if (text.startsWith('@')) return this.referenceText(text, section, path);
    if (text.startsWith('#')) return this.expressionText(text, section, path);
    return this.placeholderText(text, path);
  }

  private lambda(text: string, path: JsonPath): string {
    if (asksForMeta(text) || text === metaLambda) return `$${metaLambda}`;
    const keys = keysOfLambda(text);
    if (keys) return `$${fromEngine(keys)}`;
    if (!/^lambda \w+: None$/.test(text))
      this.notes.add(
        'kept-lambda',
        'info',
        path,
        t('This lambda is kept as it is; check that it fits lists of items: {0}', text),
      );
    return `$${text}`;
  }

  private referenceText(text: string, section: Section, path: JsonPath): string {
    const found = this.reference(text.slice(1), section);
    if (found !== undefined) return found;
    this.notes.add(
      'unknown-reference',
      'error',
      path,
      t('"{0}" names nothing in this config.', text),
    );
    return plainText(text);
  }

  private expressionText(text: string, section: Section, path: JsonPath): string {
    if (asksForMeta(text)) return `$${metaLambda}`;
    return `$${text.slice(1).replace(/@(\w+)/g, (whole: string, name: string) => {
      const found = this.reference(name, section);
      if (found === undefined)
        this.notes.add(
          'unknown-reference',
          'error',
          path,
          t('"{0}" names nothing in this config.', whole),
        );
      return found ?? whole;
    })}`;
  }

  private placeholderText(text: string, path: JsonPath): string {
    const whole = placeholder.exec(text)?.[1];
    if (whole !== undefined) return this.variable(whole, path);
    if (!placeholders.test(text)) return plainText(text);
    const parts = text.split(placeholders).filter(part => part !== '');
    return `$${parts
      .map(part => {
        const name = placeholder.exec(part)?.[1];
        return name === undefined ? pythonText(part) : `str(${this.variable(name, path)})`;
      })
      .join(' + ')}`;
  }

  private variable(name: string, path: JsonPath): string {
    const fallback = this.defaults[name];
    if (!this.known.has(name) && fallback !== undefined)
      this.notes.add(
        'replaced',
        'warning',
        path,
        t('{0} has no value in this MMAR; {1} is used.', `{${name}}`, fallback),
      );
    else if (!this.known.has(name))
      this.notes.add(
        'undefined-placeholder',
        'error',
        path,
        t('{0} has no value: neither this config nor environment.json defines it.', `{${name}}`),
      );
    return `@${name}`;
  }
}
