/** How a line of a log is set apart; `trace` is a Python traceback but for its last line, the error itself. */
export type LineKind = 'plain' | 'trace' | 'error' | 'warning';

/** torchrun marks what each of its processes says. */
const rank = /^\[(?:rank|default)\d+\]:\s?/;
const traceStart = /^\s*Traceback \(most recent call last\):/;
const exception = /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit)(?::|$)/;
const chained = /^(?:The above exception|During handling of the above)/;
const error = /\b(?:ERROR|CRITICAL|FATAL)\b|^\w*: (?:error|fatal): |^Killed$|^Segmentation fault/;
const warning = /\bWARN(?:ING)?\b|\w*Warning: /;

/** Names lines one after the other; `inTrace` is what the line before left. */
export function kindOf(text: string, inTrace: boolean): { kind: LineKind; inTrace: boolean } {
  const line = text.replace(rank, '');
  if (traceStart.test(line)) return { kind: 'trace', inTrace: true };
  if (inTrace && /^\s/.test(line)) return { kind: 'trace', inTrace: true };
  if (exception.test(line) || (inTrace && line !== '')) return { kind: 'error', inTrace: false };
  if (chained.test(line)) return { kind: 'trace', inTrace: false };
  if (error.test(line)) return { kind: 'error', inTrace: false };
  return { kind: warning.test(line) ? 'warning' : 'plain', inTrace: false };
}
