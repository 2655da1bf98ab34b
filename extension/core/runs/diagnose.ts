import { t } from '@vscode/l10n';
import type { JobStatus } from './job.ts';

/** Why a run ended, for the user to read. */
export interface Diagnosis {
  readonly title: string;
  /** The evidence: the decisive lines of the log. */
  readonly detail: string;
  /** What to do now. */
  readonly next: string;
  /** 0-based line of the log. */
  readonly logLine?: number;
}

interface Pattern {
  readonly looksLike: RegExp;
  /** The line announces an error, which is the evidence. */
  readonly isBeforeError?: true;
  title(found: RegExpExecArray): string;
  next(found: RegExpExecArray): string;
}

/** A name as the job's log has it: a JSON text, which has no line breaks. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** From the most telling to the least; each is looked for in the log's end, from below. */
const patterns: readonly Pattern[] = [
  {
    looksLike: /No space left on device|Disk quota exceeded/,
    title: () => t('The disk is full.'),
    next: () => t('Free space below the run folder or move the run root, then resume.'),
  },
  {
    looksLike: /CUDA out of memory|torch\.(?:cuda\.)?OutOfMemoryError/,
    title: () => t('The GPU ran out of memory.'),
    next: () =>
      t(
        'Use a smaller patch (spatial_size), batch_size or num_samples, or a GPU with more memory.',
      ),
  },
  {
    looksLike: /^(?:\w+\.)*ModuleNotFoundError: No module named '([^']+)'/,
    title: found => t('Python could not import "{0}".', found[1] ?? ''),
    next: () => t("Install it in the engine's Python, or put the module into custom/."),
  },
  {
    looksLike: /^\s*(?:SyntaxError|IndentationError|TabError): (.+)/,
    title: found => t('A Python file has a syntax error: {0}', found[1] ?? ''),
    next: () => t('Correct the file that the log names, then train again.'),
  },
  {
    looksLike: /FileNotFoundError: (?:.*?(['"])(.+)\1|(.+))$/,
    title: found => t('A file is missing: {0}', found[2] ?? found[3] ?? ''),
    next: () => t('Correct DATA_ROOT, DATASET_JSON or the datalist.'),
  },
  {
    looksLike: /^unreadable: (".*")$/,
    isBeforeError: true,
    title: found => t('The volume {0} could not be read.', unquoted(found[1] ?? '')),
    next: () => t('Replace it, or take it out of the datalist.'),
  },
  {
    looksLike:
      /BadGzipFile|EOFError: Compressed file ended|ImageFileError|Error -\d+ while decompressing/,
    title: () => t('A volume of the datalist could not be read.'),
    next: () => t('Open the file that the log names; replace it or take it out of the datalist.'),
  },
  {
    looksLike: /Cannot locate class or function path: '([^']+)'/,
    title: found => t('There is no component "{0}".', found[1] ?? ''),
    next: () =>
      t('Correct its name in the config; a class of custom/ is written as path "FILE.CLASS".'),
  },
  {
    looksLike: /Error\(s\) in loading state_dict for (\w+)/,
    title: found => t('The weights do not fit the network {0} of the config.', found[1] ?? ''),
    next: () => t('Use the config that the weights were trained with, or other weights.'),
  },
  {
    looksLike: /random crop ROI is larger than the image size.*?(\([^)]*\)).*?(\([^)]*\))/,
    title: found =>
      t('A patch of {0} does not fit into an image of {1}.', found[1] ?? '', found[2] ?? ''),
    next: () => t('Use a smaller spatial_size, or pad the images before the crop (SpatialPadd).'),
  },
  {
    looksLike: /DataLoader worker .* is killed by signal/,
    title: () => t('A data-loader worker was killed.'),
    next: () => t('Use fewer num_workers, or more memory or shared memory (/dev/shm) for the job.'),
  },
];

/** An exception's own line, where the log is too short to hold its traceback: `module.Name: text`. */
const exception = /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit)(: .*)?$/;

/** How job.sh begins each attempt. */
const attemptLine = /^-- attempt \d+ on /;

/**
 * Why a job that did not complete ended. `log` is the end of the job's log and `firstLine` the number of its first line.
 * Only the last attempt counts. The root cause of chained tracebacks is the first one, so it is preferred to MONAI's
 * wrapping last line.
 */
