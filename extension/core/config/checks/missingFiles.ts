import { t } from '@vscode/l10n';
import { runKinds, type Check } from './check.ts';
import { joinPath, resolvedPath, variablesOf, type Variables } from '../../mmar/environment.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fieldOf, rangeOf, valueOf, type ConfigDoc, type ConfigNode } from '../parse.ts';
import { elementsOf, sectionsOf, textOf } from '../walk.ts';
import { isEnabled } from './disabledAlternatives.ts';

/** Flags a datalist that is not there, and a checkpoint that something enabled would load. */
export const missingFiles: Check = {
  codes: [
    { code: 'missing-file', severity: 'warning', summary: 'A file or folder that is not there' },
  ],
  kinds: [...runKinds],
  run: ({ doc }, { facts }) => filesOfSections(doc, facts),
};

function filesOfSections(doc: ConfigDoc, facts: Facts): Finding[] {
  const variables = variablesOf({ ...facts, config: valueOf(doc) });
  const found = sectionsOf(doc).flatMap(({ node }) => {
    const list = fieldOf(fieldOf(node, 'dataset'), 'data_list_file_path');
    const models = elementsOf(fieldOf(node, 'model')).flatMap(model =>
      isEnabled(model, variables) === true
        ? [fieldOf(model, 'ts_path'), fieldOf(model, 'ckpt_path')]
        : [],
    );
    const loaders = elementsOf(fieldOf(node, 'handlers')).flatMap(handler =>
      isLoader(handler) && isEnabled(handler, variables) === true
        ? [fieldOf(fieldOf(handler, 'args'), 'load_path')]
        : [],
    );
    return [
      ...missing(list, variables, facts, path =>
        t('The datalist {0} does not exist on this machine.', path),
      ),
      ...[...models, ...loaders].flatMap(file =>
        // an MMAR that is not trained yet is no fault; what starts a run asks for the weights
        missing(
          file,
          variables,
          facts,
          path => t('{0} does not exist yet, and this would load it.', path),
          'info',
        ),
      ),
    ];
  });
  // Both sections read the same datalist, as a rule: said once is enough.
  const told = new Set<string>();
  return found.filter(({ message }) => !told.has(message) && told.add(message));
}

function isLoader(handler: ConfigNode): boolean {
  return textOf(fieldOf(handler, 'name')) === 'CheckpointLoader';
}

/** The same for environment.json, where the paths are written. */
export const missingEnvironmentFiles: Check = {
  codes: missingFiles.codes,
  kinds: ['environment'],
  run: ({ doc }, { facts }) => filesOfEnvironment(doc, facts),
};

function filesOfEnvironment(doc: ConfigDoc, facts: Facts): Finding[] {
  const variables = variablesOf({ ...facts, environment: undefined, config: valueOf(doc) });
  const say: Record<string, (path: string) => string> = {
    DATA_ROOT: path => t('The data folder {0} does not exist on this machine.', path),
    DATASET_JSON: path => t('The datalist {0} does not exist on this machine.', path),
  };
  return Object.entries(say).flatMap(([key, message]) =>
    missing(fieldOf(doc.root, key), variables, facts, message),
  );
}

/** No error: the run may be meant for a machine where the file is. */
function missing(
  node: ConfigNode | undefined,
  variables: Variables,
  facts: Facts,
  say: (path: string) => string,
  severity: Finding['severity'] = 'warning',
): Finding[] {
  const path = resolvedPath(textOf(node), variables);
  if (!node || path === undefined || facts.root === undefined) return [];
  const whole = joinPath(facts.root, path);
  if (facts.fileExists(whole) !== false) return [];
  return [{ code: 'missing-file', severity, range: rangeOf(node), message: say(path) }];
}
