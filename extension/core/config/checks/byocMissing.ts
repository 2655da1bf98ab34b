import { t } from '@vscode/l10n';
import { runKinds, type Check } from './check.ts';
import { isImportPath, libraries } from '../../byoc/modules.ts';
import { closest } from '../closest.ts';
import type { Facts } from '../facts.ts';
import type { Finding, Range } from '../finding.ts';
import { rangeOf, type ConfigDoc } from '../parse.ts';
import { pathComponents, textOf } from '../walk.ts';

/** Flags a `path` into custom/ whose module or class is not there, and modules that nobody knows. */
export const byocMissing: Check = {
  codes: [
    { code: 'byoc-missing', severity: 'error', summary: 'custom/ does not have the class' },
    {
      code: 'unknown-module',
      severity: 'warning',
      summary: 'A module that is neither in custom/ nor a known library',
    },
  ],
  kinds: [...runKinds, 'automl', 'fed'],
  run: ({ doc }, { facts }) => pathsToNothing(doc, facts),
};

function pathsToNothing(doc: ConfigDoc, facts: Facts): Finding[] {
  const { customNames } = facts;
  if (!customNames) return [];
  return pathComponents(doc.root).flatMap(({ path }) => {
    const written = textOf(path) ?? '';
    if (!isImportPath(written)) return [];
    return check(written, rangeOf(path), customNames);
  });
}

function check(
  path: string,
  range: Range,
  custom: ReadonlyMap<string, readonly string[]>,
): Finding[] {
  const top = path.split('.')[0] ?? path;
  const isCustom = [...custom.keys()].some(module => module.split('.')[0] === top);
  if (!isCustom) {
    if (libraries.has(top)) return [];
    const file = `custom/${path.slice(0, path.lastIndexOf('.')).replaceAll('.', '/')}.py`;
    const message = t(
      '"{0}" is neither a module of custom/ nor a library that is known here; {1} is missing?',
      top,
      file,
    );
    return [{ code: 'unknown-module', severity: 'warning', range, message }];
  }
  const error = (message: string): Finding[] => [
    { code: 'byoc-missing', severity: 'error', range, message },
  ];
  const module = longestModule(path, custom);
  const name = module === undefined ? '' : (path.slice(module.length + 1).split('.')[0] ?? '');
  const names = module === undefined ? undefined : custom.get(module);
  if (module === undefined || !names) {
    const wanted = path.slice(0, path.lastIndexOf('.'));
    return error(t('custom/ has no module "{0}".', wanted));
  }
  if (names.includes(name) || names.includes('*')) return [];
  const meant = closest(name, names);
  return error(
    meant === undefined
      ? t('The module "{0}" in custom/ defines no "{1}".', module, name)
      : t('The module "{0}" in custom/ defines no "{1}". Did you mean "{2}"?', module, name, meant),
  );
}

/** `a.b.C` is the class C of the module a.b, or something in the package a. */
function longestModule(path: string, custom: ReadonlyMap<string, unknown>): string | undefined {
  const parts = path.split('.');
  for (let count = parts.length - 1; count > 0; count--) {
    const module = parts.slice(0, count).join('.');
    if (custom.has(module)) return module;
  }
  return undefined;
}
