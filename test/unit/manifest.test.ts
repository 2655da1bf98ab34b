import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Context, Setting, View, ViewType } from '../../extension/ids.ts';

const repo = path.resolve(__dirname, '..', '..');

interface MenuItem {
  readonly command?: string;
  readonly when?: string;
}

interface Manifest {
  readonly main: string;
  readonly activationEvents?: string[];
  readonly capabilities?: { untrustedWorkspaces?: { supported: unknown; description?: string } };
  readonly contributes: {
    readonly commands: { command: string; title?: string; category?: string; icon?: unknown }[];
    readonly menus?: Record<string, MenuItem[]>;
    readonly keybindings?: { command: string; key?: string; when?: string }[];
    readonly views?: Record<string, { id: string; name: string; icon?: string }[]>;
    readonly viewsContainers?: Record<string, { id: string; icon: string }[]>;
    readonly viewsWelcome?: { view: string; contents: string }[];
    readonly customEditors?: { viewType: string }[];
    readonly configuration?: Configuration | Configuration[];
    readonly walkthroughs?: Walkthrough[];
  };
}

interface Configuration {
  readonly properties: Record<string, { description?: string; markdownDescription?: string }>;
}

interface Walkthrough {
  readonly id: string;
  readonly steps: {
    id: string;
    description: string;
    media: Record<string, string>;
    completionEvents?: string[];
  }[];
}

const readJson = (name: string): unknown => JSON.parse(readFileSync(path.join(repo, name), 'utf8'));

const manifest = readJson('package.json') as Manifest;
const contributes = manifest.contributes ?? { commands: [] };
const commands = contributes.commands ?? [];
const declared = commands.map(({ command }) => command);
const configurations = [contributes.configuration ?? []].flat();
const settings = configurations.flatMap(({ properties }) => Object.entries(properties));
const text = JSON.stringify(contributes);
const ours = new Set<string>(Object.values(Command));

const sameSet = (actual: Iterable<string>, expected: Iterable<string>): void => {
  assert.deepEqual([...actual].sort(), [...expected].sort());
};

/** Command ids in links of the form [Title](command:id?args). */
const linked = (markdown: string): string[] =>
  [...markdown.matchAll(/command:([\w.-]+)/g)].map(match => match[1] ?? '');

suite('package.json and ids.ts', () => {
  test('the same commands', () => {
    sameSet(declared, Object.values(Command));
  });

  test('the same views', () => {
    const ids = Object.values(contributes.views ?? {}).flatMap(views => views.map(({ id }) => id));
    sameSet(ids, Object.values(View));
  });

  test('the same settings', () => {
    const { section, ...keys } = Setting;
    const ids = Object.values(keys).map(key => `${section}.${key}`);
    sameSet(
      settings.map(([name]) => name),
      ids,
    );
  });

  test('every view type of a custom editor', () => {
    const known = new Set<string>(Object.values(ViewType));
    const types = (contributes.customEditors ?? []).map(({ viewType }) => viewType);
    assert.ok(types.length > 0);
    assert.deepEqual(
      types.filter(type => !known.has(type)),
      [],
    );
  });

  test('every context key of ours that a condition names, and each is named somewhere', () => {
    const conditions = [...text.matchAll(/"(?:when|enablement)":"((?:[^"\\]|\\.)*)"/g)];
    const others = new Set<string>([...Object.values(View), ...Object.values(ViewType)]);
    const keys = conditions
      .flatMap(match => match[1]?.match(/(?<!config\.)\bmmar\.\w+/g) ?? [])
      .filter(key => !others.has(key));
    sameSet(new Set(keys), Object.values(Context));
  });
});

