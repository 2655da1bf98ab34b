import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const repo = path.resolve(__dirname, '..', '..');

interface Room {
  /** The first match says which room a file is in. */
  readonly files: RegExp;
  /** Files of the repository that it may import, beside those of the same room. */
  readonly rooms: readonly RegExp[];
  readonly packages: readonly RegExp[];
  readonly typesOnly?: true;
}

const core = /^extension\/core\//;
const io = /^extension\/io\//;
const protocol = /^webviews\/protocol\//;
const words = /^@vscode\/l10n$/;

/** HOUSE.md, section 2, as data. `$1` of `files` tells pages and features apart. */
const rules: Record<string, Room> = {
  main: { files: /^extension\/main\.ts$/, rooms: [/./], packages: [/./] },
  ids: { files: /^extension\/ids\.ts$/, rooms: [], packages: [] },
  core: {
    files: core,
    rooms: [],
    packages: [
      /^jsonc-parser$/,
      /^yaml$/,
      /^@lezer\/(python|common)$/,
      /^vscode-json-languageservice$/,
      words,
    ],
  },
  io: {
    files: io,
    rooms: [core],
    packages: [/^node:/, /^ssh2$/, /^tar$/, /^ignore$/, words],
  },
  protocol: { files: protocol, rooms: [core], packages: [], typesOnly: true },
  shared: { files: /^webviews\/shared\//, rooms: [protocol], packages: [/^@vscode/, words] },
  page: {
    files: /^webviews\/(\w+)\//,
    rooms: [protocol, /^webviews\/shared\//],
    packages: [/^@niivue\/niivue$/, /^monaco-(editor|yaml)/, /^uplot/, /^@vscode/],
  },
  feature: {
    files: /^extension\/features\/(\w+)\//,
    rooms: [core, io, protocol, /^extension\/ids\.ts$/, /^extension\/features\/\w+\.ts$/],
    packages: [/^vscode$/, /^node:path$/, words],
  },
  featureFloor: {
    files: /^extension\/features\/\w+\.ts$/, // command.ts, reportError.ts, settings.ts
    rooms: [core, io, protocol, /^extension\/ids\.ts$/],
    packages: [/^vscode$/, /^node:path$/, words],
  },
  cli: {
    files: /^extension\/cli\//,
    rooms: [core, io],
    packages: [/^node:/, /^vscode-languageserver/, words],
  },
};

function roomOf(file: string): { name: string; room: Room; part: string } | undefined {
  for (const [name, room] of Object.entries(rules)) {
    const match = room.files.exec(file);
    if (match) return { name, room, part: match[1] ?? '' };
  }
  return undefined;
}

interface Import {
  /** undefined: computed, so that nobody can say what it imports. */
  readonly id: string | undefined;
  readonly typeOnly: boolean;
}

/** Every way to name another module: import, import type, export from, import(), import().T, require(). */
function importsOf(text: string): Import[] {
  const found: Import[] = [];
  const literal = (node: ts.Node | undefined): string | undefined =>
    node && ts.isStringLiteralLike(node) ? node.text : undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      found.push({ id: literal(node.moduleSpecifier), typeOnly });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      found.push({ id: literal(node.moduleSpecifier), typeOnly: node.isTypeOnly });
    } else if (ts.isImportEqualsDeclaration(node)) {
      const { moduleReference } = node;
      if (ts.isExternalModuleReference(moduleReference)) {
        found.push({ id: literal(moduleReference.expression), typeOnly: node.isTypeOnly });
      }
    } else if (ts.isImportTypeNode(node)) {
      const argument = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
      found.push({ id: literal(argument), typeOnly: true });
    } else if (ts.isCallExpression(node)) {
      const { expression } = node;
      const isRequire = ts.isIdentifier(expression) && expression.text === 'require';
      if (isRequire || expression.kind === ts.SyntaxKind.ImportKeyword) {
        found.push({ id: literal(node.arguments[0]), typeOnly: false });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest));
  return found;
}

/** What a file may not import; `file` with slashes, relative to the repository. */
function violations(file: string, text: string): string[] {
  const at = roomOf(file);
  if (!at) return [`${file} is in no room of the house`];
  return importsOf(text).flatMap(({ id, typeOnly }) => {
    if (id === undefined) return [`${file} computes what it imports`];
    if (!id.startsWith('.')) {
      return at.room.packages.some(allowed => allowed.test(id))
        ? []
        : [`${file} imports ${id}, which ${at.name} may not`];
    }
    const target = path.posix.join(path.posix.dirname(file), id);
    const there = roomOf(target);
    if (there?.name === at.name && there.part === at.part) return [];
    if (!at.room.rooms.some(allowed => allowed.test(target))) {
      return [`${file} imports ${target}, which ${at.name} may not`];
    }
    return at.room.typesOnly && !typeOnly ? [`${file} imports more than types of ${target}`] : [];
  });
}

/** Files below a folder of the repository, with slashes. */
function filesBelow(folder: string): string[] {
  return readdirSync(path.join(repo, folder), { withFileTypes: true }).flatMap(entry => {
    const name = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(name) : [name];
  });
}

suite('rooms of the house', () => {
  test('every file imports only what its room may', () => {
    const sources = [...filesBelow('extension'), ...filesBelow('webviews')].filter(
      name => name.endsWith('.ts') && !name.endsWith('.d.ts'),
    );
    assert.ok(sources.length > 10);
    const found = sources.flatMap(name =>
      violations(name, readFileSync(path.join(repo, name), 'utf8')),
    );
    assert.deepEqual(found, []);
  });

  test('no name that says nothing', () => {
    const empty = /^(?:.*[a-z_-])?(?:util|utils|common|helper|helpers|manager|service|services)$/i;
    const whole = ['extension', 'webviews', 'remote', 'scripts', 'mmar-schemas'].flatMap(
      filesBelow,
    );
    const parts = new Set(
      whole.flatMap(name => name.split('/').map(part => part.replace(/\..*$/, ''))),
    );
    assert.deepEqual(
      [...parts].filter(part => empty.test(part)),
      [],
    );
  });
});

suite('the guard itself', () => {
  const cases: [why: string, file: string, text: string, count: number][] = [
    ['vscode in core', 'extension/core/a.ts', `import * as v from 'vscode';`, 1],
    ['only its types', 'extension/core/a.ts', `import type { Uri } from 'vscode';`, 1],
    ['a side effect', 'extension/core/a.ts', `import 'node:fs';`, 1],
    ['a dynamic import', 'extension/core/a.ts', `const f = () => import('node:fs');`, 1],
    ['require', 'extension/core/a.ts', `const fs = require('fs');`, 1],
    ['a type in place', 'extension/core/a.ts', `let a: import('../io/errors.ts').RemoteError;`, 1],
    ['export from', 'extension/core/a.ts', `export * from '../io/errors.ts';`, 1],
    ['computed', 'extension/io/a.ts', `const m = (n: string) => import(n);`, 1],
    ['core in core', 'extension/core/runs/a.ts', `import { x } from '../mmar/b.ts';`, 0],
    ['a feature', 'extension/features/a/x.ts', `import { y } from '../b/y.ts';`, 1],
    ['itself', 'extension/features/a/x.ts', `import { y } from './y.ts';`, 0],
    ['a shared piece', 'extension/features/a/x.ts', `import { command } from '../command.ts';`, 0],
    ['the other way round', 'extension/features/command.ts', `import { y } from './a/y.ts';`, 1],
    ['another page', 'webviews/run/a.ts', `import { y } from '../volume/y.ts';`, 1],
    ['core in a page', 'webviews/run/a.ts', `import { y } from '../../extension/core/y.ts';`, 1],
    [
      'values over the border',
      'webviews/protocol/a.ts',
      `import { x } from '../../extension/core/x.ts';`,
      1,
    ],
    [
      'types over it',
      'webviews/protocol/a.ts',
      `import type { X } from '../../extension/core/x.ts';`,
      0,
    ],
    ['a file in no room', 'extension/odd.ts', '', 1],
    [
      'text that looks like it',
      'extension/core/a.ts',
      `// import 'vscode'\nconst a = "import 'vscode'";`,
      0,
    ],
  ];
  for (const [why, file, text, count] of cases) {
    test(why, () => {
      assert.equal(violations(file, text).length, count);
    });
  }
});
