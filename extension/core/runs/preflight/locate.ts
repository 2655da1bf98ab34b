import { datalistOf } from '../../config/facts.ts';
import type { Range } from '../../config/finding.ts';
import { joinPath } from '../../mmar/environment.ts';
import { filesOf, preflightFindings, type PlacedFinding } from './findings.ts';
import type { PreflightReport } from './report.ts';

/** A finding with the file that it is in on this machine. */
export interface LocatedFinding extends PlacedFinding {
  /** Absolute, with `/` between. */
  readonly path: string;
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly related: readonly LocatedRelated[];
}

export interface LocatedRelated {
  readonly path: string;
  readonly text: string;
  readonly range: Range;
  readonly message: string;
}

export interface LocateInput {
  /** Absolute folder of the MMAR, with `/` between. */
  readonly mmar: string;
  /** Training config below it. */
  readonly config: string;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Text of a file by its absolute path; undefined where it cannot be read. */
  read(path: string): Promise<string | undefined>;
}

/** The faults of a report in the files of the MMAR as they are now, in order of files and lines. */
export async function locateFindings(
  report: PreflightReport,
  { mmar, config, set, read }: LocateInput,
): Promise<LocatedFinding[]> {
  const environment = await read(joinPath(mmar, 'config/environment.json'));
  const datalist = environment === undefined ? undefined : datalistOf(mmar, environment);
  const files = [...filesOf(report, config), ...(datalist === undefined ? [] : [datalist])];
  const texts = new Map<string, string>();
  for (const file of files) {
    const text = await read(joinPath(mmar, file));
    if (text !== undefined) texts.set(file, text);
  }
  return preflightFindings(report, { train: config, datalist, set, texts })
    .map(placed => ({
      ...placed,
      ...positionAt(texts.get(placed.file) ?? '', placed.finding.range.offset),
      path: joinPath(mmar, placed.file),
      text: texts.get(placed.file) ?? '',
      related: (placed.finding.related ?? []).map(({ file = placed.file, range, message }) => ({
        path: joinPath(mmar, file),
        text: texts.get(file) ?? '',
        range,
        message,
      })),
    }))
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}

/** Counted from 1, as editors and compilers do. */
function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
