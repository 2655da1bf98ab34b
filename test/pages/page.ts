import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { pageHtml } from '../../extension/features/pageHtml.ts';
import { Rpc, type Args, type Value, type Wire } from '../../webviews/protocol/rpc.ts';
import { themeVariables, type Theme } from './themes.ts';

const root = path.join(__dirname, '..', '..');
const origin = 'https://page.test';

export interface OpenOptions<Host extends object> {
  readonly name: 'run' | 'volume';
  /** Plays the extension: what the page may call, as methods of its own. */
  readonly host: Host;
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** As on a machine without graphics. */
  readonly withoutWebGl?: boolean;
}

export interface OpenedPage<PageApi> {
  readonly page: Page;
  /** Errors of the console and uncaught ones, a refusal by the content policy among them. */
  readonly errors: string[];
  /** What the extension may ask of the page. */
  call<K extends keyof PageApi & string>(
    method: K,
    ...args: Args<PageApi[K]>
  ): Promise<Value<PageApi[K]>>;
  close(): Promise<void>;
}

let browser: Promise<Browser> | undefined;
/** Of the browser: it writes crash reports and settings wherever it thinks it is at home. */
let home: string | undefined;

/** Opens a page of `webviews/` in Chromium, under its real content policy, with a host of the test's own. */
export async function openPage<Host extends object, PageApi>(
  options: OpenOptions<Host>,
): Promise<OpenedPage<PageApi>> {
  browser ??= launch();
  const { width = 1100, height = 700, theme = 'dark' } = options;
  const page = await (await browser).newPage({ viewport: { width, height } });
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  const rpc = new Rpc<Host, PageApi>(options.host, message => {
    page.evaluate(receive, pack(message)).catch(() => undefined); // the page may be closed by now
  });
  await page.exposeFunction('toHost', (text: string) => rpc.receive(JSON.parse(text) as Wire));
  await page.addInitScript('globalThis.__name = f => f'); // tsx marks functions with it
  await page.addInitScript(prepare, {
    variables: themeVariables(theme),
    theme,
    withoutWebGl: options.withoutWebGl ?? false,
  });
  await serve(page, options.name);
  await page.goto(`${origin}/`);
  return {
    page,
    errors,
    call: (method, ...args) => rpc.call(method, ...args),
    close: async () => {
      rpc.dispose();
      await page.close();
    },
  };
}

/** For `suiteTeardown`; the next `openPage` starts it again. */
export async function closeBrowser(): Promise<void> {
  const open = browser;
  browser = undefined;
  await (await open)?.close();
  if (home !== undefined) await rm(home, { recursive: true, force: true, maxRetries: 5 });
  home = undefined;
}

async function launch(): Promise<Browser> {
  home = await mkdtemp(path.join(tmpdir(), 'mmar-pages-'));
  return chromium.launch({
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    executablePath: executable(),
    chromiumSandbox: false,
    args: [
      ...['--no-first-run', '--disable-sync', '--disable-quic', '--disable-dev-shm-usage'],
      ...['--disable-background-networking', '--disable-component-update'],
      '--host-resolver-rules=MAP * ~NOTFOUND',
      // WebGL2 in software: the same pixels with and without a graphics card
      ...['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
      '--ignore-gpu-blocklist',
    ],
  });
}

function executable(): string {
  const given = process.env['CHROMIUM'];
  if (given) return given;
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter))
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      const file = path.join(folder, name);
      if (folder && existsSync(file)) return file;
    }
  throw new Error('No browser found: set CHROMIUM to the path of a Chromium.');
}

/** Answers for the page's own files and refuses everything else: a page asks nothing of the network. */
async function serve(page: Page, name: string): Promise<void> {
  const files = await bundle(name);
  const html = pageHtml({
    page: name,
    language: 'en',
    source: origin,
    nonce: 'test',
    address: file => `${origin}/${file}`,
  });
  await page.route('**/*', async route => {
    const file = new URL(route.request().url()).pathname.slice(1);
    if (file === '') return route.fulfill({ contentType: 'text/html', body: html });
    const found = files.get(file);
    if (!found) return route.abort();
    return route.fulfill({ contentType: typeOf(file), body: found });
  });
}

