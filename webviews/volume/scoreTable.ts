import { t } from '@vscode/l10n';
import type { VolumeScene } from '../protocol/volume.ts';
import { element } from '../shared/element.ts';
import { colourOf } from './labels.ts';

type Score = NonNullable<VolumeScene['scores']>[number];

/** How well the prediction covers the label, class by class. */
export function scoreTable(scores: readonly Score[], voxelMl: number): HTMLTableElement {
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, t('Class')),
    element('th', { scope: 'col', class: 'number' }, t('Dice')),
    element('th', { scope: 'col', class: 'number' }, t('Label ml')),
    element('th', { scope: 'col', class: 'number' }, t('Prediction ml')),
  );
  const rows = scores.map(score =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, swatch(score.value), score.name),
      element('td', { class: 'number' }, score.dice?.toFixed(3) ?? '-'),
      element('td', { class: 'number' }, millilitres(score.label * voxelMl)),
      element('td', { class: 'number' }, millilitres(score.prediction * voxelMl)),
    ),
  );
  return element(
    'table',
    { class: 'data' },
    element('caption', { class: 'visually-hidden' }, t('Overlap of prediction and label')),
    element('thead', {}, head),
    element('tbody', {}, ...rows),
  );
}

/** Both colours of a class: left that of the label, right that of the prediction. */
function swatch(value: number): HTMLElement {
  const made = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  const css = (role: 'label' | 'prediction'): string => `rgb(${colourOf(role, value).join(' ')})`;
  made.style.background = `linear-gradient(90deg, ${css('label')} 50%, ${css('prediction')} 50%)`;
  return made;
}

const millilitres = (ml: number): string => (ml < 10 ? ml.toFixed(2) : ml.toFixed(1));
