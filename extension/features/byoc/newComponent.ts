import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import {
  componentEdits,
  twinEdits,
  twinPlace,
  type NewComponent,
  type Twin,
} from '../../core/byoc/insertion.ts';
import { canonicalName, collision, moduleNameOf, nameProblem } from '../../core/byoc/names.ts';
import { filesFor, placesFor, type Place } from '../../core/byoc/places.ts';
import { conftest, scaffoldFiles, scaffolds, type Scaffold } from '../../core/byoc/scaffold.ts';
import { parseConfig, type ConfigDoc } from '../../core/config/parse.ts';
import type { ConfigKind } from '../../core/mmar/kind.ts';
import type { Mmar } from '../../core/mmar/layout.ts';
import { Questions } from './ask.ts';
import { at, exists, OneEdit, readCustom } from './files.ts';

/** An MMAR as this feature needs it; the tree's own objects fit. */
export interface ChosenMmar {
  readonly mmar: Mmar;
  readonly uri: vscode.Uri;
}

/** A config that is open for editing, as text and as what it means. */
interface OpenConfig {
  /** Below the MMAR. */
  readonly path: string;
  readonly kind: ConfigKind;
  readonly document: vscode.TextDocument;
  readonly doc: ConfigDoc;
}

interface Target {
  readonly config: OpenConfig;
  readonly place: Place;
}

/** Asks what is wanted, writes module, test and config entry in one edit, and opens the module. */
export async function newComponent(chosen: ChosenMmar): Promise<void> {
  const questions = new Questions(t('New Component in {0}', chosen.mmar.name), 4);
  const scaffold = await askKind(questions);
  const name = await askName(questions, scaffold, chosen);
  const component = { scaffold, name, module: moduleNameOf(name) };
  const configs = await openConfigs(chosen);
  const target = await askPlace(questions, scaffold, configs);
  const twins = target ? await askTwins(questions, scaffold, target, configs) : [];
  await write(chosen, component, target, twins);
}

async function askKind(questions: Questions): Promise<Scaffold> {
  const items = scaffolds.map(scaffold => ({
    label: scaffold.label(),
    description: scaffold.detail(),
    scaffold,
  }));
  return (await questions.choose(items, t('What kind of component?'))).scaffold;
}

async function askName(
  questions: Questions,
  scaffold: Scaffold,
  { uri }: ChosenMmar,
): Promise<string> {
  const custom = await readCustom(uri);
  const taken = (text: string): string | undefined =>
    nameProblem(text) ?? collision(canonicalName(text), uri.path, custom);
  const prompt = t('Name of the class; its module in custom/ is named for it');
  return canonicalName(await questions.type(prompt, freeName(scaffold.suggestion, taken), taken));
}

/** The suggestion, with a number where it is taken: `MyLoss2`, `My2Transformd`. */
function freeName(suggestion: string, problem: (text: string) => string | undefined): string {
  const [, stem = suggestion, suffix = ''] = /^(.*?)(d?)$/.exec(suggestion) ?? [];
  for (let number = 1; number < 100; number++) {
    const name = number === 1 ? suggestion : `${stem}${number}${suffix}`;
    if (problem(name) === undefined) return name;
  }
  return suggestion;
}

async function openConfigs({ mmar, uri }: ChosenMmar): Promise<OpenConfig[]> {
  const below = (path: string): string =>
    mmar.root === '' ? path : path.slice(mmar.root.length + 1);
  return Promise.all(
    mmar.configs.map(async config => {
      const document = await vscode.workspace.openTextDocument(at(uri, below(config.path)));
      const doc = parseConfig(document.getText());
      return { path: below(config.path), kind: config.kind, document, doc };
    }),
  );
}

/** undefined: no config, only module and test. */
async function askPlace(
  questions: Questions,
  { kind }: Scaffold,
  configs: readonly OpenConfig[],
): Promise<Target | undefined> {
  const kinds = filesFor(kind);
  const targets = kinds.flatMap(wanted =>
    configs
      .filter(config => config.kind === wanted)
      // edits of a text that does not parse would land anywhere
      .filter(({ doc }) => !doc.findings.some(({ code }) => code === 'syntax'))
      .flatMap(config => placesFor(kind, config.doc).map(place => ({ config, place }))),
  );
  const items = targets.map((target, i) => ({
    label: target.place.title,
    description: [target.config.path, ...(i === 0 ? [t('recommended')] : [])].join(' · '),
    target,
  }));
  const none = { label: t('Nowhere yet: only the module and its test'), target: undefined };
  return (await questions.choose([...items, none], t('Where does it go?'))).target;
}

interface ChosenTwin {
  readonly config: OpenConfig;
  readonly twin: Twin;
}

/** A deterministic transform of the preprocessing belongs into all configs, or none is true to another. */
async function askTwins(
  questions: Questions,
  scaffold: Scaffold,
  { config, place }: Target,
  configs: readonly OpenConfig[],
): Promise<readonly ChosenTwin[]> {
  if (scaffold.kind !== 'transform' || config.kind !== 'train') return [];
  const others = configs.filter(other => ['validation', 'inference', 'aiaa'].includes(other.kind));
  const items = [config, ...others].flatMap(other => {
    const twin = twinPlace(place, config.doc, other.doc);
    const label = twin?.place.title ?? '';
    return twin ? [{ label, description: other.path, picked: true, config: other, twin }] : [];
  });
  if (items.length === 0) return [];
  const question = t('Where else? Training, validation and inference should prepare images alike');
  return questions.chooseMany(items, question);
}

async function write(
  { uri }: ChosenMmar,
  component: NewComponent,
  target: Target | undefined,
  twins: readonly ChosenTwin[],
): Promise<void> {
  const { module, test, todo } = scaffoldFiles(
    component.scaffold,
    component.name,
    component.module,
  );
  const edit = new OneEdit();
  edit.create(uri, module);
  edit.create(uri, test);
  if (!(await exists(at(uri, conftest.path)))) edit.create(uri, conftest);
  if (target) {
    const { config, place } = target;
    edit.change(config.document, componentEdits(component, place, config.doc, config.kind));
  }
  for (const { config, twin } of twins)
    edit.change(config.document, twinEdits(component, twin, config.doc, config.kind));
  await edit.apply();
  const document = await vscode.workspace.openTextDocument(at(uri, module.path));
  const position = document.positionAt(todo);
  const selection = new vscode.Range(position, position);
  await vscode.window.showTextDocument(document, { selection, preview: false });
}