const bundles = new Map<string, Promise<Map<string, Buffer>>>();

function bundle(name: string): Promise<Map<string, Buffer>> {
  const known = bundles.get(name) ?? bundleOnce(name);
  bundles.set(name, known);
  return known;
}

async function bundleOnce(name: string): Promise<Map<string, Buffer>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: `webviews/${name}/main.ts`, out: name }],
    bundle: true,
    write: false,
    outdir: 'out',
    platform: 'browser',
    format: 'iife',
    target: 'chrome120',
    logLevel: 'error',
    loader: { '.ttf': 'file', '.woff2': 'file', '.svg': 'dataurl', '.png': 'dataurl' },
    assetNames: '[name]',
  });
  const files = new Map<string, Buffer>(
    outputFiles.map(f => [path.basename(f.path), Buffer.from(f.contents)]),
  );
  const codicons = path.join(root, 'node_modules', '@vscode', 'codicons', 'dist');
  for (const file of ['codicon.css', 'codicon.ttf'])
    files.set(file, await readFile(path.join(codicons, file)));
  return files;
}

const typeOf = (file: string): string =>
  ({ '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' })[path.extname(file)] ??
  'application/octet-stream';

interface Packed {
  readonly text: string;
}

/** Bytes cross into the browser as base64: in VS Code they are transferred as they are. */
function pack(message: Wire): Packed {
  const value: unknown = message.kind === 'result' ? message.value : undefined;
  if (!(value instanceof Uint8Array)) return { text: JSON.stringify(message) };
  const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  return { text: JSON.stringify({ ...message, value: { base64 } }) };
}

// The two below run in the browser: they see nothing of this file.

function receive({ text }: Packed): void {
  const message = JSON.parse(text) as { value?: { base64?: unknown } };
  const base64 = message.value?.base64;
  const scope = globalThis as unknown as { postMessage(message: unknown, to: string): void };
  const unpacked =
    typeof base64 === 'string'
      ? { ...message, value: Uint8Array.from(atob(base64), c => c.charCodeAt(0)) }
      : message;
  scope.postMessage(unpacked, '*');
}

function prepare(given: {
  variables: [string, string][];
  theme: string;
  withoutWebGl: boolean;
}): void {
  interface Element {
    className: string;
    style: { setProperty(name: string, value: string): void };
  }
  const scope = globalThis as unknown as {
    toHost(text: string): Promise<void>;
    acquireVsCodeApi: unknown;
    sessionStorage: {
      getItem(key: string): string | null;
      setItem(key: string, value: string): void;
    };
    document: {
      documentElement: Element;
      body: Element;
      addEventListener: EventTarget['addEventListener'];
    };
    HTMLCanvasElement: { prototype: { getContext(kind: string, ...rest: unknown[]): unknown } };
  };
  scope.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => void scope.toHost(JSON.stringify(message)),
    // outlives a reload, as VS Code's outlives a page that was out of sight
    getState: (): unknown => JSON.parse(scope.sessionStorage.getItem('state') ?? 'null'),
    setState: (state: unknown) => scope.sessionStorage.setItem('state', JSON.stringify(state)),
  });
  const colour = (): void => {
    const { documentElement, body } = scope.document;
    for (const [name, value] of given.variables) documentElement.style.setProperty(name, value);
    body.className = `vscode-${given.theme}`;
  };
  scope.document.addEventListener('DOMContentLoaded', colour);
  const canvas = scope.HTMLCanvasElement.prototype;
  const original = canvas.getContext;
  if (given.withoutWebGl)
    canvas.getContext = function (kind, ...rest) {
      return kind.startsWith('webgl') ? null : original.call(this, kind, ...rest);
    };
}
