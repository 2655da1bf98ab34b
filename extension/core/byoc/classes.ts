import { parsePython } from './python.ts';

/** A class at the top of a Python module. */
export interface PythonClass {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
  readonly bases: readonly string[];
}

/** The classes of a module; one that does not parse still shows what can be made out. */
export function classesOf(source: string): PythonClass[] {
  const lineAt = lineCounter(source);
  return parsePython(source).classes.map(({ name, range, bases }) => ({
    name,
    line: lineAt(range.offset),
    bases: bases.map(({ text }) => text),
  }));
}

/** All names that `import module` makes reachable; '*' where a star import hides what there is. */
export function namesOf(source: string): string[] {
  const { classes, functions, imports, variables } = parsePython(source);
  const defined = [...classes, ...functions].map(({ name, range }) => ({ name, at: range.offset }));
  const assigned = variables.map(({ text, range }) => ({ name: text, at: range.offset }));
  const imported = imports.flatMap(({ module, alias, names, range }) =>
    names === undefined
      ? [{ name: alias ?? module.split('.')[0] ?? module, at: range.offset }]
      : names.map(entry => ({ name: entry.alias ?? entry.name, at: entry.range.offset })),
  );
  const all = [...defined, ...assigned, ...imported].sort((one, other) => one.at - other.at);
  return [...new Set(all.map(({ name }) => name))];
}

/** For offsets that only grow. */
function lineCounter(source: string): (offset: number) => number {
  let [at, line] = [0, 1];
  return offset => {
    for (; at < offset; at++) if (source[at] === '\n') line++;
    return line;
  };
}
