import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import { loadSchemas } from '../../extension/core/config/schemas.ts';
import { makeAssembler, type OwnedTexts } from '../../extension/core/language/assemble.ts';
import { complete } from '../../extension/core/language/complete.ts';
import { openCatalogs } from '../../extension/io/catalog.ts';

const repo = path.resolve(__dirname, '..', '..');
/** At every so many characters the caret asks. */
const stride = 37;

/**
 * Completion as on every keystroke, at places all over the largest configs: ours, from the text to the items, beside
 * the JSON language service of VS Code, which knows no components. Goal: 95 % of ours within 20 ms.
 */
export async function run(): Promise<{ ratios: Record<string, number>; rows: object[] }> {
  const inputs = [
    sampleConfig(),
    ...largest('mmars', /\.json$/),
    ...largest('bundles', /\.json$/),
    ...largest('bundles', /\.ya?ml$/),
  ];
  const rows: Row[] = [];
  for (const input of inputs) rows.push(await measure(input));
  const ratios: Record<string, number> = {};
  for (const { input, median, p95, service } of rows) {
    ratios[`${input}: p95 / 20 ms`] = p95 / 20;
    if (service !== undefined)
      ratios[`${input}: ours / language service (medians)`] = median / service;
  }
  return { ratios, rows };
}

interface Input {
  readonly name: string;
  readonly text: string;
}
interface Row {
  readonly input: string;
  readonly kilobytes: number;
  readonly places: number;
  readonly median: number;
  readonly p95: number;
  readonly service: number | undefined;
}

const sampleConfig = (): Input => {
  const name = 'samples/spleen/config/config_train.json';
  return { name, text: readFileSync(path.join(repo, name), 'utf8') };
};

/** The largest config of the real ones, where there are any on this machine. */
function largest(kind: string, pattern: RegExp): Input[] {
  const folder = path.join(repo, '..', 'shared', 'data', kind);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    name =>
      /\/configs?\//.test(name) && pattern.test(name) && !/metadata|dataset|TS_test/.test(name),
  );
  const all = names.map((name): Input => ({
    name: `${kind}/${name}`,
    text: readFileSync(path.join(folder, name), 'utf8'),
  }));
  return all.sort((a, b) => b.text.length - a.text.length).slice(0, 1);
}

async function measure({ name, text }: Input): Promise<Row> {
  const knowledge = openCatalogs(path.join(repo, 'mmar-schemas/components'));
  const schemas = loadSchemas(file => readFileSync(path.join(repo, 'mmar-schemas', file), 'utf8'));
  const assemble = makeAssembler({ knowledge, schemas });
  const isBundle = name.startsWith('bundles');
  const file = `/mmar/${isBundle ? 'configs' : 'config'}/${path.basename(name)}`;
  const form = isBundle ? 'bundle' : 'mmar';
  const service = getLanguageService({});
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let at = 1, round = 0; at < text.length; at += stride, round += 1) {
    // a quote is typed: the text is another one each time, as for every keystroke
    const typed = `${text.slice(0, at)}"${text.slice(at)}`;
    const texts: OwnedTexts = {
      root: '/mmar',
      form,
      configs: new Map([[file, typed]]),
      datalists: new Set(),
      python: new Map(),
    };
    let started = performance.now();
    const context = assemble(texts, { file, fileExists: () => undefined });
    const model = context?.files[0]?.model;
    if (context && model) complete(model, at + 1, context);
    if (round >= 10) ours.push(performance.now() - started); // the first ones compile and read the catalogue
    if (!name.endsWith('.json')) continue;
    started = performance.now();
    const document = TextDocument.create(`file://${file}`, 'json', at, typed);
    await service.doComplete(
      document,
      document.positionAt(at + 1),
      service.parseJSONDocument(document),
    );
    if (round >= 10) theirs.push(performance.now() - started);
  }
  const median = percentile(ours, 50);
  const kilobytes = Math.round(text.length / 100) / 10;
  const other = theirs.length > 0 ? percentile(theirs, 50) : undefined;
  return {
    input: name,
    kilobytes,
    places: ours.length,
    median,
    p95: percentile(ours, 95),
    service: other,
  };
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}
