import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Watcher, type Look } from '../../../extension/io/watcher.ts';

const pace = { quick: 0.02, slow: 0.16, growth: 2 };

/** A watcher whose looks are answered by `answer`, and when they were made. */
function watching(answer: (count: number) => Look | Promise<Look>): {
  watcher: Watcher;
  looks: { machine: string; at: number }[];
  warnings: string[];
} {
  const looks: { machine: string; at: number }[] = [];
  const warnings: string[] = [];
  const watcher = new Watcher({
    look: async machine => answer(looks.push({ machine, at: performance.now() })),
    warn: message => warnings.push(message),
    pace,
  });
  return { watcher, looks, warnings };
}

const gaps = (looks: readonly { at: number }[]): number[] =>
  looks.slice(1).map((look, i) => look.at - (looks[i]?.at ?? 0));

suite('the watcher', () => {
  test('looks more and more slowly while nothing happens, quickly after a change', async () => {
    const { watcher, looks } = watching(count => (count === 5 ? 'changed' : 'same'));
    watcher.wake('a');
    await delay(800);
    watcher.dispose();
    const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = gaps(looks);
    assert.ok(first >= 35 && second >= 75 && third >= 155 && fourth >= 155, String(gaps(looks)));
    assert.ok(fifth < 60, String(gaps(looks)));
  });

  test('stops when nothing is live, and begins again when it is woken', async () => {
    const { watcher, looks } = watching(() => 'idle');
    watcher.wake('a');
    await delay(150);
    assert.equal(looks.length, 1);
    watcher.wake('a');
    await delay(150);
    assert.equal(looks.length, 2);
    watcher.dispose();
  });

  test('survives failures, more slowly, and tells of a series of them once', async () => {
    const { watcher, looks, warnings } = watching(count => {
      if (count === 4) return 'changed';
      throw new Error('no way there');
    });
    watcher.wake('a');
    await delay(600);
    watcher.dispose();
    assert.ok(looks.length >= 6, String(looks.length));
    assert.deepEqual(warnings, ['a: Error: no way there', 'a: Error: no way there']);
    assert.ok((gaps(looks)[2] ?? 0) >= 155);
  });

  test('never looks twice at a time at one machine, and a slow one holds up no other', async () => {
    let now = 0;
    let most = 0;
    const looks: string[] = [];
    const watcher = new Watcher({
      look: async machine => {
        looks.push(machine);
        if (machine === 'b') return 'same';
        most = Math.max(most, ++now);
        await delay(100);
        now--;
        return 'idle';
      },
      warn: message => assert.equal(message, undefined),
      pace,
    });
    watcher.wake('a');
    watcher.wake('b');
    await delay(60);
    watcher.wake('a'); // while the look is under way: what it finds is older than this
    watcher.wake('a');
    await delay(300);
    watcher.dispose();
    assert.equal(most, 1);
    assert.equal(looks.filter(machine => machine === 'a').length, 2);
    assert.ok(looks.filter(machine => machine === 'b').length >= 3);
  });

  test('a disposed watcher looks no more and tells its look to stop', async () => {
    let given: AbortSignal | undefined;
    let looks = 0;
    const watcher = new Watcher({
      look: async (_machine, signal) => {
        given = signal;
        looks++;
        await delay(1000, undefined, { signal });
        return 'same';
      },
      warn: message => assert.equal(message, undefined),
      pace,
    });
    watcher.wake('a');
    await delay(60);
    watcher.dispose();
    watcher.wake('a');
    await delay(100);
    assert.equal(given?.aborted, true);
    assert.equal(looks, 1);
  });
});
