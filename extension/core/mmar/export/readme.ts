import { t } from '@vscode/l10n';
import { codeSpan, plainMarkdown } from '../markdown.ts';
import type { MmarAbout } from './about.ts';
import { releases } from '../releases.ts';

/** docs/README.md of the bundle: how to run it, then what the MMAR says of itself. */
export function bundleReadme(name: string, about: MmarAbout): string {
  const own = about.readme?.trim();
  return [
    `# ${plainMarkdown(name)}`,
    t(
      'Exported from the Clara MMAR {0} for MONAI {1}. [mapping.md](mapping.md) says what became of each part of it.',
      codeSpan(name),
      releases.monai,
    ),
    t('## Commands'),
    t('All from the folder of the bundle.'),
    ...commands(),
    t('## Data'),
    t(
      '{0} is the datalist, {1} the folder that its paths start from; both are set in each config and can be given anew: {2}.',
      codeSpan('DATASET_JSON'),
      codeSpan('DATA_ROOT'),
      codeSpan('--DATASET_JSON /data/dataset.json --DATA_ROOT /data'),
    ),
    ...(own ? [t('## What the MMAR says'), demoted(own)] : []),
  ]
    .join('\n\n')
    .concat('\n');
}

function commands(): string[] {
  const run = (...configs: string[]): string =>
    `python -m monai.bundle run --config_file ${
      configs.length === 1
        ? `configs/${configs[0] ?? ''}`
        : `"[${configs.map(file => `'configs/${file}'`).join(',')}]"`
    }`;
  const block = (title: string, command: string): string =>
    `${title}\n\n\`\`\`\n${command}\n\`\`\``;
  const several = run('train.json', 'multi_gpu_train.json').replace(
    'python',
    'torchrun --standalone --nproc_per_node=2',
  );
  return [
    block(t('Training; every variable can be given anew:'), `${run('train.json')} --epochs 10`),
    block(t('Training that goes on from its newest checkpoint:'), run('train.json', 'resume.json')),
    block(t('Training on two GPUs:'), several),
    block(t('Evaluation, with scores case by case in `eval/`:'), run('evaluate.json')),
    block(t('Inference, with predictions in `eval/`:'), run('inference.json')),
  ];
}

/** One level down, so that the document keeps one title; what is code stays. */
function demoted(markdown: string): string {
  let fence = false;
  return markdown
    .split('\n')
    .map(line => {
      if (/^\s*(```|~~~)/.test(line)) fence = !fence;
      return !fence && /^#{1,5} /.test(line) ? `##${line}`.replace(/^#{7,}/, '######') : line;
    })
    .join('\n');
}
