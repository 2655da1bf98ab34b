import { NVImage, Niivue, SHOW_RENDER, SLICE_TYPE, type NiiVueLocation } from '@niivue/niivue';
import { t } from '@vscode/l10n';
import type { SceneVolume, VolumeView } from '../protocol/volume.ts';
import { asLabels, type Labels } from './labels.ts';

const sliceType: Record<VolumeView, SLICE_TYPE> = {
  multiplanar: SLICE_TYPE.MULTIPLANAR,
  axial: SLICE_TYPE.AXIAL,
  coronal: SLICE_TYPE.CORONAL,
  sagittal: SLICE_TYPE.SAGITTAL,
  render: SLICE_TYPE.RENDER,
};

/** Draws what lies over the image voxel by voxel, while the image itself stays smooth; and waits when told to. */
class PatientNiivue extends Niivue {
  private held = false;

  /** Each change of a layer sends all volumes to the graphics card again: of many changes, only the last one shall. */
  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
    this.updateGLVolume();
  }

  override updateGLVolume(): void {
    if (!this.held) super.updateGLVolume();
  }

  override drawScene(): ReturnType<Niivue['drawScene']> {
    return this.held ? undefined : super.drawScene();
  }

  override updateInterpolation(layer: number, isForceLinear = false): void {
    super.updateInterpolation(layer, isForceLinear);
    if (layer === 0 || isForceLinear) return;
    const { gl } = this; // the texture of the overlays is the active one here
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }
}

/** Where the cross is and what is there, layer by layer. */
export interface Place {
  readonly mm: readonly [number, number, number];
  readonly intensity: number;
  /** Names of the labels there, in the order of the layers; undefined: background. */
  readonly labels: readonly { role: SceneVolume['role']; name: string | undefined }[];
}

interface Layer {
  readonly volume: SceneVolume;
  readonly labels: Labels | undefined;
}

/** NiiVue with one image and its label maps. A new scene is drawn by the same object: a page has few WebGL contexts. */
export class Viewer {
  private readonly nv = new PatientNiivue({
    backColor: [0, 0, 0, 1],
    show3Dcrosshair: true,
    crosshairWidth: 0.3,
    crosshairWidthUnit: 'percent',
    crosshairGap: 20, // what the cross points at stays visible
    crosshairColor: [0.85, 0.85, 0.85, 0.8],
    isRadiologicalConvention: true, // the patient's right on the left
    multiplanarShowRender: SHOW_RENDER.ALWAYS,
    dragAndDropEnabled: false,
    loadingText: '',
    logLevel: 'silent',
    viewModeHotKey: '', // the page has its own keys
    cycleClipPlaneHotKey: '',
    clipPlaneHotKey: '',
    isColorbar: false,
  });
  private layers: Layer[] = [];
  onPlace: (place: Place) => void = () => undefined;

  static isSupported(): boolean {
    return document.createElement('canvas').getContext('webgl2') !== null;
  }

  async attach(canvas: HTMLCanvasElement): Promise<void> {
    await this.nv.attachToCanvas(canvas);
    this.nv.onLocationChange = location => this.tell(location as NiiVueLocation);
  }

  /** On top of what was added before; the image comes first. */
  async add(volume: SceneVolume, bytes: ArrayBuffer, signal: AbortSignal): Promise<void> {
    const { name } = volume;
    const source = { url: name, name, buffer: bytes, colormap: 'gray' }; // asks nothing of the network
    const image = await NVImage.loadFromUrl(source).catch(() => undefined);
    signal.throwIfAborted(); // meanwhile another scene may have begun
    if (!image?.img) throw new Error(t('{0} cannot be drawn: it is damaged.', volume.name));
    const labels = volume.role === 'image' ? undefined : asLabels(image, volume);
    if (labels) image.opacity = 0.5;
    this.nv.addVolume(image);
    this.layers.push({ volume, labels });
  }

  /** Takes away what is drawn; until `reveal` nothing new is seen. */
  clear(): void {
    this.nv.hold();
    for (const volume of [...this.nv.volumes].reverse()) this.nv.removeVolume(volume);
    this.nv.mediaUrlMap.clear(); // keeps every volume alive otherwise
    this.layers = [];
  }

