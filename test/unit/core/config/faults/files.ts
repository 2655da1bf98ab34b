import { fieldOf, rangeOf } from '../../../../../extension/core/config/parse.ts';
import { marked, put, type Fault, type Mutation } from './mutation.ts';
import type { Subject } from './subjects.ts';

const cases = (subject: Subject, list: string) =>
  subject.model.kind === 'datalist' && subject.target.file.includes('phantom')
    ? (fieldOf(subject.model.doc.root, list)?.children ?? [])
    : [];

const label = (name: string, code: string, text: (i: number) => string): Fault => ({
  name,
  codes: [code],
  sites: subject =>
    cases(subject, 'training').flatMap((entry, i) => {
      const node = fieldOf(entry, 'label');
      return node ? [[put(rangeOf(node), marked(text(i)))]] : [];
    }),
});

const script = (name: string, code: string, change: (text: string) => Mutation[]): Fault => ({
  name,
  codes: [code],
  sites: subject => (subject.target.kind === 'script' ? change(subject.text) : []),
});

/** Replaces a stretch of a script. */
function instead(text: string, pattern: RegExp, by: (found: string) => string): Mutation[] {
  const match = pattern.exec(text);
  return match ? [[put({ offset: match.index, length: match[0].length }, by(match[0]))]] : [];
}

const isRun = (text: string): boolean => /medl\.apps\.(train|evaluate)/.test(text);

export const fileFaults: readonly Fault[] = [
  label(
    'the label of another image',
    'wrong-pair',
    i => `"training/training_${((i + 1) % 3) + 1}_label.nii"`,
  ),
  label('a label on another grid', 'geometry-mismatch', () => '"larger_label.nii"'),
  label('an image for a label', 'wrong-pair', i => `"training/training_${i + 1}_image.nii"`),
  label('a label that is not there', 'missing-file', () => '"training/gone.nii"'),
  {
    name: 'a case without a label',
    codes: ['unknown-key', 'missing-label'],
    sites: subject =>
      cases(subject, 'training').flatMap(entry => {
        const key = entry.children?.find(child => child.children?.[0]?.value === 'label')
          ?.children?.[0];
        return key ? [[put(rangeOf(key), marked('"labl"'))]] : [];
      }),
  },
  {
    name: 'an image in two lists',
    codes: ['duplicate-image'],
    sites: subject =>
      cases(subject, 'validation').flatMap((entry, i) => {
        const node = fieldOf(entry, 'image');
        return node ? [[put(rangeOf(node), marked(`"training/training_${i + 1}_image.nii"`))]] : [];
      }),
  },
  {
    name: 'a data folder that is not there',
    codes: ['missing-file'],
    sites: ({ model, target }) => {
      const node =
        model.kind === 'environment' && target.file.includes('faults')
          ? fieldOf(model.doc.root, 'DATA_ROOT')
          : undefined;
      return node ? [[put(rangeOf(node), marked('"../dta"'))]] : [];
    },
  },
  script('a GPU and options from one argument', 'script-arguments', text =>
    isRun(text)
      ? instead(
          text,
          /\n\. /,
          found => `\n${marked('GPU2USE=$1')}\nadditional_options="$*"${found}`,
        )
      : [],
  ),
  script('a config that the MMAR does not have', 'script-missing-config', text =>
    instead(text, /config\/config_\w+\.json/, () => marked('config/config_trian.json')),
  ),
  script('a fixed port', 'script-fixed-port', text =>
    isRun(text)
      ? instead(text, /python3 -u/, () => `torchrun ${marked('--master_port=1234')}`)
      : [],
  ),
  script('a lost backslash', 'script-lost-options', text =>
    isRun(text) ? instead(text, / -c config/, () => `\n  ${marked('-c')} config`) : [],
  ),
  script('a lost backslash in a command of several lines', 'script-lost-options', text =>
    instead(text, / \\\n {2}--model_path/, () => `\n  ${marked('--model_path')}`),
  ),
  script('one process with multi_gpu', 'script-multi-gpu', text =>
    instead(text, /print_conf=True/, found => `${found} ${marked('multi_gpu=True')}`),
  ),
  script('several processes without multi_gpu', 'script-multi-gpu', text =>
    isRun(text)
      ? instead(
          text,
          /python3 -u -m/,
          () => `python3 -m ${marked('torch.distributed.launch')} --nproc_per_node=2 -m`,
        )
      : [],
  ),
  script('a cleared terminal', 'script-clear', text =>
    instead(text, /\n/, found => `${found}${marked('clear')}\n`),
  ),
  script('a deleted folder', 'script-deletes', text =>
    instead(text, /\npython3/, found => `\n${marked('rm -rf "$MMAR_ROOT/models"')}${found}`),
  ),
];
