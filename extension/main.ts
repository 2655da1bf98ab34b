import * as l10n from '@vscode/l10n';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { loadSchemas } from './core/config/schemas.ts';
import { registerAuthoring } from './features/authoring/index.ts';
import { registerByoc } from './features/byoc/index.ts';
import { createHosts, localPython } from './features/clusters/hosts.ts';
import { chosenCluster, registerClusters } from './features/clusters/index.ts';
import { registerConfig } from './features/config/index.ts';
import { registerLanguage } from './features/language/index.ts';
import { registerMmars, type MmarsDeps } from './features/mmars/index.ts';
import { registerPreflight } from './features/preflight/index.ts';
import { registerPreview } from './features/preview/index.ts';
import { reportErrorsTo } from './features/reportError.ts';
import { registerTraining } from './features/training/index.ts';
import { pickRun, pickTraining } from './features/training/pick.ts';
import { openCatalogs } from './io/catalog.ts';
import { runPython } from './io/runPython.ts';
import { RunBook } from './io/runBook.ts';

/** Builds every object once and hands it on; features meet only here. */
export function activate(context: vscode.ExtensionContext): void {
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const { extensionUri, workspaceState: memory, storageUri, globalStorageUri } = context;
  const shipped = (...parts: string[]): string => context.asAbsolutePath(path.join(...parts));
  const log = vscode.window.createOutputChannel('MMAR', { log: true });
  reportErrorsTo(log);

  const runtime = () => readFile(shipped('remote', 'runtime', 'mmar_runtime.py'), 'utf8');
  const ownKnownHosts = path.join(globalStorageUri.fsPath, 'known_hosts');
  const hosts = createHosts({ program: shipped('remote'), runtime, ownKnownHosts, log });
  const machineOf = (cluster: string) => hosts.machineOf(cluster);
  const book = new RunBook({ memory, machineOf, warn: message => log.warn(message) });

  const schemas = loadSchemas(file => readFileSync(shipped('mmar-schemas', file), 'utf8'));
  const knowledge = openCatalogs(shipped('mmar-schemas', 'components'));
  const config = registerConfig({ schemas, knowledge, extensionUri, log });
  const language = registerLanguage({ ...languageParts(context), knowledge, schemas, log });
  const preview = registerPreview({ extensionUri, state: memory, log });
  const mmars = registerMmars({ runs: runsOf(book) });
  const all = () => mmars.all();
  const targetOf = (cluster: string) => hosts.targetOf(cluster);
  const runs = { book, log, cluster: chosenCluster, machineOf, targetOf };
  const training = registerTraining({
    extensionUri,
    cache: vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'results'),
    ...runs,
    mmars: all,
    hasMmars: () => mmars.known().length > 0,
    onDidScan: listener => mmars.onDidScan(listener),
    openVolume: (image, overlays) => preview.open(image, overlays),
  });
  const preflight = registerPreflight({
    ...runs,
    pickTraining: async given => pickTraining(await all(), given),
    pickRun,
  });
  const authoring = registerAuthoring({
    extensionUri,
    log,
    mmars: all,
    runtime,
    checkFiles: (files, signal) => config.checkFiles(files, signal),
    runPython: (args, signal) => runPython(localPython(), args, signal),
  });
  context.subscriptions.push(log, hosts, book, config, language, preview, mmars);
  const byoc = registerByoc({ mmars: all });
  context.subscriptions.push(training, preflight, authoring, byoc, registerClusters());
  context.subscriptions.push(whenTrusted(() => void book.load()));
}

/** What the view of MMARs shows of runs. */
const runsOf = (book: RunBook): MmarsDeps['runs'] => ({
  all: () => book.all(),
  onDidChange: listener => book.onChange(() => listener()),
  refresh: () => book.refresh(chosenCluster()),
});

/** What ships for the language features, and where they keep what they harvest. */
function languageParts(context: vscode.ExtensionContext) {
  return {
    harvester: context.asAbsolutePath(path.join('mmar-schemas', 'tools', 'harvest')),
    cache: vscode.Uri.joinPath(context.globalStorageUri, 'docs'),
    localPython,
  };
}

/** In Restricted Mode nothing is run, so runs are looked for once the user trusts the workspace. */
function whenTrusted(run: () => void): vscode.Disposable {
  if (!vscode.workspace.isTrusted) return vscode.workspace.onDidGrantWorkspaceTrust(run);
  run();
  return new vscode.Disposable(() => undefined);
}
