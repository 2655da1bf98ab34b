import { t } from '@vscode/l10n';
import type { RunHost, RunPage, RunView } from '../protocol/run.ts';
import { connect } from '../shared/connect.ts';
import { element } from '../shared/element.ts';
import '../shared/theme.css';
import { Curves } from './curves.ts';
import { FailureView } from './failure.ts';
import { Head } from './head.ts';
import { LogView } from './logView.ts';
import { makeMemory } from './memory.ts';
import { ProgressView } from './progressView.ts';
import './run.css';

const host = connect<RunPage, RunHost>({
  show: view => show(view),
  log: (text, reset) => log.append(text, reset),
});
const memory = makeMemory(host);
const head = new Head(action => void host.call('act', action));
const progress = new ProgressView();
const failure = new FailureView(line => void host.call('openLog', line));
const curves = new Curves(memory);
const log = new LogView(memory);

const opening = element('p', { class: 'muted', role: 'status' }, t('Opening the run...'));
const main = element('main', {}, opening);
document.body.append(main);

/** Everything is made once and only its words change: focus, selection and scrolling stay with the user. */
function show(view: RunView): void {
  if (opening.isConnected)
    main.replaceChildren(head.root, failure.root, progress.root, curves.root, log.root);
  head.show(view);
  progress.show(view);
  failure.show(view.failure);
  curves.show(view);
  log.describe(view);
}

async function start(): Promise<void> {
  show(await host.call('ready'));
  scrollTo(0, memory.value.scroll ?? 0);
  document.addEventListener('scrollend', () => memory.change({ scroll: scrollY }));
}

start().catch((error: unknown) => {
  main.replaceChildren(failure.root);
  failure.show({
    title: t('This run cannot be shown.'),
    detail: error instanceof Error ? error.message : String(error),
    next: t('Close the page and open the run again; the log of MMAR (Output) says more.'),
  });
});
