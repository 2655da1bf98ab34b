import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** Waits until it is true, and fails with these words when it never is. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 15_000; !(await isTrue());) {
    if (Date.now() > end) assert.fail(`never: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Keeps a picture to be looked at: in `out/pages`, or where MMAR_SHOTS says. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['MMAR_SHOTS'] ?? path.join(__dirname, '..', '..', 'out', 'pages');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
