import { t } from '@vscode/l10n';
import type { ConfigModel } from '../config/model.ts';
import { argOf, type ComponentSpec, type Deprecation } from '../config/spec.ts';
import { lastOf, type LanguageContext } from './context.ts';
import { docLink } from './docLink.ts';
import { code, escaped, lines, python } from './markdown.ts';
import { argsOf } from './skeleton.ts';
import { byocClass, specOf } from './slot.ts';
import { parameterTexts } from './typeText.ts';
import type { ArgFacts } from './valueSnippet.ts';

/** Signature, documentation, origin and history of a component; undefined where nothing is known of it. */
export function describeComponent(
  model: ConfigModel,
  context: LanguageContext,
  name: string,
): string | undefined {
  const own = byocClass(context, name);
  const args = argsOf(model, context, name) ?? [];
  if (own) {
    const file = lastOf(own.module.path);
    return lines(
      python(signatureText(own.made.name, args)),
      own.made.doc && escaped(own.made.doc),
      t('{0}, of this MMAR.', code(`${own.path} (${file})`)),
    );
  }
  const spec = specOf(model, context, name);
  if (!spec) return lostText(context, name);
  return lines(
    python(signatureText(spec.name, [...spec.args.values()])),
    docOf(context, spec),
    `${code(spec.path)} · ${spec.kind.replace('_', ' ')} · ${escaped(context.catalog.label)}`,
    deprecationText(spec.deprecation, spec.name),
    historyText(context, spec),
    linkTo(context, spec),
  );
}

/** Type, default, values and history of an argument. */
export function describeArg(
  model: ConfigModel,
  context: LanguageContext,
  name: string,
  arg: string,
): string | undefined {
  const facts = argsOf(model, context, name)?.find(each => each.name === arg);
  const spec = specOf(model, context, name);
  if (!facts) return spec ? lostArgText(context, spec, arg) : undefined;
  const found = spec && argOf(spec, arg);
  const doc = spec && context.docs?.ofArg(spec, arg);
  return lines(
    python(parameterTexts([facts])[0] ?? arg),
    doc === undefined ? undefined : escaped(doc),
    facts.required ? t('Required.') : undefined,
    facts.values.length > 0
      ? t('Values: {0}.', facts.values.map(value => code(JSON.stringify(value))).join(', '))
      : undefined,
    deprecationText(found?.deprecation, arg),
    spec && sinceText(context, spec, arg),
    t('Argument of {0}.', code(spec?.path ?? name)),
    spec && linkTo(context, spec),
  );
}

/** Long signatures take a line for each argument. */
export function signatureText(name: string, args: readonly ArgFacts[]): string {
  const texts = parameterTexts(args);
  const flat = `${name}(${texts.join(', ')})`;
  return flat.length <= 80 ? flat : `${name}(\n${texts.map(text => `    ${text},`).join('\n')}\n)`;
}

function docOf({ docs }: LanguageContext, spec: ComponentSpec): string | undefined {
  const text = docs?.of(spec);
  return text === undefined ? undefined : escaped(text);
}

function linkTo({ catalog }: LanguageContext, spec: ComponentSpec): string | undefined {
  const link = docLink(spec, catalog);
  return link && `[${t('Documentation')}](${link})`;
}

function deprecationText(deprecation: Deprecation | undefined, name: string): string | undefined {
  if (!deprecation) return undefined;
  const { since, removed, successor, replaced } = deprecation;
  return [
    since === undefined
      ? t('{0} is outdated.', code(name))
      : t('{0} is outdated since {1}.', code(name), since),
    removed === undefined ? '' : t('It goes in {0}.', removed),
    replaced === undefined ? '' : t('Its default changes in {0}.', replaced),
    successor === undefined ? '' : t('Write {0} instead.', code(successor)),
  ]
    .filter(Boolean)
    .join(' ');
}

function historyText(context: LanguageContext, spec: ComponentSpec): string | undefined {
  const { changes, catalog } = context;
  const since = changes?.since(spec.name);
  const newest = changes?.releases.at(-1);
  const lost = newest === undefined ? undefined : changes?.lost(spec.name, catalog.release, newest);
  const gone =
    lost &&
    t('Gone in {0}.', lost.first) +
      (lost.successor === undefined ? '' : ` ${t('Write {0} instead.', code(lost.successor))}`);
  return lines(since === undefined ? undefined : t('Since MONAI {0}.', since), gone);
}

function sinceText(
  { changes }: LanguageContext,
  spec: ComponentSpec,
  arg: string,
): string | undefined {
  const since = changes?.since(spec.name, arg);
  return since === undefined ? undefined : t('Since MONAI {0}.', since);
}

/** A name of another release. */
function lostText({ changes, catalog }: LanguageContext, name: string): string | undefined {
  const oldest = changes?.releases[0];
  const lost = oldest === undefined ? undefined : changes?.lost(name, oldest, catalog.release);
  if (lost)
    return lines(
      t('{0} is not in {1}: it went in {2}.', code(name), catalog.label, lost.first),
      lost.successor === undefined ? undefined : t('Write {0} instead.', code(lost.successor)),
    );
  const since = changes?.since(name);
  return since === undefined
    ? undefined
    : t('{0} is not in {1}: it came in {2}.', code(name), catalog.label, since);
}

function lostArgText(
  { changes, catalog }: LanguageContext,
  spec: ComponentSpec,
  arg: string,
): string | undefined {
  const oldest = changes?.releases[0];
  const lost =
    oldest === undefined ? undefined : changes?.lost(spec.name, oldest, catalog.release, arg);
  if (!lost) return undefined;
  return lines(
    t('{0} takes no {1} since {2}.', code(spec.name), code(arg), lost.first),
    lost.successor === undefined ? undefined : t('Write {0} instead.', code(lost.successor)),
  );
}
