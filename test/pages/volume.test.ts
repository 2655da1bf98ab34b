import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type {
  DrawnReport,
  SceneVolume,
  VolumeHost,
  VolumePage,
  VolumeScene,
} from '../../webviews/protocol/volume.ts';
import { nifti } from '../unit/volumes.ts';
import { shot, until } from './look.ts';
import { closeBrowser, openPage, type OpenedPage, type OpenOptions } from './page.ts';

const size = 48;

/** A volume of `size` cubed, by a function of the voxel. */
function cube(value: (x: number, y: number, z: number) => number, datatype: 2 | 4 | 16): Buffer {
  const values: number[] = [];
  for (let z = 0; z < size; z++)
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) values.push(value(x, y, z));
  return gzipSync(nifti({ dims: [size, size, size], values, datatype }));
}

const inBall = (x: number, y: number, z: number, at: number, r: number): boolean =>
  Math.hypot(x - at, y - 24, z - 24) < r;
const organ = (at: number) => (x: number, y: number, z: number) =>
  inBall(x, y, z, at, 7) ? 1 : Math.hypot(x - 34, y - 20, z - 24) < 4 ? 2 : 0;

const names = { 1: 'spleen', 2: 'tumour <b>of</b> it' };
const image = cube((x, y, z) => {
  if (!inBall(x, y, z, 24, 21)) return -1000;
  if (organ(20)(x, y, z)) return 120;
  return Math.hypot(x - 24, y - 36, z - 24) < 4 ? 700 : 20 + ((x * 7 + y * 13 + z * 5) % 30);
}, 4);

interface Case {
  readonly scene: VolumeScene;
  readonly bytes: Map<string, Uint8Array>;
}

function caseOf(files: [SceneVolume['role'], Uint8Array][], more: Partial<VolumeScene> = {}): Case {
  const volumes = files.map(([role, bytes], i): SceneVolume => {
    const of = role === 'image' ? {} : { labels: names };
    return { id: `${i}`, role, name: `${role} ${i}.nii.gz`, size: bytes.length, ...of };
  });
  const bytes = new Map(files.map(([, content], i) => [`${i}`, content]));
  return { scene: { title: 'spleen_8.nii.gz', volumes, ...more }, bytes };
}

const compared = caseOf(
  [
    ['image', image],
    ['label', cube(organ(20), 2)],
    ['prediction', cube(organ(23), 16)], // as the engine writes it: float
  ],
  {
    scores: [
      { value: 1, name: 'spleen', dice: 0.84567, label: 1419, prediction: 1419, both: 1200 },
      { value: 2, name: names[2], dice: undefined, label: 0, prediction: 0, both: 0 },
    ],
    voxelMl: 0.01,
  },
);

interface Opened extends OpenedPage<VolumePage> {
  readonly drawn: DrawnReport[];
  readonly failures: string[];
}

async function openCase(
  { scene, bytes }: Case,
  options: Partial<OpenOptions<VolumeHost>> = {},
): Promise<Opened> {
  const drawn: DrawnReport[] = [];
  const failures: string[] = [];
  const host: VolumeHost = {
    ready: async () => scene,
    read: async (id, offset, length) => bytes.get(id)!.subarray(offset, offset + length),
    drawn: report => void drawn.push(report),
    failed: message => void failures.push(message),
  };
  const opened = await openPage<VolumeHost, VolumePage>({ name: 'volume', host, ...options });
  return { ...opened, drawn, failures };
}

/** Pixels of the picture on screen, counted by kind. */
async function colours({ page }: Opened): Promise<{ grey: number; cold: number; warm: number }> {
  const png = (await page.locator('canvas').screenshot()).toString('base64');
  return page.evaluate(async data => {
    const scope = globalThis as unknown as {
      createImageBitmap(blob: Blob): Promise<{ width: number; height: number }>;
      OffscreenCanvas: new (
        w: number,
        h: number,
      ) => {
        getContext(kind: '2d'): {
          drawImage(source: unknown, x: number, y: number): void;
          getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
        };
      };
    };
    const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
    const bitmap = await scope.createImageBitmap(new Blob([bytes]));
    const context = new scope.OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
    const counts = { grey: 0, cold: 0, warm: 0 };
    for (let i = 0; i < pixels.length; i += 4) {
      const [r = 0, g = 0, b = 0] = pixels.subarray(i, i + 3);
      if (Math.abs(r - g) < 8 && Math.abs(g - b) < 8) counts.grey += r > 40 ? 1 : 0;
      else if (b > r + 30) counts.cold++;
      else if (r > b + 30) counts.warm++;
    }
    return counts;
  }, png);
}

