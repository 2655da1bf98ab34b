import { resolveText, variablesOf } from '../mmar/environment.ts';
import type { ConfigModel } from '../config/model.ts';
import type { LanguageContext } from './context.ts';

export interface Variable {
  readonly name: string;
  /** What it resolves to, as text. */
  readonly shown: string;
  readonly origin: 'file' | 'environment' | 'set';
}

/** Variables of a config by their precedence: config < environment.json < --set. */
export function variablesAt(model: ConfigModel, { facts }: LanguageContext): Variable[] {
  const config = model.kind === 'environment' ? undefined : model.value;
  const environment =
    model.kind === 'environment' ? (model.value as Record<string, unknown>) : facts.environment;
  const all = variablesOf({ config, environment, set: facts.set });
  return Object.keys(all).map(name => ({
    name,
    shown: shownValue(resolveText(`{${name}}`, all)),
    origin:
      facts.set && name in facts.set
        ? 'set'
        : environment && name in environment
          ? 'environment'
          : 'file',
  }));
}

export const shownValue = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
