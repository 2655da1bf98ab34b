// Chromium through playwright-core, kept from asking anything of the network.
import path from 'node:path';
import { chromium } from 'playwright-core';

const flags = [
  ...[
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-sync',
    '--disable-dev-shm-usage',
  ],
  ...['--disable-background-networking', '--disable-component-update'],
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  // WebGL2 in software: the same pixels with and without a graphics card
  ...['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  '--ignore-gpu-blocklist',
];

/** A browser with one page; `home` as made by `makeHome`. Close it with `context.close()`. */
export async function launchBrowser({ home, executable = process.env.CHROMIUM, headless = true }) {
  if (!executable) throw new Error('No browser given: set CHROMIUM to the path of a Chromium.');
  const context = await chromium.launchPersistentContext(path.join(home, 'chrome'), {
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: path.join(home, '.config'),
      XDG_CACHE_HOME: path.join(home, '.cache'),
    },
    executablePath: executable,
    headless,
    viewport: { width: 1440, height: 900 },
    chromiumSandbox: false,
    handleSIGINT: false, // whoever started us closes it, after taking its pictures
    args: flags,
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => undefined);
  const page = context.pages()[0] ?? (await context.newPage());
  return { context, page };
}
