import assert from 'node:assert/strict';
import { diagnose } from '../../../../extension/core/runs/diagnose.ts';
import type { JobState, JobStatus } from '../../../../extension/core/runs/job.ts';

const status = (state: JobState, exitCode = 1): JobStatus => ({
  state,
  exitCode,
  jobId: '7',
  reason: '',
  attempt: 1,
  logSize: 0,
  progressSize: 0,
});

const { exitCode: _, ...withoutCode } = status('FAILED');

const wrapped = `2026-11-24 INFO - start
Traceback (most recent call last):
  File "monai/transforms/transform.py", line 150, in apply_transform
    return _apply_transform(transform, data, unpack_items)
KeyError: 'lable'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "monai/bundle/__main__.py", line 33, in <module>
RuntimeError: Failed to evaluate "$__local_refs['train::trainer'].run()"
`;

suite('why a run ended', () => {
  test('a run that completed has no diagnosis', () => {
    assert.equal(diagnose(status('COMPLETED', 0), wrapped), undefined);
  });

  test('the root cause, not the line that wraps it, with its place in the log', () => {
    const found = diagnose(status('FAILED'), wrapped, 100);
    assert.equal(found?.title, "KeyError: 'lable'");
    assert.equal(found?.logLine, 104);
    assert.match(found?.detail ?? '', /apply_transform/);
  });

  test('what an earlier attempt died of is history', () => {
    const log = `-- attempt 1 on gpu01, now
torch.OutOfMemoryError: CUDA out of memory. Tried
-- ended with exit code 1, now
-- attempt 2 on gpu01, later
Traceback (most recent call last):
  File "/r/bundle/custom/a b.py", line 3, in __call__
  File "monai/x.py", line 9, in f
ValueError: later
`;
    const found = diagnose(status('FAILED'), log, 10);
    assert.equal(found?.title, 'ValueError: later');
    assert.equal(found?.logLine, 17);
    assert.match(found?.next ?? '', /^Correct custom\/a b\.py at line 3,/);
  });

  test('the file that a reader fails on, and where in the log its error stands', () => {
    const log = `start
unreadable: "/d/a \\"b'c\\n.nii.gz"
Traceback (most recent call last):
gzip.BadGzipFile: CRC check failed 0x1 != 0x2
`;
    const found = diagnose(status('FAILED'), log);
    assert.equal(found?.title, `The volume /d/a "b'c\n.nii.gz could not be read.`);
    assert.equal(found?.logLine, 3);
  });

  test('an exception whose name does not end in Error, and one of an empty text', () => {
    const log = 'Traceback (most recent call last):\n  File "x", line 1, in <module>\n';
    const found = diagnose(status('FAILED'), `start\n${log}zlib.error: Error -3 while x\nend\n`);
    assert.equal(found?.logLine, 3);
    assert.equal(diagnose(status('FAILED'), `${log}AssertionError\n`)?.title, 'AssertionError');
    assert.equal(diagnose(status('FAILED'), 'KeyError: 1\n')?.title, 'KeyError: 1');
  });

  test('killed without an exit code: the reason, and that a resume is possible', () => {
    const found = diagnose({ ...withoutCode, reason: 'It was killed.' }, 'Epoch 3\n');
    assert.equal(found?.title, 'It was killed.');
    assert.match(found?.next ?? '', /Resume/);
  });

  test('the last attempt counts when the log has several', () => {
    const found = diagnose(
      status('FAILED'),
      `${wrapped}Traceback (most recent call last):\nValueError: later\n`,
    );
    assert.equal(found?.title, 'ValueError: later');
  });

  const cases: [string, string, RegExp][] = [
    ['OSError: [Errno 28] No space left on device', 'FAILED', /disk is full/],
    ['torch.OutOfMemoryError: CUDA out of memory. Tried', 'FAILED', /GPU ran out/],
    ["ModuleNotFoundError: No module named 'einops'", 'FAILED', /einops/],
    ['SyntaxError: invalid syntax', 'FAILED', /syntax error/],
    [
      'EOFError: Compressed file ended before the end-of-stream marker was reached',
      'FAILED',
      /volume/,
    ],
    [
      "FileNotFoundError: [Errno 2] No such file or directory: '/data/a b.nii.gz'",
      'FAILED',
      /a b\.nii\.gz/,
    ],
    [
      'FileNotFoundError: No such file or no access: "/data/a b\'c.nii.gz"',
      'FAILED',
      /missing: \/data\/a b'c\.nii\.gz/,
    ],
    ["ModuleNotFoundError: Cannot locate class or function path: 'x.Y'.", 'FAILED', /"x\.Y"/],
    ['RuntimeError: Error(s) in loading state_dict for UNet:', 'FAILED', /do not fit.*UNet/],
    [
      'ValueError: The size of the proposed random crop ROI is larger than the image size, got ROI size (4, 4, 4) and label image size (3, 3, 3) respectively.',
      'FAILED',
      /\(4, 4, 4\) does not fit into an image of \(3, 3, 3\)/,
    ],
    ['RuntimeError: DataLoader worker (pid 3) is killed by signal: Bus error', 'FAILED', /worker/],
    ['', 'TIMEOUT', /time limit/],
    ['', 'OUT_OF_MEMORY', /host memory/],
    ['', 'NODE_FAIL', /node/],
    ['', 'CANCELLED', /cancelled/],
  ];
  for (const [log, state, title] of cases)
    test(`${state} ${log.slice(0, 40)}`, () => {
      const found = diagnose(status(state as JobState), `start\n${log}\n`);
      assert.match(found?.title ?? '', title);
      assert.notEqual(found?.next, '');
    });

  test('exit code 137 is a kill, whatever the log says', () => {
    assert.match(diagnose(status('FAILED', 137), 'Epoch 3\n')?.title ?? '', /killed/);
  });

  test('nothing known: the exit code and the end of the log', () => {
    const found = diagnose(status('FAILED', 3), 'a\nb\n');
    assert.match(found?.title ?? '', /exit code 3/);
    assert.match(found?.detail ?? '', /b/);
  });
});
