import { t } from '@vscode/l10n';
import type { VolumeHost, VolumePage, VolumeScene } from '../protocol/volume.ts';
import { connect } from '../shared/connect.ts';
import '../shared/theme.css';
import { readBytes } from './bytes.ts';
import { Controls } from './controls.ts';
import { Layout } from './layout.ts';
import { Viewer } from './viewer.ts';
import './volume.css';

const host = connect<VolumePage, VolumeHost>({
  show: scene => void show(scene),
  setView: view => controls.setView(view),
});
const viewer = new Viewer();
const controls = new Controls({
  setView: view => viewer.setView(view),
  setOpacity: (role, opacity) => viewer.setOpacity(role, opacity),
  setWindow: range => viewer.setWindow(range),
});
const layout = new Layout(controls.root);
viewer.onPlace = place => layout.tell(place);

let shown = '';
let stop = new AbortController();

/** Draws a scene; one whose volumes are drawn already only brings new words. */
async function show(scene: VolumeScene): Promise<void> {
  layout.describe(scene);
  const wanted = JSON.stringify(scene.volumes);
  if (wanted === shown) return;
  shown = wanted;
  stop.abort();
  stop = new AbortController();
  const { signal } = stop;
  try {
    await load(scene, signal);
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

async function load(scene: VolumeScene, signal: AbortSignal): Promise<void> {
  const total = scene.volumes.reduce((sum, { size }) => sum + size, 0);
  let read = 0;
  const onRead = (count: number): void => {
    read += count;
    layout.busy(t('Reading {0} of {1}', megabytes(read), megabytes(total)), read / total);
  };
  viewer.clear();
  onRead(0);
  for (const volume of scene.volumes) {
    const bytes = await readBytes(host, volume, onRead, signal);
    layout.busy(t('Drawing...'));
    await nextFrame();
    await viewer.add(volume, bytes, signal);
  }
  controls.showLayers(new Set(scene.volumes.map(({ role }) => role)));
  controls.offerWindows(viewer.range);
  controls.applyLayers();
  viewer.reveal();
  viewer.pointAtLabel();
  layout.done();
  await nextFrame();
  await host.call('drawn', { volumes: scene.volumes.length, dims: viewer.dims });
}

function fail(error: unknown): void {
  shown = ''; // the same scene again means: try again
  const message = error instanceof Error ? error.message : String(error);
  layout.fail(message);
  void host.call('failed', message);
}

const megabytes = (bytes: number): string => t('{0} MB', (bytes / 1e6).toFixed(1));

/** Two frames: the first is only asked for, the second was shown. */
const nextFrame = (): Promise<void> =>
  new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (controls.press(event.key)) event.preventDefault();
});

async function start(): Promise<void> {
  layout.busy(t('Opening...'));
  if (!Viewer.isSupported())
    throw new Error(
      t(
        'Volumes are drawn with WebGL2, which is missing here. Turn on hardware acceleration of VS Code (or of the browser), then open the file again.',
      ),
    );
  await viewer.attach(layout.canvas);
  controls.setView('multiplanar');
  await show(await host.call('ready'));
}

start().catch(fail);
