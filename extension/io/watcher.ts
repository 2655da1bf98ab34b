/** What a look at a machine found; `idle` when nothing is left there to watch. */
export type Look = 'changed' | 'same' | 'idle';

export interface Pace {
  /** Seconds until the next look after a change. */
  readonly quick: number;
  /** The most seconds between looks. */
  readonly slow: number;
  /** Each look that finds nothing new makes the next wait longer by this factor. */
  readonly growth: number;
}

export interface WatcherDeps {
  /** One question for all that is watched on a machine. */
  look(machine: string, signal: AbortSignal): Promise<Look>;
  /** Told once per series of failures. */
  readonly warn: (message: string) => void;
  readonly pace?: Pace;
}

interface Watched {
  seconds: number;
  timer: NodeJS.Timeout | undefined;
  isLooking: boolean;
  /** Something changed while the look was under way: what it finds may be older than that. */
  isStirred: boolean;
  isFailing: boolean;
}

/**
 * Looks at machines again and again: quickly after a change, ever more slowly while nothing happens or a
 * machine does not answer, not at all while nothing is live there. Never twice at a time at one machine.
 */
export class Watcher {
  private readonly watched = new Map<string, Watched>();
  private readonly stop = new AbortController();

  constructor(private readonly deps: WatcherDeps) {}

  /** Looks soon: something was submitted, resumed or cancelled there. */
  wake(machine: string): void {
    if (this.stop.signal.aborted) return;
    const known = this.watched.get(machine);
    if (known?.isLooking) {
      known.isStirred = true;
      return;
    }
    const entry = known ?? {
      seconds: 0,
      timer: undefined,
      isLooking: false,
      isStirred: false,
      isFailing: false,
    };
    this.watched.set(machine, entry);
    this.wait(machine, entry, this.pace.quick);
  }

  dispose(): void {
    this.stop.abort();
    for (const { timer } of this.watched.values()) clearTimeout(timer);
    this.watched.clear();
  }

  private get pace(): Pace {
    return this.deps.pace ?? { quick: 1, slow: 15, growth: 1.4 };
  }

  private wait(machine: string, entry: Watched, seconds: number): void {
    clearTimeout(entry.timer);
    entry.seconds = seconds;
    entry.timer = setTimeout(() => void this.look(machine, entry), seconds * 1000);
  }

  private async look(machine: string, entry: Watched): Promise<void> {
    const { signal } = this.stop;
    entry.isLooking = true;
    entry.isStirred = false;
    let found: Look = 'same';
    try {
      found = await this.deps.look(machine, signal);
      entry.isFailing = false;
    } catch (error) {
      // jobs go on without us, and the next look may succeed
      if (!entry.isFailing && !signal.aborted) this.deps.warn(`${machine}: ${String(error)}`);
      entry.isFailing = true;
    }
    entry.isLooking = false;
    if (signal.aborted) return;
    if (found === 'idle' && !entry.isStirred) this.watched.delete(machine);
    else this.wait(machine, entry, this.next(entry, found));
  }

  private next({ seconds, isStirred }: Watched, found: Look): number {
    const { quick, slow, growth } = this.pace;
    return found === 'changed' || isStirred ? quick : Math.min(slow, seconds * growth);
  }
}
