// The browser for the headless runs: the one that the user names, one that is there, or Debian's.
import { existsSync } from 'node:fs';
import { ensureDebianPackages } from './debian.mjs';
import { SetupError, which } from './processes.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const present = () => names.map(name => which(name)).find(file => file !== undefined);

/** The path of a Chromium: $CHROMIUM, else from PATH, else installed where that needs no question. */
export async function ensureChromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    const file = named.includes('/') ? (existsSync(named) ? named : undefined) : which(named);
    if (file) return file;
    throw new SetupError(
      `CHROMIUM is "${named}", which is not there. Next step: correct or unset it.`,
    );
  }
  const found = present();
  if (found) return found;
  await ensureDebianPackages(
    ['chromium'],
    'VS Code is driven in it; or name one with CHROMIUM=/path',
  );
  const installed = present();
  if (!installed) throw new SetupError('chromium was installed, but is not on PATH.');
  return installed;
}
