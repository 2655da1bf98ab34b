// What a user does in the workbench, with the patience that a busy machine needs.
import { setTimeout as sleep } from 'node:timers/promises';

const input = page => page.locator('.quick-input-widget .quick-input-box input');
const rows = page => page.locator('.quick-input-list .monaco-list-row');

/** Opens an address and waits until the workbench takes keys. */
export async function openWorkbench(page, address, timeout = 60_000) {
  await page.goto(address);
  await workbenchReady(page, timeout);
}

async function workbenchReady(page, timeout) {
  await page.locator('.monaco-workbench').waitFor({ timeout });
  await page.locator('.part.activitybar .action-item').first().waitFor({ timeout });
  await page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout });
}

/** What F5 in the browser does: the extension host starts anew. */
export async function reload(page, timeout = 60_000) {
  await page.reload();
  await workbenchReady(page, timeout);
}

/** The whole text, with or without the dots that say "there is more to ask". */
const wholly = title =>
  new RegExp(`^${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\.\\.\\.|…)?$`);

/**
 * Runs a command from the palette by its whole title ("MMAR: Train").
 * An F1 pressed too early is lost, and a command whose extension is not scanned yet is missing: try until it is there.
 */
export async function runCommand(page, title, timeout = 60_000) {
  const label = page.locator('.label-name', { hasText: wholly(title) });
  const row = rows(page).filter({ has: label }).first();
  for (const end = Date.now() + timeout; ;) {
    try {
      if (!(await input(page).isVisible())) await page.keyboard.press('F1');
      await input(page).waitFor({ timeout: 1500 });
      await input(page).fill(`>${title}`);
      await row.waitFor({ timeout: 2500 });
      await row.click({ timeout: 2500 });
      await paletteLeft(page);
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error(`The palette did not run "${title}": ${error.message}`);
      await page.keyboard.press('Escape');
      await sleep(200);
    }
  }
}

/** The palette is gone, or the command shows a box of its own in its place (then the ">" is gone). */
async function paletteLeft(page) {
  for (let waited = 0; waited < 5000 && (await input(page).isVisible()); waited += 100) {
    const text = await input(page)
      .inputValue({ timeout: 1000 })
      .catch(() => '');
    if (!text.startsWith('>')) return;
    await sleep(100);
  }
}

/** Chooses the entry with this text in an open quick pick, or types the text into an open input box. */
export async function quickPick(page, text, timeout = 30_000) {
  await input(page).waitFor({ timeout });
  const row = rows(page).filter({ hasText: text }).first();
  await row.waitFor({ timeout });
  await row.click({ timeout });
}

/** Answers an open input box; with `undefined`, takes what it proposes. */
export async function inputBox(page, text, timeout = 30_000) {
  await input(page).waitFor({ timeout });
  if (text !== undefined) await input(page).fill(text);
  await page.keyboard.press('Enter');
}

/** Waits for a notification with this text; `button` is pressed if given. Gives its locator. */
export async function notification(page, text, { button, timeout = 30_000 } = {}) {
  const toast = page
    .locator('.notifications-toasts .notification-toast', { hasText: text })
    .first();
  await toast.waitFor({ timeout });
  if (button) await toast.getByRole('button', { name: button }).click();
  return toast;
}

/** The page inside the n-th webview that is ready (0 is the first in the document). */
export function webview(page, n = 0) {
  const outer = page.locator('iframe.webview.ready').nth(n).contentFrame();
  return outer.locator('iframe#active-frame').contentFrame();
}

/** A row of a view in the side bar, by its text. */
export const treeRow = (page, text) =>
  page.locator('.part.sidebar .monaco-list-row', { hasText: text }).first();

/** The page, or one element of it, as a PNG file. */
export async function screenshot(target, file) {
  return target.screenshot({ path: file, animations: 'disabled' });
}

/** Counts what is seen of an element on screen: colours tell a drawn volume from an empty canvas. */
export async function shotStats(page, locator, file) {
  const png = await locator.screenshot(file ? { path: file } : {});
  return page.evaluate(async base64 => {
    const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const drawing = new OffscreenCanvas(image.width, image.height).getContext('2d');
    drawing.drawImage(image, 0, 0);
    const { data } = drawing.getImageData(0, 0, image.width, image.height);
    const colours = new Set();
    let bright = 0;
    for (let i = 0; i < data.length; i += 4) {
      colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      if (data[i] + data[i + 1] + data[i + 2] > 300) bright += 1;
    }
    const brightPercent = (100 * bright) / (data.length / 4);
    return { width: image.width, height: image.height, colours: colours.size, brightPercent };
  }, png.toString('base64'));
}
