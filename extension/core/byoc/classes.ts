/** A class at the top of a Python module. */
export interface PythonClass {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
  readonly bases: readonly string[];
}

/** The classes of a module, found line by line: a module that does not parse still shows its classes. */
export function classesOf(source: string): PythonClass[] {
  return topLevelLines(source).flatMap(({ text, line }) => {
    const found = /^class\s+([\p{L}_][\p{L}\p{N}_]*)\s*(?:\((.*)\))?\s*:/su.exec(text);
    return found ? [{ name: found[1] ?? '', line, bases: basesIn(found[2] ?? '') }] : [];
  });
}

/** All names that `import module` makes reachable; '*' where a star import hides what there is. */
export function namesOf(source: string): string[] {
  return topLevelLines(source).flatMap(({ text }) => {
    const defined = /^(?:class|(?:async\s+)?def)\s+([\p{L}_][\p{L}\p{N}_]*)/u.exec(text)?.[1];
    if (defined !== undefined) return [defined];
    const imported = /^from\s+\S+\s+import\s+(.*)$/s.exec(text)?.[1];
    if (imported !== undefined) return splitNames(imported.replace(/[()]/g, ''));
    const modules = /^import\s+(.*)$/s.exec(text)?.[1];
    if (modules !== undefined) return splitNames(modules).map(name => name.split('.')[0] ?? name);
    const assigned = /^([\p{L}_][\p{L}\p{N}_]*)\s*(?::[^=]+)?=(?!=)/u.exec(text)?.[1];
    return assigned === undefined ? [] : [assigned];
  });
}

function splitNames(list: string): string[] {
  const names = list.split(',').map(
    part =>
      part
        .trim()
        .split(/\s+as\s+/)
        .at(-1)
        ?.trim() ?? '',
  );
  return names.filter(name => name !== '');
}

function basesIn(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const letter of list) {
    if ('([{'.includes(letter)) depth++;
    if (')]}'.includes(letter)) depth--;
    if (letter === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  // `metaclass=ABCMeta` is an argument, not a base.
  return [...parts, part]
    .map(text => text.trim())
    .filter(text => text !== '' && !/^\w+\s*=/.test(text));
}

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/** Lines without indentation; strings emptied, comments gone, lines inside brackets joined. */
function topLevelLines(source: string): LogicalLine[] {
  const lines: LogicalLine[] = [];
  let current = '';
  let start = 1;
  let depth = 0;
  let line = 1;
  const end = (): void => {
    if (/^\S/.test(current)) lines.push({ text: current.trimEnd(), line: start });
    current = '';
    start = line;
  };
  // Strings first: a bracket, a comment sign or a line end in one of them means nothing.
  const tokens =
    /("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*(?:\1|$)|(["'])(?:\\[\s\S]|(?!\2)[^\\\n])*(?:\2|$)?|#[^\n]*|\\\r?\n|\r?\n|[()[\]{}]|[^"'#\\\n\r()[\]{}]+|[\s\S]/g;
  for (const [token] of source.replace(/^\uFEFF/, '').matchAll(tokens)) {
    line += token.split('\n').length - 1;
    if (/^["']/.test(token)) current += '""';
    else if (token.startsWith('#')) continue;
    else if (/^\\\r?\n$/.test(token)) current += ' ';
    else if (/^\r?\n$/.test(token)) {
      if (depth === 0) end();
      else current += ' ';
    } else {
      if (/^[([{]$/.test(token)) depth++;
      if (/^[)\]}]$/.test(token)) depth = Math.max(0, depth - 1);
      current += token;
    }
  }
  end();
  return lines;
}
