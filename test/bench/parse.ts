import { readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import { parseConfig } from '../../extension/core/config/parse.ts';

/**
 * Reading a config with places, as on every keystroke: ours beside the JSON language service of VS Code, and beside
 * JSON.parse, which knows no places. A ratio under 1 means that ours is quicker than the language service.
 */
export async function run(): Promise<{ ratios: Record<string, number>; rows: object[] }> {
  const repo = path.resolve(__dirname, '..', '..');
  const inputs = {
    config: readFileSync(path.join(repo, 'samples/spleen/config/config_train.json'), 'utf8'),
    datalist: datalist(5000),
  };
  const service = getLanguageService({});
  const rows = Object.entries(inputs).map(([input, text]) => ({
    input,
    kilobytes: Math.round(text.length / 1000),
    ...medians({
      ours: () => parseConfig(text),
      service: () => service.parseJSONDocument(TextDocument.create('f:/c.json', 'json', 1, text)),
      plain: () => JSON.parse(text) as unknown,
    }),
  }));
  const ratios = Object.fromEntries(
    rows.map(row => [`${row.input}: ours / language service`, row.ours / row.service]),
  );
  return { ratios, rows };
}

function datalist(cases: number): string {
  const training = Array.from({ length: cases }, (_, i) => ({
    image: `imagesTr/case_${i}.nii.gz`,
    label: `labelsTr/case_${i}.nii.gz`,
  }));
  return JSON.stringify({ training }, null, 2);
}

/** Milliseconds per call; the contestants take turns, so that a busy machine slows all of them alike. */
function medians<Name extends string>(works: Record<Name, () => unknown>): Record<Name, number> {
  const names = Object.keys(works) as Name[];
  const times = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let round = 0; round < 25; round += 1) {
    for (const name of names) {
      const started = performance.now();
      works[name]();
      if (round >= 5) times[name].push(performance.now() - started); // the first rounds compile
    }
  }
  return Object.fromEntries(names.map(name => [name, median(times[name])])) as Record<Name, number>;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
