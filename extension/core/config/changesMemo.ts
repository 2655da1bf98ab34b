import type { Change, Changes } from './changes.ts';

const kept = new WeakMap<Changes, Changes>();

/** The same answers, each worked out once: checks ask for every argument at every keystroke. */
export function rememberedChanges(changes: Changes): Changes {
  const known = kept.get(changes);
  if (known) return known;
  const lost = new Map<string, Change | undefined>();
  const between = new Map<string, readonly Change[]>();
  const since = new Map<string, string | undefined>();
  const made: Changes = {
    ...changes,
    lost: (...query) => remembered(lost, query, () => changes.lost(...query)),
    between: (...query) => remembered(between, query, () => changes.between(...query)),
    since: (...query) => remembered(since, query, () => changes.since(...query)),
  };
  kept.set(changes, made);
  return made;
}

/** Names that somebody types come and go. */
const most = 20_000;

function remembered<T>(
  memory: Map<string, T>,
  query: readonly (string | undefined)[],
  ask: () => T,
): T {
  const key = query.join(' ');
  if (memory.has(key)) return memory.get(key) as T;
  if (memory.size >= most) memory.clear();
  const answer = ask();
  memory.set(key, answer);
  return answer;
}
