import { t } from '@vscode/l10n';
import { runKinds, type Check } from './check.ts';
import { closest } from '../closest.ts';
import type { Finding } from '../finding.ts';
import { fieldOf, rangeOf, type ConfigDoc } from '../parse.ts';
import { elementsOf, textOf } from '../walk.ts';

/** Flags `{"ref": NAME}` in `validate` where `train` has none, or several, of that name in the same list. */
export const unresolvedRef: Check = {
  codes: [
    {
      code: 'unresolved-ref',
      severity: 'error',
      summary: 'A ref to a transform that the training section does not have',
    },
    {
      code: 'ambiguous-ref',
      severity: 'warning',
      summary: 'A ref to one of several transforms of the same name',
    },
  ],
  kinds: [...runKinds],
  run: ({ doc }) => refsToNothing(doc),
};

function refsToNothing(doc: ConfigDoc): Finding[] {
  return ['pre_transforms', 'post_transforms'].flatMap(list => {
    const source = fieldOf(fieldOf(doc.root, 'train'), list);
    if (!source) return []; // that is the fault, then
    const trained = elementsOf(source);
    const names = trained.flatMap(transform => textOf(fieldOf(transform, 'name')) ?? []);
    return elementsOf(fieldOf(fieldOf(doc.root, 'validate'), list)).flatMap(transform => {
      const ref = fieldOf(transform, 'ref');
      const name = textOf(ref);
      if (!ref || name === undefined) return [];
      const count = names.filter(other => other === name).length;
      if (count === 1) return [];
      const meant = closest(name, names);
      const place = `train.${list}`;
      const message =
        count > 1
          ? t(
              '{0} transforms in {1} are called "{2}": write the transform out here.',
              count,
              place,
              name,
            )
          : meant === undefined
            ? t('No transform in {0} is called "{1}".', place, name)
            : t('No transform in {0} is called "{1}". Did you mean "{2}"?', place, name, meant);
      return [
        count > 1
          ? { code: 'ambiguous-ref', severity: 'warning', range: rangeOf(ref), message }
          : { code: 'unresolved-ref', severity: 'error', range: rangeOf(ref), message },
      ];
    });
  });
}
