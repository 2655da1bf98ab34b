import assert from 'node:assert/strict';
import { follow, readLogEnd, type Seen } from '../../../extension/cli/follow.ts';
import type { JobState, JobStatus, RunRecord } from '../../../extension/core/runs/job.ts';
import { RemoteError } from '../../../extension/io/errors.ts';
import type { Machine, ReportedRun } from '../../../extension/io/machine.ts';

const record: RunRecord = {
  id: 'r1',
  purpose: 'train',
  mmar: 'm',
  mmarPath: '/m',
  config: 'config/config_train.json',
  created: '2026-11-24T12:00:00.000Z',
  scheduler: 'process',
  command: [],
};
const statusOf = (state: JobState, sizes: Partial<JobStatus> = {}): JobStatus => ({
  state,
  jobId: '1',
  reason: '',
  attempt: 1,
  logSize: 0,
  progressSize: 0,
  ...sizes,
});
const run: ReportedRun = { record, folder: '/runs/r1', status: statusOf('PENDING') };

/** A machine whose looks are written down beforehand: what a real one cannot be brought to at a given moment. */
function scripted(
  looks: readonly (JobStatus | Error | 'gone')[],
  files: Readonly<Record<string, string>> = {},
  chunk = 1 << 20,
) {
  const asked: string[] = [];
  let at = 0;
  const no = (): never => assert.fail('not asked for here');
  const machine: Machine = {
    status: async (_ids, signal) => {
      signal.throwIfAborted();
      asked.push('status');
      const look = looks[Math.min(at++, looks.length - 1)]!;
      if (look instanceof Error) throw look;
      return new Map(look === 'gone' ? [] : [['r1', look]]);
    },
    cancel: async () => {
      asked.push('cancel');
      return statusOf('RUNNING');
    },
    read: async (_id, file, offset) => {
      asked.push(`read ${file} ${offset}`);
      const bytes = Buffer.from(files[file] ?? '').subarray(offset, offset + chunk);
      return { text: bytes.toString(), next: offset + bytes.length };
    },
    ...{ submit: no, resume: no, list: no, results: no, fetch: no, remove: no },
  };
  return { machine, asked };
}

const failure = new RemoteError('bad-reply', 'this machine gave no readable answer.');

suite('following a run', () => {
  const begin = (machine: Machine, withLog = false) => {
    const [stop, leave] = [new AbortController(), new AbortController()];
    const shown: Seen[] = [];
    let cancelling = 0;
    const ended = follow(machine, run, {
      interrupts: { stop: stop.signal, leave: leave.signal },
      withLog,
      show: seen => void shown.push(seen),
      cancelling: () => {
        cancelling++;
      },
      pace: [0.01, 0.01],
    });
    return { ended, shown, stop, leave, told: () => cancelling };
  };

  test('reads only what is new, and a line that is cut with the rest of it', async () => {
    const start = '{"kind": "start", "epochs": 2, "per_epoch": 2, "epoch": 0, "iteration": 0}\n';
    const end = '{"kind": "done", "epoch": 2, "iteration": 4}\n';
    const file = 'models/progress.jsonl';
    const { machine, asked } = scripted(
      [
        statusOf('PENDING'),
        statusOf('RUNNING', { progressSize: start.length + 5 }),
        statusOf('RUNNING', { progressSize: start.length + 5 }),
        statusOf('COMPLETED', { progressSize: start.length + end.length }),
      ],
      { [file]: start + end },
      start.length + 5,
    );
    const { ended, shown } = begin(machine);
    const seen = await ended;
    assert.deepEqual([seen?.curves.end, seen?.curves.epochs], ['done', 2]);
    assert.deepEqual(
      shown.map(s => [s.status.state, s.curves.epochs]),
      [
        ['PENDING', 0],
        ['RUNNING', 2],
        ['RUNNING', 2],
        ['COMPLETED', 2],
      ],
    );
    const reads = asked.filter(what => what.startsWith('read'));
    assert.deepEqual(reads, [`read ${file} 0`, `read ${file} ${start.length + 5}`]);
  });

  test('the log only where it is wanted, each piece once', async () => {
    const looks = [statusOf('RUNNING', { logSize: 3 }), statusOf('COMPLETED', { logSize: 7 })];
    const files = { 'job.log': 'abcdefg' };
    const wanted = begin(scripted(looks, files, 3).machine, true);
    await wanted.ended;
    assert.equal(wanted.shown.map(s => s.log).join('|'), 'abc|defg');
    const { machine, asked } = scripted(looks, files);
    await begin(machine).ended;
    assert.deepEqual(asked, ['status', 'status']);
  });

  test('the first Ctrl-C cancels, once; the run is followed to its end', async () => {
    const { machine, asked } = scripted([
      statusOf('RUNNING'),
      statusOf('RUNNING'),
      statusOf('RUNNING'),
      statusOf('CANCELLED'),
    ]);
    const { ended, stop, told } = begin(machine);
    stop.abort();
    assert.equal((await ended)?.status.state, 'CANCELLED');
    assert.equal(told(), 1);
    assert.equal(asked.filter(what => what === 'cancel').length, 1);
  });

  test('the second one leaves, after the cancelling', async () => {
    const { machine, asked } = scripted([statusOf('RUNNING')]);
    const { ended, stop, leave } = begin(machine);
    stop.abort();
    setTimeout(() => leave.abort(), 50);
    assert.equal(await ended, undefined);
    assert.ok(asked.includes('cancel'));
  });

  test('a machine that fails for a moment is asked again', async () => {
    const { machine } = scripted([failure, failure, failure, failure, statusOf('COMPLETED')]);
    assert.equal((await begin(machine).ended)?.status.state, 'COMPLETED');
    await assert.rejects(begin(scripted([failure]).machine).ended, failure);
  });

  test('a run whose folder was deleted is said to be so', async () => {
    await assert.rejects(
      begin(scripted(['gone']).machine).ended,
      /The folder of the run r1 was deleted\./,
    );
  });
});

test('the end of a long log keeps its line numbers', async () => {
  const line = `${'x'.repeat(99)}\n`;
  const log = line.repeat(50_000) + 'last';
  const { machine } = scripted([], { 'job.log': log }, 1 << 20);
  const { signal } = new AbortController();
  const { text, firstLine } = await readLogEnd(machine, 'r1', log.length, signal);
  assert.equal(text.length, 4 << 20);
  const lines = text.split('\n');
  assert.equal(lines.at(-1), 'last');
  assert.equal(firstLine + lines.length - 1, 50_000);
});
