import { t } from '@vscode/l10n';
import { setMaxListeners } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { DatalistCase } from '../core/mmar/datalist.ts';
import { checkVolume } from './volumes.ts';

interface CaseProblem {
  readonly message: string;
  readonly file: string;
}

/** Files that are looked at together: enough to hide the latency of a network file system. */
const atOnce = 16;

/**
 * What is wrong with the files of cases: absent ones, and volumes that cannot be read.
 * One problem for each kind of fault, naming the first file and how many more there are.
 */
export async function checkCases(
  cases: readonly DatalistCase[],
  datalist: string,
  withLabels: boolean,
  signal: AbortSignal,
): Promise<CaseProblem[]> {
  const files = [
    ...new Set(cases.flatMap(c => [...c.image, ...(withLabels && c.label ? [c.label] : [])])),
  ];
  // of our own, since each file listens to it and Node takes more than ten listeners for a leak
  const each = AbortSignal.any([signal]);
  setMaxListeners(0, each);
  const absent: string[] = [];
  const broken: { file: string; message: string }[] = [];
  for (let i = 0; i < files.length; i += atOnce) {
    signal.throwIfAborted();
    const group = files.slice(i, i + atOnce);
    await Promise.all(
      group.map(async file => {
        const found = await stat(file).catch(() => undefined); // a folder may be a DICOM series
        if (!found) absent.push(file);
        else if (found.isFile() && /\.nii(\.gz)?$/i.test(file)) {
          const message = await checkVolume(file, each);
          if (message !== undefined) broken.push({ file, message });
        }
      }),
    );
  }
  return [...absentProblem(absent, files.length, datalist), ...brokenProblem(broken)];
}

function absentProblem(absent: string[], total: number, datalist: string): CaseProblem[] {
  const first = absent.toSorted()[0];
  if (first === undefined) return [];
  return [
    {
      file: datalist,
      message: t(
        '{0} of {1} files of the datalist {2} do not exist, the first is {3}. Correct DATA_ROOT or the entry.',
        absent.length,
        total,
        path.basename(datalist),
        first,
      ),
    },
  ];
}

function brokenProblem(broken: { file: string; message: string }[]): CaseProblem[] {
  const first = broken.toSorted((a, b) => (a.file < b.file ? -1 : 1))[0];
  if (first === undefined) return [];
  const more = broken.length - 1;
  return [
    {
      file: first.file,
      message:
        more > 0
          ? t('{0} (and {1} more volumes cannot be read)', first.message, more)
          : first.message,
    },
  ];
}
