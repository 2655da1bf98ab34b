import type { ArgFacts } from './valueSnippet.ts';

/** `Sequence[int] | None = 3`, as Python writes it. */
export function typeText(arg: ArgFacts): string {
  const type = arg.type === '' ? '' : arg.type;
  const given = defaultText(arg);
  return [type, given === undefined ? '' : `= ${given}`].filter(Boolean).join(' ');
}

export function defaultText(arg: ArgFacts): string | undefined {
  if (arg.required) return undefined;
  if (arg.defaultText !== undefined) return arg.defaultText;
  return 'default' in arg ? pythonOf(arg.default) : undefined;
}

/** A value of JSON as Python writes it. */
export function pythonOf(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, inner]) => `'${key}': ${pythonOf(inner)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}

/** `DiceLoss(keys: KeysCollection, *, mode: str = "bilinear")` in pieces: each argument with its text. */
export function parameterTexts(args: readonly ArgFacts[]): string[] {
  return args.map(arg => {
    const given = defaultText(arg);
    const type = arg.type === '' ? '' : `: ${arg.type}`;
    return `${arg.name}${type}${given === undefined ? '' : type === '' ? `=${given}` : ` = ${given}`}`;
  });
}