suite('volume page', () => {
  let opened: Opened | undefined;
  const open = async (...args: Parameters<typeof openCase>): Promise<Opened> =>
    (opened = await openCase(...args));

  teardown(async () => {
    await opened?.close();
    opened = undefined;
  });
  suiteTeardown(closeBrowser);

  test('image, label and prediction are drawn, scores are shown, keys work', async () => {
    const it = await open(compared);
    await until(() => it.drawn.length === 1, 'drawn');
    assert.deepEqual(it.drawn, [{ volumes: 3, dims: [size, size, size] }]);
    await shot(it.page, 'volume dark');
    const all = await colours(it);
    assert.ok(all.grey > 2000 && all.cold > 500 && all.warm > 500, JSON.stringify(all));

    const rows = await it.page.locator('aside tbody tr').allInnerTexts();
    assert.deepEqual(
      rows.map(row => row.split('\t').map(cell => cell.trim())),
      [
        ['spleen', '0.846', '14.2', '14.2'],
        ['tumour <b>of</b> it', '-', '0.00', '0.00'],
      ],
    );
    const place = await it.page.locator('output').innerText();
    assert.match(place, /mm.*intensity 120.*label: spleen.*prediction: spleen/);

    await it.page.keyboard.press('p');
    const { warm } = await colours(it);
    assert.ok(warm < all.warm / 10, `prediction hidden: ${warm} of ${all.warm}`);
    await it.page.keyboard.press('L');
    const { cold } = await colours(it);
    assert.ok(cold < all.cold / 10, `label hidden: ${cold} of ${all.cold}`);
    await it.page.keyboard.press('p');
    for (const [key, view] of ['Axial', 'Coronal', 'Sagittal', '3D'].entries()) {
      await it.page.keyboard.press(String(key + 2));
      const chosen = it.page.locator('.views vscode-toolbar-button[checked]');
      assert.deepEqual(await chosen.allInnerTexts(), [view]);
      assert.ok((await colours(it)).warm > 300, view);
    }
    await it.call('setView', 'multiplanar');
    assert.deepEqual(it.errors, []);
  });

  test('scores that come later do not load anything again', async () => {
    const { scores, voxelMl, ...scene } = compared.scene;
    const it = await open({ ...compared, scene });
    await until(() => it.drawn.length === 1, 'drawn');
    assert.match(await it.page.locator('aside').innerText(), /Comparing/);
    await it.call('show', { ...scene, ...(scores ? { scores, voxelMl: voxelMl ?? 0 } : {}) });
    await until(() => it.page.locator('aside table').isVisible(), 'table');
    await it.call('show', { ...scene, note: 'Label and prediction lie 5 mm apart: no Dice.' });
    await until(() => it.page.locator('aside .note').isVisible(), 'note');
    await it.call('show', { ...scene, volumes: scene.volumes.slice(0, 2) });
    await until(() => it.drawn.length === 2, 'another scene drawn');
    assert.deepEqual(it.drawn[1], { volumes: 2, dims: [size, size, size] });
    assert.ok((await colours(it)).warm < 100);
    assert.equal(await it.page.getByText('Prediction').isVisible(), false);
  });

  test('a lone image has the page to itself', async () => {
    const it = await open(caseOf([['image', image]]));
    await until(() => it.drawn.length === 1, 'drawn');
    assert.equal(await it.page.locator('aside').isVisible(), false);
    await shot(it.page, 'volume lone');
  });

  test('a damaged file is told in words', async () => {
    const it = await open(caseOf([['image', image.subarray(0, image.length / 2)]]));
    await until(() => it.failures.length === 1, 'failed');
    const alert = it.page.getByRole('alert');
    assert.match(await alert.innerText(), /image 0\.nii\.gz cannot be drawn/);
    await shot(it.page, 'volume damaged');
  });

  test('what the extension refuses is told in its words', async () => {
    const message = 'x.nii.gz cannot be read: it is cut short. Replace it.';
    const it = await open(compared, {
      host: {
        ready: () => Promise.reject(new Error(message)),
        read: async () => new Uint8Array(),
        drawn: () => undefined,
        failed: () => undefined,
      },
    });
    await until(() => it.page.getByRole('alert').isVisible(), 'alert');
    assert.match(await it.page.getByRole('alert').innerText(), /cut short/);
  });

  test('without WebGL2 it says what to do', async () => {
    const it = await open(compared, { withoutWebGl: true });
    await until(() => it.failures.length === 1, 'failed');
    assert.match(await it.page.getByRole('alert').innerText(), /hardware acceleration/);
  });

  for (const [name, options] of [
    ['light', { theme: 'light' }],
    ['high-contrast', { theme: 'high-contrast' }],
    ['narrow', { width: 420, height: 640 }],
  ] as const)
    test(`${name}: everything has its place`, async () => {
      const it = await open(compared, options);
      await until(() => it.drawn.length === 1, 'drawn');
      await shot(it.page, `volume ${name}`);
      const width = await it.page.evaluate('document.documentElement.scrollWidth');
      assert.ok(Number(width) <= (it.page.viewportSize()?.width ?? 0), 'nothing to the right');
      assert.ok(await it.page.locator('aside table').isVisible());
      assert.ok(((await it.page.locator('canvas').boundingBox())?.height ?? 0) > 150);
      assert.deepEqual(it.errors, []);
    });
});
