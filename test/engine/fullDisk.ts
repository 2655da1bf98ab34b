import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { diagnose } from '../../extension/core/runs/diagnose.ts';
import { RemoteError } from '../../extension/io/errors.ts';
import {
  cancel,
  copyMmar,
  hasEnded,
  hostile,
  isWhole,
  logOf,
  openSite,
  resume,
  submit,
  until,
  type Site,
} from './site.ts';

// Run by failures.test.ts inside a namespace of its own, where MMAR_FULL_DISK is a disk of 3 MB.
const disk = process.env['MMAR_FULL_DISK'] ?? '';
const ballast = path.join(disk, 'ballast');

/** Takes all space but `leave` bytes. */
function fill(leave = 0): void {
  const file = openSync(ballast, 'w');
  const block = Buffer.alloc(4096, 1);
  try {
    for (;;) writeSync(file, block);
  } catch {
    truncateSync(ballast, Math.max(0, statSync(ballast).size - leave));
  } finally {
    closeSync(file);
  }
}

const empty = (): void => rmSync(ballast, { force: true });

const below = (folder: string): string[] =>
  existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]) : [];

suite('on a disk that is full', () => {
  let site: Site;
  let mmar = '';
  suiteSetup(async () => {
    site = openSite(path.join(disk, hostile));
    mmar = await copyMmar({ from: 'test/fixtures/mmar40' });
  });
  suiteTeardown(() => site.close());
  teardown(empty);

  for (const leave of [0, 24_000])
    test(`a submission with ${leave} bytes left`, async () => {
      fill(leave);
      await assert.rejects(submit(site, { purpose: 'train', mmar }), (error: unknown) => {
        assert.ok(error instanceof RemoteError);
        assert.equal(error.kind, 'no-space', error.message);
        assert.ok(error.message.includes(site.root));
        assert.match(error.message, /no space left in .*free some, or use another root/s);
        return true;
      });
      assert.deepEqual(below(path.join(site.root, 'runs')), []);
      assert.deepEqual(
        below(site.root).filter(name => name.endsWith('.part')),
        [],
      );
    });

  test('a training: it says so, its checkpoints are whole, and it resumes', async () => {
    const run = await submit(site, { purpose: 'train', mmar, set: { epochs: 500 } });
    await until(site, run, (_, { epoch }) => epoch >= 2);
    fill();
    const end = await until(site, run, hasEnded);
    const log = await logOf(site, run);
    assert.equal(end.run.status.state, 'FAILED', log);
    const why = diagnose(end.run.status, log);
    assert.match(why?.title ?? '', /disk is full/, log);
    assert.match(why?.next ?? '', /Free space .* then resume/);
    const parts = below(path.join(run.folder, 'models')).filter(name => name.endsWith('.part'));
    assert.deepEqual(parts, []);
    assert.ok(isWhole(path.join(run.folder, 'models', 'model.pt')), 'the best model is lost');
    empty();
    await resume(site, run);
    const later = end.curves.iteration;
    const { curves } = await until(site, run, (_, { iteration }) => iteration > later + 4);
    assert.ok((curves.attempt?.iteration ?? 0) > 0);
    assert.doesNotMatch(await logOf(site, run), /resume: skipped/);
    await cancel(site, run);
  });
});