suite('commands', () => {
  test('each has a title and the category', () => {
    for (const { command, title, category } of commands) {
      assert.ok(title, `${command} has no title`);
      assert.ok(category, `${command} has no category`);
    }
  });

  test('each hides in the palette only where a condition says so', () => {
    for (const { command, when } of contributes.menus?.['commandPalette'] ?? []) {
      assert.ok(command && ours.has(command), `the palette's menu names ${command ?? 'nothing'}`);
      assert.ok(when, `${command} has no condition in the palette's menu`);
    }
  });

  test('one that is hidden in the palette is reachable by another menu', () => {
    const entries = Object.entries(contributes.menus ?? {});
    const elsewhere = new Set(
      entries
        .filter(([menu]) => menu !== 'commandPalette')
        .flatMap(([, items]) => items.map(({ command }) => command)),
    );
    const hidden = (contributes.menus?.['commandPalette'] ?? []).filter(
      ({ when }) => when === 'false',
    );
    assert.deepEqual(
      hidden.map(({ command }) => command).filter(command => !elsewhere.has(command)),
      [],
    );
  });

  test('every menu names a command that exists', () => {
    const named = Object.values(contributes.menus ?? {}).flatMap(items =>
      items.flatMap(({ command }) => command ?? []),
    );
    assert.deepEqual(
      named.filter(command => !declared.includes(command)),
      [],
    );
  });

  test('every key has a condition and a command that exists', () => {
    for (const { command, when } of contributes.keybindings ?? []) {
      assert.ok(declared.includes(command), `a key names ${command}`);
      assert.ok(when, `the key of ${command} has no condition`);
    }
  });
});

suite('the rest of the manifest', () => {
  test('is active only where there are MMARs', () => {
    const events = manifest.activationEvents ?? [];
    assert.ok(events.length > 0, 'nothing would find the MMARs of a workspace');
    assert.deepEqual(
      events.filter(event => !event.startsWith('workspaceContains:')),
      [],
    );
  });

  test('says what it does in a workspace that is not trusted', () => {
    const trust = manifest.capabilities?.untrustedWorkspaces;
    assert.equal(trust?.supported, 'limited');
    assert.ok(trust.description);
  });

  test('every link to a command in walkthroughs and welcome views works', () => {
    const descriptions = [
      ...(contributes.viewsWelcome ?? []).map(({ contents }) => contents),
      ...(contributes.walkthroughs ?? []).flatMap(({ steps }) =>
        steps.map(({ description }) => description),
      ),
    ].map(translated);
    const links = descriptions.flatMap(linked);
    assert.ok(links.length > 0);
    const made = new Set(Object.values(View).map(view => `${view}.focus`)); // by VS Code itself
    assert.deepEqual(
      links.filter(id => id.startsWith('mmar.') && !ours.has(id) && !made.has(id)),
      [],
    );
  });

  test('every step of a walkthrough can be ticked off', () => {
    const steps = (contributes.walkthroughs ?? []).flatMap(walkthrough => walkthrough.steps);
    assert.ok(steps.length > 0);
    for (const { id, completionEvents = [] } of steps) {
      assert.ok(completionEvents.length > 0, `${id} is never done`);
      for (const event of completionEvents) {
        const command = /^onCommand:(mmar\..+)$/.exec(event)?.[1];
        assert.ok(!command || ours.has(command), `${id} waits for ${event}`);
      }
    }
  });

  test('every view has a welcome text or a tree that is never empty', () => {
    const welcomed = new Set((contributes.viewsWelcome ?? []).map(({ view }) => view));
    assert.deepEqual(
      Object.values(View).filter(view => !welcomed.has(view)),
      [],
    );
  });

  test('every file that it names is there', () => {
    const files = [...text.matchAll(/"((?:\.\/)?(?:media|mmar-schemas)\/[^"]+)"/g)];
    assert.deepEqual(
      files.map(match => match[1] ?? '').filter(name => !existsSync(path.join(repo, name))),
      [],
    );
  });

  test('every setting says what it is for', () => {
    for (const [name, { description, markdownDescription }] of settings) {
      assert.ok(description ?? markdownDescription, `${name} has no description`);
    }
  });
});

/** The text behind a %key%; texts without one stay as they are. */
function translated(value: string): string {
  const key = /^%(.+)%$/.exec(value)?.[1];
  return key === undefined ? value : (strings()[key] ?? '');
}

function strings(): Record<string, string> {
  if (!existsSync(path.join(repo, 'package.nls.json'))) return {};
  return readJson('package.nls.json') as Record<string, string>;
}

suite('package.nls.json', () => {
  const used = [...JSON.stringify(manifest).matchAll(/"%([^"%]+)%"/g)].map(match => match[1] ?? '');

  test('has every text that the manifest names, and no other', () => {
    sameSet(Object.keys(strings()), new Set(used));
  });

  test('has no empty text', () => {
    assert.deepEqual(
      Object.entries(strings()).filter(([, value]) => value.trim() === ''),
      [],
    );
  });
});
