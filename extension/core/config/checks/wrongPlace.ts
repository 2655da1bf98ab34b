import { t } from '@vscode/l10n';
import type { CheckContext, Known } from '../context.ts';
import { fix, renameText } from '../edits.ts';
import type { Finding } from '../finding.ts';
import type { ComponentUse, ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { plainKinds, type ComponentKind, type ComponentSpec } from '../spec.ts';
import { componentFiles, found, type Check, type Code } from './check.ts';
import { kindName, kindsFor } from './places.ts';

const wrong: Code = {
  code: 'wrong-place',
  severity: 'error',
  summary: 'A component of a kind that its place does not take',
};
const array: Code = {
  code: 'array-transform',
  severity: 'warning',
  summary: 'A transform for arrays in a list for dictionaries',
};

/** Flags a loss where a model belongs, and a transform without its "d". */
export const wrongPlace: Check = {
  codes: [wrong, array],
  kinds: [...componentFiles],
  run: (model, context) => {
    const { known } = context;
    if (!known) return [];
    return model.components.flatMap(use => {
      const spec = context.specOf(use);
      if (!spec || (plainKinds.has(spec.kind) && model.form === 'bundle')) return [];
      const kinds = kindsFor(model, use, known);
      if (!kinds || spec.kind === 'function') return [];
      if (!kinds.has(spec.kind)) return [misplaced(model, use, spec, kinds, known)];
      return spec.kind === 'transform' ? arrays(model, use, spec, known, context) : [];
    });
  },
};

function misplaced(
  model: ConfigModel,
  use: ComponentUse,
  spec: ComponentSpec,
  kinds: ReadonlySet<ComponentKind>,
  { catalog }: Known,
): Finding {
  const place = use.receivers.join(', ');
  const wanted = [...kinds].map(kindName).join(t(' or '));
  const article = kindName(spec.kind);
  const meant = catalog.closest(use.name, { kinds });
  const isSame = meant !== undefined && meant.includes('.') === use.name.includes('.');
  return found(
    wrong,
    rangeOf(use.nameNode),
    t('{0} is a {1}; "{2}" takes a {3}.', use.name, article, place, wanted),
    isSame && catalog.get(meant) && kinds.has(catalog.get(meant)?.kind ?? 'class')
      ? { fixes: [fix(t('Change to {0}', meant), renameText(model.doc, use.nameNode, meant))] }
      : {},
  );
}

/** Lists of an MMAR pass dictionaries. Deepgrow's transforms take them without being called so. */
function arrays(
  model: ConfigModel,
  use: ComponentUse,
  spec: ComponentSpec,
  { catalog }: Known,
  { scope }: CheckContext,
): Finding[] {
  const name = `${spec.name}d`;
  const twin = catalog.get(name, scope);
  if (model.form === 'bundle' || twin?.kind !== 'dict_transform' || spec.args.has('keys'))
    return [];
  const short = use.name.includes('.') ? twin.path : name;
  return [
    found(
      array,
      rangeOf(use.nameNode),
      t('{0} takes one array, but the list passes dictionaries: {1} takes these.', use.name, name),
      { fixes: [fix(t('Change to {0}', short), renameText(model.doc, use.nameNode, short))] },
    ),
  ];
}
