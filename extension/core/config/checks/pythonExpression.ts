import { t } from '@vscode/l10n';
import { expressionProblem } from '../../byoc/python.ts';
import { isLambda } from '../../mmar/environment.ts';
import type { Finding } from '../finding.ts';
import type { ConfigModel } from '../model.ts';
import type { TextValue } from '../walk.ts';
import { componentFiles, found, type Check, type Code } from './check.ts';

const broken: Code = {
  code: 'python-syntax',
  severity: 'error',
  summary: 'A lambda or expression that Python cannot read',
};

/** Flags lambdas and `#` or `$` expressions with a slip in them; nothing is evaluated. */
export const pythonExpression: Check = {
  codes: [broken],
  kinds: [...componentFiles],
  run: model =>
    model.texts.flatMap(text => {
      const skipped = expressionStart(text.value, model);
      if (skipped === undefined) return [];
      const problem = remembered(text.value.slice(skipped));
      if (!problem) return [];
      return [report(model, text, skipped + problem.offset, problem.message)];
    }),
};

const problems = new Map<string, ReturnType<typeof expressionProblem>>();

/** Expressions repeat, within a file and at every keystroke. */
function remembered(code: string): ReturnType<typeof expressionProblem> {
  if (!problems.has(code)) {
    if (problems.size > 2000) problems.clear();
    problems.set(code, expressionProblem(code));
  }
  return problems.get(code);
}

/** Where the Python begins; undefined: the text is none. */
function expressionStart(text: string, { form }: ConfigModel): number | undefined {
  if (form === 'bundle') return /^\s*\$/.test(text) ? text.indexOf('$') + 1 : undefined;
  if (isLambda(text)) return 0;
  // in 4.0 a "#" is a text like any other
  return form === '4.1' && text.startsWith('#') ? 1 : undefined;
}

function report(model: ConfigModel, text: TextValue, at: number, message: string): Finding {
  const { value } = text;
  const word = /^\w+/.exec(value.slice(at))?.[0].length ?? 1;
  const isEnd = at >= value.length;
  const from = placeIn(model, text, isEnd ? Math.max(0, value.length - 1) : at);
  const to = placeIn(model, text, isEnd ? value.length : Math.min(value.length, at + word));
  const range = { offset: from, length: Math.max(1, to - from) };
  return found(broken, range, t('Python cannot read this: {0}', message));
}

/** Where a letter of a text stands in the file: escapes take more room there. */
export function placeIn({ doc }: ConfigModel, { node, value }: TextValue, at: number): number {
  const written = doc.text.slice(node.offset, node.offset + node.length);
  const quote = written[0];
  if (quote !== '"' && quote !== "'") return node.offset + (written === value ? at : 0);
  if (!written.includes('\\') && written.length === value.length + 2) return node.offset + 1 + at;
  return node.offset + 1 + escapedLength(written.slice(1), at);
}

/** How many letters of a text in quotes stand for the first `count` of its value. */
function escapedLength(written: string, count: number): number {
  let place = 0;
  for (let read = 0; read < count; read++) {
    const escape = /^\\(?:u[0-9a-fA-F]{4}|.)/s.exec(written.slice(place, place + 6))?.[0];
    place += escape?.length ?? 1;
  }
  return Math.min(place, written.length);
}