  reveal(): void {
    this.nv.release();
  }

  setView(view: VolumeView): void {
    this.nv.setSliceType(sliceType[view]);
  }

  setOpacity(role: SceneVolume['role'], opacity: number): void {
    this.layers.forEach((layer, i) => {
      if (layer.volume.role === role) this.nv.setOpacity(i, opacity);
    });
  }

  /** Grey values from black to white; undefined: what suits the image's own values. */
  setWindow(range: readonly [low: number, high: number] | undefined): void {
    const image = this.nv.volumes[0];
    if (!image) return;
    image.cal_min = range?.[0] ?? image.robust_min ?? 0;
    image.cal_max = range?.[1] ?? image.robust_max ?? 1;
    this.nv.updateGLVolume();
  }

  /** Least and greatest intensity. */
  get range(): readonly [number, number] {
    const image = this.nv.volumes[0];
    return image ? rangeOf(image) : [0, 0];
  }

  get dims(): number[] {
    return [...(this.nv.volumes[0]?.hdr?.dims.slice(1, 4) ?? [])];
  }

  /** The cross to where most of the first label is seen, what the user came for; else it stays in the middle. */
  pointAtLabel(): void {
    const index = this.layers.findIndex(layer => layer.labels);
    const image = this.nv.volumes[index];
    const voxel = image && middleOf(image);
    const affine = image?.hdr?.affine;
    if (affine && voxel) {
      const [x, y, z] = voxel;
      const mm = (row: readonly number[] | undefined): number =>
        (row?.[0] ?? 0) * x + (row?.[1] ?? 0) * y + (row?.[2] ?? 0) * z + (row?.[3] ?? 0);
      this.nv.scene.crosshairPos = this.nv.mm2frac([mm(affine[0]), mm(affine[1]), mm(affine[2])]);
    }
    this.nv.createOnLocationChange();
    this.nv.drawScene();
  }

  private tell({ mm, values }: NiiVueLocation): void {
    const [x = 0, y = 0, z = 0] = mm;
    const labels = this.layers.flatMap(({ volume, labels: map }, i) => {
      if (!map) return [];
      const value = map.values[(values[i]?.value ?? 0) - 1];
      const name = value === undefined ? undefined : nameOf(map, value);
      return [{ role: volume.role, name }];
    });
    this.onPlace({ mm: [x, y, z], intensity: values[0]?.value ?? 0, labels });
  }
}

const nameOf = (map: Labels, value: number): string =>
  map.names[String(value)] ?? t('label {0}', value);

/** Of huge volumes only so many voxels are looked at. */
const samples = 1 << 24;

/** NiiVue's own range leaves out the borders of the volume: there is the air that tells CT from the rest. */
function rangeOf({ img, hdr }: NVImage): [number, number] {
  if (!img || !hdr) return [0, 0];
  let [low, high] = [Infinity, -Infinity];
  const step = Math.max(1, Math.floor(img.length / samples));
  for (let i = 0; i < img.length; i += step) {
    const value = img[i] ?? 0;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const slope = hdr.scl_slope || 1;
  const ends = [low, high].map(end => end * slope + (hdr.scl_inter || 0));
  return [Math.min(...ends), Math.max(...ends)];
}

/** A voxel of the slice with most labelled voxels, near their middle. */
function middleOf({ img, hdr }: NVImage): [number, number, number] | undefined {
  if (!img || !hdr) return undefined;
  const [, nx = 1, ny = 1, nz = 1] = hdr.dims;
  let best = 0;
  let middle: [number, number, number] | undefined;
  for (let z = 0; z < nz; z++) {
    let [count, sumX, sumY] = [0, 0, 0];
    for (let y = 0, i = z * nx * ny; y < ny; y++)
      for (let x = 0; x < nx; x++, i++)
        if (img[i] !== 0) {
          count++;
          sumX += x;
          sumY += y;
        }
    if (count <= best) continue;
    best = count;
    middle = [Math.round(sumX / count), Math.round(sumY / count), z];
  }
  return middle;
}