export function diagnose(status: JobStatus, log: string, firstLine = 0): Diagnosis | undefined {
  if (status.state === 'COMPLETED') return undefined;
  if (status.state === 'CANCELLED')
    return {
      title: t('The run was cancelled.'),
      detail: '',
      next: t('Resume goes on from the newest checkpoint.'),
    };
  const all = log.split('\n');
  const begin = Math.max(
    0,
    all.findLastIndex(line => attemptLine.test(line)),
  );
  const [lines, first] = [all.slice(begin), firstLine + begin];
  return (
    byPattern(lines, first) ??
    byState(status, lines, first) ??
    byException(lines, first) ?? {
      title: t('The run ended with exit code {0}.', String(status.exitCode ?? '?')),
      detail: status.reason || lines.filter(Boolean).slice(-5).join('\n'),
      next: t('Read the end of the log.'),
      logLine: first + Math.max(0, lines.length - 1),
    }
  );
}

function byPattern(lines: readonly string[], firstLine: number): Diagnosis | undefined {
  for (const pattern of patterns)
    for (let i = lines.length - 1; i >= 0; i--) {
      const found = pattern.looksLike.exec(lines[i] ?? '');
      if (!found) continue;
      const at = (pattern.isBeforeError && errorAfter(lines, i)) ?? i;
      return {
        title: pattern.title(found),
        detail: evidence(lines, at),
        next: pattern.next(found),
        logLine: firstLine + at,
      };
    }
  return undefined;
}

/** Where the exception of the first traceback from a line on stands: after its frames, which are indented. */
function errorAfter(lines: readonly string[], start: number): number | undefined {
  const header = lines.findIndex((line, i) => i >= start && isHeader(line));
  const end = lines.findIndex((line, i) => i > header && line !== '' && !/^\s/.test(line));
  return header >= 0 && end >= 0 ? end : undefined;
}

const isHeader = (line: string): boolean => line.startsWith('Traceback (most recent call last)');

function byState(
  status: JobStatus,
  lines: readonly string[],
  firstLine: number,
): Diagnosis | undefined {
  const logLine = firstLine + Math.max(0, lines.length - 1);
  const detail = status.reason || lines.filter(Boolean).slice(-3).join('\n');
  const killed = status.exitCode === 137;
  if (status.state === 'OUT_OF_MEMORY' || killed)
    return {
      title: killed ? t('The job was killed (signal 9).') : t('The job ran out of host memory.'),
      detail,
      next: t('Ask for more memory, or cache fewer cases (cache_num), then resume.'),
      logLine,
    };
  if (status.state === 'TIMEOUT')
    return {
      title: t('The job reached its time limit.'),
      detail,
      next: t('Resume goes on from the newest checkpoint; ask for more time.'),
      logLine,
    };
  if (status.state === 'NODE_FAIL' || status.state === 'PREEMPTED' || status.state === 'BOOT_FAIL')
    return {
      title: t('The cluster took the node away ({0}).', status.state),
      detail,
      next: t('Resume goes on from the newest checkpoint.'),
      logLine,
    };
  // neither the program nor job.sh lived to say a word
  if (status.exitCode === undefined && status.reason)
    return {
      title: status.reason,
      detail: lines.filter(Boolean).slice(-3).join('\n'),
      next: t('Resume goes on from the newest checkpoint.'),
      logLine,
    };
  return undefined;
}

function byException(lines: readonly string[], firstLine: number): Diagnosis | undefined {
  // a log may hold several chains: the root cause is the first exception of the last one
  const chainStart = lines.reduce((last, line, i) => (isChainStart(lines, line, i) ? i : last), 0);
  const root = errorAfter(lines, chainStart) ?? lines.findLastIndex(line => exception.test(line));
  const line = lines[root];
  if (line === undefined) return undefined;
  const own = ownFrame(lines.slice(chainStart, root));
  return {
    title: line.replace(/: ?$/, '').slice(0, 400),
    detail: evidence(lines, root),
    next: own
      ? t('Correct {0} at line {1}, then try again.', own.file, own.line)
      : t('Correct what the log shows at this place, then try again.'),
    logLine: firstLine + root,
  };
}

/** The innermost place of the MMAR's own components in a traceback. */
function ownFrame(lines: readonly string[]): { file: string; line: string } | undefined {
  const frames = lines.map(line => /File ".*\/bundle\/(custom\/.+)", line (\d+)/.exec(line));
  const found = frames.findLast(frame => frame !== null);
  return found ? { file: found[1] ?? '', line: found[2] ?? '' } : undefined;
}

/** A traceback that does not continue an earlier one ("The above exception was ..."). */
function isChainStart(lines: readonly string[], line: string, i: number): boolean {
  if (!isHeader(line)) return false;
  return !lines
    .slice(Math.max(0, i - 3), i)
    .some(before => /^(The above exception|During handling of the above)/.test(before));
}

/** The line and the frame that leads to it. */
const evidence = (lines: readonly string[], at: number): string =>
  lines
    .slice(Math.max(0, at - 4), at + 1)
    .join('\n')
    .slice(-1200);
