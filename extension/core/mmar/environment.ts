import { isValues } from './kind.ts';

export type Variables = Readonly<Record<string, unknown>>;

export interface VariableSources {
  /** A whole config: its simple top-level values are variables. */
  readonly config?: unknown;
  /** environment.json */
  readonly environment?: Variables | undefined;
  /** `--set KEY=VALUE` */
  readonly set?: Variables | undefined;
}

/** Variables by their precedence: config < environment.json < --set. */
export function variablesOf({ config, environment, set }: VariableSources): Variables {
  const own = isValues(config)
    ? Object.entries(config).filter(([, value]) => isVariable(value))
    : [];
  // No prototype, so that a variable may be called "constructor".
  return Object.assign(Object.create(null), Object.fromEntries(own), environment, set) as Variables;
}

/** Sections are objects and lists; what is left can be put into a text. */
function isVariable(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** `{IDENTIFIER}`; a fresh expression for each use, since a global one keeps state. */
export const placeholders = (): RegExp => /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Lambdas hold braces of Python's own f-strings, which are no placeholders. */
export function isLambda(text: string): boolean {
  return /^\s*lambda\b/.test(text);
}

/**
 * The value of a text: a placeholder alone keeps the type of its variable, one inside a text is
 * put in as text. Unknown ones stay as they are; the check `unresolvedPlaceholder` names them.
 */
export function resolveText(text: string, variables: Variables): unknown {
  return resolve(text, variables, 5);
}

function resolve(text: string, variables: Variables, depth: number): unknown {
  if (isLambda(text) || depth === 0) return text;
  const alone = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(text)?.[1];
  const again = (value: unknown): unknown =>
    typeof value === 'string' && value !== text ? resolve(value, variables, depth - 1) : value;
  if (alone !== undefined) return alone in variables ? again(variables[alone]) : text;
  return text.replace(placeholders(), (written, name: string) =>
    name in variables ? String(again(variables[name])) : written,
  );
}

/** The text of a value after substitution; undefined when it is no text or not all is known. */
export function resolvedPath(value: unknown, variables: Variables): string | undefined {
  const resolved = typeof value === 'string' ? resolveText(value, variables) : undefined;
  if (typeof resolved !== 'string' || resolved === '') return undefined;
  return placeholders().test(resolved) ? undefined : resolved;
}

export function isAbsolute(path: string): boolean {
  return /^([/\\]|[A-Za-z]:[/\\])/.test(path);
}

/** Joins with "/", without "." and "..", an absolute path wins. */
export function joinPath(base: string, path: string): string {
  const whole = (isAbsolute(path) || base === '' ? path : `${base}/${path}`).replaceAll('\\', '/');
  const kept: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(part);
  }
  return (whole.startsWith('/') ? '/' : '') + kept.join('/');
}
