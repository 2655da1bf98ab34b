import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { t } from '@vscode/l10n';
import type { VolumeScene } from '../protocol/volume.ts';
import { element } from '../shared/element.ts';
import { scoreTable } from './scoreTable.ts';
import type { Place } from './viewer.ts';

/** Everything of the page but the toolbar and the picture's content. */
export class Layout {
  readonly canvas = element('canvas', {
    tabindex: '0',
    'aria-label': t('Volume: drag to move the cross, scroll to change the slice'),
  });
  private readonly progress = element('vscode-progress-bar', { 'aria-label': t('Loading') });
  private readonly status = element('span', { role: 'status', class: 'muted' });
  private readonly place = element('output', { class: 'place' });
  private readonly side = element('aside', { 'aria-label': t('About this case') });
  private readonly alert = element('div', { role: 'alert', class: 'alert', hidden: '' });
  private readonly picture = element('div', { class: 'picture' }, this.canvas);

  constructor(toolbar: HTMLElement) {
    const read = element('footer', {}, this.place, this.status);
    const middle = element('main', {}, this.picture, this.side);
    document.body.append(toolbar, this.progress, this.alert, middle, read);
    this.progress.hidden = true;
  }

  /** Title, scores and notes; nothing to say about a lone image: then it has the whole page. */
  describe(scene: VolumeScene): void {
    const parts: Node[] = [];
    const compared = ['label', 'prediction'].every(role =>
      scene.volumes.some(v => v.role === role),
    );
    if (scene.scores) parts.push(scoreTable(scene.scores, scene.voxelMl ?? 0));
    else if (compared && scene.note === undefined)
      parts.push(element('p', { class: 'muted' }, t('Comparing prediction and label...')));
    if (scene.note !== undefined) parts.push(element('p', { class: 'note' }, scene.note));
    this.side.hidden = parts.length === 0;
    this.side.replaceChildren(element('h1', {}, scene.title), ...parts);
  }

  /** `fraction` undefined: nobody knows how long it takes. */
  busy(words: string, fraction?: number): void {
    this.progress.hidden = false;
    this.progress.indeterminate = fraction === undefined;
    if (fraction !== undefined) this.progress.value = 100 * fraction;
    this.status.textContent = words;
  }

  done(): void {
    this.progress.hidden = true;
    this.status.textContent = '';
    this.alert.hidden = true;
    this.picture.hidden = false;
  }

  fail(message: string): void {
    this.progress.hidden = true;
    this.status.textContent = '';
    this.place.textContent = '';
    this.picture.hidden = true;
    this.alert.replaceChildren(
      element('h2', {}, t('This volume cannot be shown')),
      element('p', {}, message),
    );
    this.alert.hidden = false;
  }

  tell({ mm, intensity, labels }: Place): void {
    const [x, y, z] = mm.map(value => value.toFixed(1));
    const parts = [
      t('{0}, {1}, {2} mm', x ?? '', y ?? '', z ?? ''),
      t('intensity {0}', Number(intensity.toPrecision(5))),
      ...labels.map(({ role, name }) =>
        role === 'label'
          ? t('label: {0}', name ?? t('background'))
          : t('prediction: {0}', name ?? t('background')),
      ),
    ];
    this.place.textContent = parts.join('  |  ');
  }
}
