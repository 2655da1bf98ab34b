import path from 'node:path';
import { t } from '@vscode/l10n';
import { closest } from '../core/config/closest.ts';
import { keyOf, parseConfig } from '../core/config/parse.ts';
import { loadSchemas } from '../core/config/schemas.ts';
import { textValues } from '../core/config/walk.ts';
import { placeholders } from '../core/mmar/environment.ts';
import { WrongUse, type SetValues } from './commandLine.ts';
import { readText } from './mmarFolder.ts';
import { shipped } from './packageFolder.ts';

/**
 * Names of `--set` that nothing in the MMAR uses, as warnings. One that is spelt almost like a known one is refused:
 * an `epcohs=2` that is passed over would train for days.
 */
export function unusedSet(mmar: string, config: string, set: SetValues): string[] {
  const names = Object.keys(set);
  if (names.length === 0) return [];
  const known = knownNames(mmar, config);
  return names.flatMap(name => {
    if (known.has(name)) return [];
    const meant = closest(name, known);
    if (meant !== undefined)
      throw new WrongUse(t('--set {0}: nothing uses it. Did you mean {1}?', name, meant));
    return [t('--set {0}: nothing in {1} uses it', name, config)];
  });
}

function knownNames(mmar: string, config: string): Set<string> {
  const files = ['environment.json', 'config_validation.json', 'config_inference.json'];
  const docs = [config, ...files.map(name => `config/${name}`)].map(file =>
    parseConfig(readText(path.join(mmar, file)) ?? ''),
  );
  const schemas = loadSchemas(file => readText(path.join(shipped('mmar-schemas'), file)) ?? '{}');
  return new Set([
    ...docs.flatMap(({ root }) => (root?.children ?? []).flatMap(node => keyOf(node) ?? [])),
    ...docs.flatMap(({ root }) => textValues(root).flatMap(({ value }) => namesIn(value))),
    ...[schemas.train, schemas.environment].flatMap(({ properties }) =>
      Object.keys(properties ?? {}),
    ),
  ]);
}

const namesIn = (text: string): string[] =>
  [...text.matchAll(placeholders())].flatMap(match => match[1] ?? []);
