import { t } from '@vscode/l10n';
import type { Finding } from '../finding.ts';
import { fieldOf, rangeOf } from '../parse.ts';
import { found, runKinds, type Check, type Code } from './check.ts';

const gpus: Code = {
  code: 'multi-gpu',
  severity: 'warning',
  summary: 'Flags for several GPUs that contradict each other or the way of starting',
};

/** Flags multi_gpu where the plain scripts would start one process, and GPUs that are switched off. */
export const multiGpu: Check = {
  codes: [gpus],
  kinds: [...runKinds],
  run: ({ doc }) => {
    const flag = fieldOf(doc.root, 'multi_gpu');
    const use = fieldOf(doc.root, 'use_gpu');
    const found_: Finding[] = [];
    if (flag?.value !== true) return found_;
    if (use?.value === false)
      found_.push(found(gpus, rangeOf(use), t('multi_gpu is true, and use_gpu is false.')));
    else
      found_.push(
        found(
          gpus,
          rangeOf(flag),
          t(
            'train.sh starts one process, which would wait for others. Leave false here: the scripts for several GPUs say "--set multi_gpu=True".',
          ),
          {
            fixes: [
              {
                title: t('Change to {0}', 'false'),
                edits: [{ range: rangeOf(flag), text: 'false' }],
              },
            ],
          },
        ),
      );
    return found_;
  },
};
