import { t } from '@vscode/l10n';
import type { MmarChoices } from '../newMmar.ts';
import { patchStep } from './network.ts';

/** Reading and judging of what somebody types: each `...Problem` says what is wrong, or undefined. */
export const labelsFrom = (text: string): string[] =>
  text
    .split(',')
    .map(label => label.replaceAll(/\s+/g, ' ').trim())
    .filter(label => label !== '');

/** Predictions are stored as bytes. */
const mostLabels = 255;

export function labelsProblem(text: string): string | undefined {
  const labels = labelsFrom(text);
  if (labels.length === 0) return t('Type one name or more, commas between them.');
  if (labels.length > mostLabels) return t('A prediction holds {0} labels at most.', mostLabels);
  const same = labels.find((label, i) => labels.indexOf(label) !== i);
  if (same !== undefined) return t('"{0}" is there twice.', same);
  return labels.some(label => label.toLowerCase() === 'background')
    ? t('The background is there without being named.')
    : undefined;
}

export const numbersFrom = (text: string): number[] =>
  text
    .split(/[\s,;x×]+/i)
    .filter(part => part !== '')
    .map(Number);

export function spacingProblem(text: string, dimensions: 2 | 3): string | undefined {
  const numbers = numbersFrom(text);
  const fits = numbers.length === dimensions && numbers.every(n => n >= 0.01 && n <= 100);
  return fits ? undefined : t('Type {0} numbers of millimetres, such as {1}.', dimensions, '1.5');
}

const [smallest, largest] = [32, 1024];

export function patchProblem(text: string, dimensions: 2 | 3): string | undefined {
  const numbers = numbersFrom(text);
  if (numbers.length !== dimensions || !numbers.every(Number.isInteger))
    return t('Type {0} whole numbers of voxels.', dimensions);
  const odd = numbers.find(n => n % patchStep !== 0 || n < smallest || n > largest);
  return odd === undefined
    ? undefined
    : t(
        '{0} does not fit: the network needs multiples of {1} from {2} to {3}.',
        odd,
        patchStep,
        smallest,
        largest,
      );
}

export function channelsProblem(text: string): string | undefined {
  const count = Number(text);
  const fits = /^\s*\d+\s*$/.test(text) && count >= 1 && count <= 64;
  return fits ? undefined : t('Type how many channels an image has: 1 to 64.');
}

/** `existing`: names in the folder that the MMAR goes into. */
export function mmarNameProblem(text: string, existing: readonly string[]): string | undefined {
  const name = text.trim();
  if (name === '') return t('Type a name for the folder.');
  if (/[/\\:*?"<>|\x00-\x1f\x7f]/.test(name) || /^\.{1,2}$/.test(name))
    return t('A folder cannot be called so: leave out / \\ : * ? " < > | and line ends.');
  if (name.length > 100) return t('Choose a shorter name.');
  const same = existing.find(other => other.toLowerCase() === name.toLowerCase());
  return same === undefined ? undefined : t('{0} exists already; choose another name.', same);
}

/** All of it at once, for callers that did not ask step by step. */
export function choicesProblem(choices: MmarChoices): string | undefined {
  const { name, labels, dimensions, spacing, patch, channels } = choices;
  return (
    mmarNameProblem(name, []) ??
    labelsProblem(labels.join(',')) ??
    spacingProblem(spacing.join(' '), dimensions) ??
    patchProblem(patch.join(' '), dimensions) ??
    channelsProblem(`${channels}`)
  );
}
