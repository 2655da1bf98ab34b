import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { getLanguageService, TextDocument, type JSONSchema } from 'vscode-json-languageservice';
import { checkText } from '../../extension/core/config/check.ts';
import { makeFacts, otherConfig, type Facts } from '../../extension/core/config/facts.ts';
import { loadSchemas } from '../../extension/core/config/schemas.ts';
import { openCatalogs } from '../../extension/io/catalog.ts';
import { folderChecker, mmarTargets } from '../../extension/io/checkFolder.ts';

const repo = path.resolve(__dirname, '..', '..');
const data = path.join(repo, 'mmar-schemas');
const schemas = loadSchemas(file => readFileSync(path.join(data, file), 'utf8'));
const rounds = { warm: 30, counted: 200 };
const mmars = 200;

interface Row {
  readonly what: string;
  readonly kilobytes?: number;
  readonly ours50?: number;
  readonly ours95?: number;
  readonly service50?: number;
  readonly service95?: number;
  readonly milliseconds?: number;
  readonly mebibytes?: number;
}

/**
 * From a keystroke to all findings (parse, model, schema, every check), beside the JSON language service, which parses
 * the same text and validates it against the same structural schema. A ratio up to 1: ours is not slower.
 */
export async function run(): Promise<{ ratios: Record<string, number>; rows: object[] }> {
  const before = process.memoryUsage().heapUsed;
  const knowledge = openCatalogs(path.join(data, 'components'));
  const text = largest();
  const facts = factsFor();
  const check = (given: string) =>
    checkText({ kind: 'train', text: given, facts, schemas, knowledge });
  await check(text);
  (globalThis as { gc?: () => void }).gc?.();
  const heap = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  const rows: Row[] = [];
  const ratios: Record<string, number> = {};
  for (const [what, input] of [
    ['largest config', text],
    ['20 times as long', longer(text, 20)],
  ] as const) {
    const row = { what, kilobytes: Math.round(input.length / 1000), ...(await race(input, check)) };
    rows.push(row);
    ratios[`${what}, p50: ours / language service`] = row.ours50 / row.service50;
    ratios[`${what}, p95: ours / language service`] = row.ours95 / row.service95;
  }
  rows.push({ what: `one of ${mmars} MMARs, cold`, milliseconds: await coldCheck() });
  rows.push({ what: 'catalogue and all that a check keeps', mebibytes: round(heap) });
  return { ratios, rows };
}

/** The largest training config at hand: a public one where there is any. */
function largest(): string {
  const places = ['../shared/data/mmars', 'samples'].map(part => path.join(repo, part));
  const files = places.filter(existsSync).flatMap(place =>
    readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter(name => /config\/(config_train|trn_).*\.json$/.test(name))
      .map(name => readFileSync(path.join(place, name), 'utf8')),
  );
  return files.toSorted((a, b) => b.length - a.length)[0] ?? '{}';
}

/** The same with more transforms: lists are what grows in practice. */
function longer(text: string, times: number): string {
  const config = JSON.parse(text) as { train: { pre_transforms: object[] } };
  const list = config.train.pre_transforms;
  const [first, ...others] = list;
  const copies = Math.ceil((text.length * (times - 1)) / JSON.stringify(others, null, 2).length);
  const more = Array.from({ length: copies }, (_, i) =>
    others.map(step => ({ ...step, ...('name' in step && { name: step.name }), rank: i })),
  ).flat();
  config.train.pre_transforms = [...(first ? [first] : []), ...others, ...more];
  return JSON.stringify(config, null, 2);
}

function factsFor(): Facts {
  const root = path.join(repo, 'samples/spleen');
  const read = (name: string) => readFileSync(path.join(root, 'config', name), 'utf8');
  const others = ['config_validation.json', 'config_inference.json', 'config_aiaa.json'];
  return makeFacts({
    root,
    environment: read('environment.json'),
    custom: new Map(),
    file: path.join(root, 'config/config_train.json'),
    fileExists: () => true,
    others: new Map(
      others.map(name => [path.join(root, 'config', name), otherConfig(name, read(name))]),
    ),
  });
}

/** They take turns, so that a busy machine slows both alike. Each round has another text, as a keystroke makes it. */
async function race(text: string, check: (text: string) => Promise<unknown>) {
  const service = getLanguageService({});
  service.configure({
    validate: true,
    schemas: [
      {
        uri: 'mmar:/train.json',
        fileMatch: ['*.json'],
        schema: JSON.parse(JSON.stringify(schemas.train)) as JSONSchema,
      },
    ],
  });
  const validate = async (given: string, version: number) => {
    const document = TextDocument.create('mmar:/c.json', 'json', version, given);
    await service.doValidation(document, service.parseJSONDocument(document));
  };
  const count = text.length > 100_000 ? rounds.counted / 4 : rounds.counted;
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds.warm + count; round++) {
    const typed = `${text}${' '.repeat(round % 7)}`;
    const a = await timed(() => check(typed));
    const b = await timed(() => validate(typed, round));
    if (round < rounds.warm) continue;
    ours.push(a);
    peer.push(b);
  }
  return {
    ours50: percentile(ours, 50),
    ours95: percentile(ours, 95),
    service50: percentile(peer, 50),
    service95: percentile(peer, 95),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** As CI does it: whole folders from disk, the catalogue opened once for all; milliseconds for each. */
async function coldCheck(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mmar bench '));
  try {
    const roots = Array.from({ length: mmars }, (_, i) => path.join(folder, `mmar ${i}`));
    for (const root of roots) cpSync(path.join(repo, 'samples/spleen'), root, { recursive: true });
    const started = performance.now();
    const knowledge = openCatalogs(path.join(data, 'components'));
    const check = folderChecker({ schemas, knowledge });
    for (const target of roots.flatMap(mmarTargets)) await check(target);
    return round((performance.now() - started) / mmars);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function percentile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * at) / 100))] ?? NaN);
}

const round = (value: number): number => Math.round(value * 100) / 100;
