import { classesOf, newDatalist, type MmarChoices } from '../newMmar.ts';
import { learningRate } from './network.ts';
import { windows } from './transforms.ts';

/** What the model does, in a sentence. */
export function describe({ labels, modality, dimensions, network }: MmarChoices): string {
  const what = labels.map(oneLine).join(', ');
  return `Segmentation of ${what} in ${dimensions}D ${modality.split(' ')[0] ?? ''} images by a ${network}`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
/** Plain text in Markdown, in a table, too. */
const escaped = (text: string): string =>
  oneLine(text).replaceAll(/[\\`*_{}[\]<>()#+!|~$&]/g, '\\$&');

export function readme(choices: MmarChoices): string {
  const { name, patch, spacing, channels, network, modality, labels, data } = choices;
  const window = windows[modality];
  const rows = [
    ['grid', `${spacing.join(' x ')} mm${choices.dimensions === 3 ? ', RAS' : ''}`],
    [
      'intensities',
      window
        ? `${window[0]} to ${window[1]} HU, scaled to 0..1`
        : 'mean 0 and deviation 1 per channel, over voxels that are not 0',
    ],
    ['patch, window', patch.join(' x ')],
    ['network', `${network}, ${channels} to ${classesOf(choices)} channels`],
    ['labels', labels.map((label, i) => `${i + 1} ${escaped(label)}`).join(', ')],
    [
      'loss, optimizer',
      `Dice + cross entropy; AdamW ${learningRate(choices)}, cosine over all epochs`,
    ],
  ];
  return `# ${escaped(name)}

${escaped(describe(choices))}. A Clara MMAR of dialect 4.1; open MONAI runs it as well.
Research only: nobody has looked at what it predicts.

## Data

\`${data.datalist ?? newDatalist}\` lists the cases, \`config/environment.json\` says where they are (DATA_ROOT).
Labels are volumes on the grid of their image, with 0 for background${labels.length > 1 ? ` and 1 to ${labels.length} for the labels` : ' and 1 for the label'}.${channels > 1 ? `\nAn image is an array of ${channels} files, one per channel, always in the same order.` : ''}

## Settings

${table(rows)}

The preprocessing is the same in \`config_train.json\`, \`config_validation.json\`, \`config_inference.json\` and
\`config_aiaa.json\`: whoever changes one changes all.

## Commands

Inside Clara Train's container: \`bash commands/train.sh epochs=100\`, then \`validate.sh\`, \`export.sh\`, \`infer.sh\`.
`;
}

function table(rows: readonly string[][]): string {
  const widths = [0, 1].map(i => Math.max(7, ...rows.map(row => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(['setting', 'value']), line(widths.map(n => '-'.repeat(n))), ...rows.map(line)].join(
    '\n',
  );
}
