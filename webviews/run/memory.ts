import type { HostConnection } from '../shared/connect.ts';

/** How the user left the page: VS Code drops pages that are out of sight, and this one starts again when it is seen. */
export interface Remembered {
  /** Curves that were shown or hidden by hand, by name. */
  readonly shown: Readonly<Record<string, boolean>>;
  /** Line of the log that was read, counted from its start; absent: its end is followed. */
  readonly logLine?: number | undefined;
  readonly scroll?: number;
}

export interface Memory {
  readonly value: Remembered;
  change(part: Partial<Remembered>): void;
}

/** What is remembered, and where changes of it go. */
export function makeMemory(host: HostConnection<unknown>): Memory {
  let value = decode(host.remembered());
  return {
    get value() {
      return value;
    },
    change(part) {
      value = { ...value, ...part };
      host.remember(value);
    },
  };
}

function decode(stored: unknown): Remembered {
  const { shown, logLine, scroll } = fieldsOf(stored);
  return {
    shown: Object.fromEntries(
      Object.entries(fieldsOf(shown)).filter(
        (entry): entry is [string, boolean] => typeof entry[1] === 'boolean',
      ),
    ),
    ...(typeof logLine === 'number' ? { logLine } : {}),
    ...(typeof scroll === 'number' ? { scroll } : {}),
  };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
