// One set-up at a time, also between two checkouts that share the cache.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir } from './places.mjs';

function tryLock(file) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, file); // atomic, and the owner's id is in it from the first moment on
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The process that holds the lock, or undefined if it ended without giving it back. */
function holder(file) {
  let pid;
  try {
    pid = Number(readFileSync(file, 'utf8'));
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return error.code === 'EPERM' ? pid : undefined;
  }
}

/** Runs `work` while no other process holds the lock of that name. */
export async function withLock(name, work) {
  const file = path.join(cacheDir(), `${name}.lock`);
  for (let told = false; !tryLock(file);) {
    const pid = holder(file);
    if (pid === undefined) {
      const stale = `${file}.stale.${process.pid}`;
      try {
        renameSync(file, stale); // only one of those who wait gets it
        if (holder(stale) !== undefined) linkSync(stale, file); // it was taken anew just before: give it back
        rmSync(stale, { force: true });
      } catch {
        // someone else was quicker
      }
      continue;
    }
    if (!told) console.log(`Waiting for process ${pid}, which is setting up ${name} ...`);
    told = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
