// Types of the harness, for tests written in TypeScript; the harness itself runs without a build.
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';

export interface CodeServer {
  readonly dir: string;
  readonly node: string;
  readonly server: string;
}
export interface Profile {
  readonly home: string;
  readonly dir: string;
  readonly data: string;
  readonly extensions: string;
}
export interface Place {
  readonly folder?: string;
  readonly workspace?: string;
}
export interface Server {
  readonly url: string;
  address(place: Place): string;
  stop(): Promise<void>;
  logFiles(): string[];
}

export function makeHome(settings?: Record<string, unknown>): Profile;
export function removeHome(profile: Profile): Promise<void>;
export function installVsix(options: {
  codeServer: CodeServer;
  profile: Profile;
  vsix: string;
  home: string;
}): Promise<void>;
export function startServer(options: {
  codeServer: CodeServer;
  profile: Profile;
  home: string;
  env?: Record<string, string>;
  args?: readonly string[];
  trust?: boolean;
}): Promise<Server>;
export function launchBrowser(options: {
  home: string;
  executable: string;
}): Promise<{ context: BrowserContext; page: Page }>;

export function openWorkbench(page: Page, address: string, timeout?: number): Promise<void>;
export function reload(page: Page, timeout?: number): Promise<void>;
export function runCommand(page: Page, title: string, timeout?: number): Promise<void>;
export function quickPick(page: Page, text: string, timeout?: number): Promise<void>;
export function inputBox(page: Page, text?: string, timeout?: number): Promise<void>;
export function notification(
  page: Page,
  text: string | RegExp,
  options?: { button?: string; timeout?: number },
): Promise<Locator>;
/** The page inside the n-th webview that is ready. */
export function webview(page: Page, n?: number): FrameLocator;
export function treeRow(page: Page, text: string | RegExp): Locator;
export function shotStats(
  page: Page,
  locator: Locator,
  file?: string,
): Promise<{ width: number; height: number; colours: number; brightPercent: number }>;

export function inPage(page: Page, selector: string): Locator;
export function untilState(
  page: Page,
  wanted: readonly string[],
  timeout: number,
  title?: string,
): Promise<void>;
export function facts(page: Page): Promise<Record<string, string>>;
export function openMmarView(page: Page): Promise<void>;
export function problems(page: Page): Promise<string>;
