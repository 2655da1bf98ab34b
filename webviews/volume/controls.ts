import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { t } from '@vscode/l10n';
import type { VolumeView } from '../protocol/volume.ts';
import { element } from '../shared/element.ts';

export type Overlay = 'label' | 'prediction';
type Range = readonly [low: number, high: number];

/** What the toolbar asks for. */
export interface Actions {
  setView(view: VolumeView): void;
  setOpacity(role: Overlay, opacity: number): void;
  setWindow(range: Range | undefined): void;
}

const views: readonly (readonly [VolumeView, string])[] = [
  ['multiplanar', t('Multiplanar')],
  ['axial', t('Axial')],
  ['coronal', t('Coronal')],
  ['sagittal', t('Sagittal')],
  ['render', t('3D')],
];

/** Hounsfield units from black to white; level and width as radiologists name them. */
const window = (level: number, width: number): Range => [level - width / 2, level + width / 2];
const ctWindows: readonly (readonly [string, Range])[] = [
  [t('Soft tissue'), window(40, 400)],
  [t('Liver'), window(60, 160)],
  [t('Lung'), window(-600, 1500)],
  [t('Bone'), window(400, 1800)],
  [t('Brain'), window(40, 80)],
];

/** Air is about -1000 in CT; nothing else in medicine is that negative. */
const isCt = ([low]: Range): boolean => low <= -200;

/** The toolbar. Without a scene it shows the views only. */
export class Controls {
  readonly root = element('div', { class: 'toolbar', role: 'toolbar', 'aria-label': t('View') });
  private readonly viewButtons = new Map<
    VolumeView,
    HTMLElementTagNameMap['vscode-toolbar-button']
  >();
  private readonly layers: Record<Overlay, LayerControl>;
  private readonly windows: HTMLElementTagNameMap['vscode-single-select'];
  private readonly windowGroup: HTMLElement;
  private ranges: readonly (readonly [string, Range | undefined])[] = [];

  constructor(private readonly actions: Actions) {
    this.layers = {
      label: new LayerControl(t('Label'), 'L', o => actions.setOpacity('label', o)),
      prediction: new LayerControl(t('Prediction'), 'P', o => actions.setOpacity('prediction', o)),
    };
    this.windows = element('vscode-single-select', { label: t('Window') });
    this.windows.addEventListener('change', () =>
      actions.setWindow(this.ranges[this.windows.selectedIndex]?.[1]),
    );
    this.windowGroup = element(
      'div',
      { class: 'group' },
      element('span', { class: 'muted', 'aria-hidden': 'true' }, t('Window')),
      this.windows,
    );
    const { label, prediction } = this.layers;
    this.root.append(this.viewGroup(), label.root, prediction.root, this.windowGroup);
    this.showLayers(new Set());
    this.windowGroup.hidden = true;
  }

  private viewGroup(): HTMLElement {
    const group = element('div', {
      class: 'group views',
      role: 'group',
      'aria-label': t('Planes'),
    });
    views.forEach(([view, name], i) => {
      const button = element(
        'vscode-toolbar-button',
        { toggleable: '' },
        element('span', {}, name),
      );
      button.title = t('{0} (key {1})', name, i + 1);
      button.addEventListener('change', () => this.setView(view));
      this.viewButtons.set(view, button);
      group.append(button);
    });
    return group;
  }

  setView(view: VolumeView): void {
    for (const [each, button] of this.viewButtons) button.checked = each === view;
    this.actions.setView(view);
  }

  showLayers(roles: ReadonlySet<string>): void {
    for (const role of ['label', 'prediction'] as const)
      this.layers[role].root.hidden = !roles.has(role);
  }

  /** Offers the windows that suit such intensities, and sets the first. */
  offerWindows(range: Range): void {
    const general = [
      [t('Automatic'), undefined],
      [t('Whole range'), range],
    ] as const;
    this.ranges = isCt(range) ? [...ctWindows, ...general] : general;
    this.windows.options = this.ranges.map(([label], i) => ({ label, value: String(i) }));
    this.windows.value = '0';
    this.windowGroup.hidden = false;
    this.actions.setWindow(this.ranges[0]?.[1]);
  }

  /** What the user has chosen for the layers, once more: a new scene starts with it. */
  applyLayers(): void {
    this.layers.label.apply();
    this.layers.prediction.apply();
  }

  /** Keys 1 to 5, L and P; false: not one of them. */
  press(key: string): boolean {
    const view = views[Number(key) - 1]?.[0];
    if (view) this.setView(view);
    else if (/^l$/i.test(key)) this.layers.label.toggle();
    else if (/^p$/i.test(key)) this.layers.prediction.toggle();
    else return false;
    return true;
  }
}

/** A layer that can be hidden, and how much of the image shows through it. */
class LayerControl {
  readonly root: HTMLElement;
  private readonly shown = element('vscode-checkbox');
  private readonly slider = element('input', { type: 'range', min: '5', max: '100', value: '50' });

  constructor(
    name: string,
    key: string,
    private readonly setOpacity: (opacity: number) => void,
  ) {
    this.shown.label = name;
    this.shown.checked = true;
    this.shown.title = t('Show or hide (key {0})', key);
    this.slider.setAttribute('aria-label', t('Opacity of {0}', name));
    this.slider.title = t('Opacity of {0}', name);
    this.root = element('div', { class: `group ${key}` }, this.shown, this.slider);
    this.shown.addEventListener('change', () => this.apply());
    this.slider.addEventListener('input', () => this.apply());
  }

  toggle(): void {
    if (this.root.hidden) return;
    this.shown.checked = !this.shown.checked;
    this.apply();
  }

  apply(): void {
    this.slider.disabled = !this.shown.checked;
    this.setOpacity(this.shown.checked ? Number(this.slider.value) / 100 : 0);
  }
}
