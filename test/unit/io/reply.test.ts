import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { RemoteError } from '../../../extension/io/errors.ts';
import * as reply from '../../../extension/io/reply.ts';

const folder = path.resolve(__dirname, '../../fixtures/contract');
const names = readdirSync(folder).map(file => path.basename(file, '.json'));
const read = (name: string): string => readFileSync(path.join(folder, `${name}.json`), 'utf8');
const noise = 'Welcome!\n{"ok": true}\n#mmar-reply# not this one\n';

/** What each kind of reply is decoded with; the first word of a fixture names its verb. */
const decoders: Readonly<Record<string, (value: unknown) => unknown>> = {
  probe: reply.decodeProbe,
  missing: reply.decodeMissing,
  create: reply.decodeFolder,
  read: reply.decodeText,
  results: reply.decodeFiles,
  status: reply.decodeStates,
  list: reply.decodeRuns,
  cancel: reply.decodeStatus,
  submit: reply.decodeStatus,
  receive: () => undefined,
  remove: () => undefined,
};

/** As it arrives: on one line, behind whatever login scripts print. */
function decoded(name: string): unknown {
  const line = JSON.stringify(JSON.parse(read(name)));
  const found = reply.decodeReply(`${noise}\n${reply.replyMarker}${line}\nlogout\n`);
  assert.ok(found, name);
  if (!found.ok) return found;
  const decode = decoders[name.split(' ')[0] ?? ''];
  assert.ok(decode, `${name} has no decoder`);
  return decode(found.value);
}

suite('replies of mmar_remote', () => {
  test('every kept reply is decoded', () => {
    assert.ok(names.length >= 15, String(names.length));
    for (const name of names) decoded(name);
  });

  test('failures keep their kind and words', () => {
    assert.deepEqual(decoded('create refused'), {
      ok: false,
      kind: 'refused',
      message: 'There is another run with the id r1.',
      detail: '',
    });
    assert.equal((decoded('submit no scheduler') as { kind: string }).kind, 'no-scheduler');
    assert.equal((decoded('cancel missing') as { kind: string }).kind, 'missing');
  });

  test('a status has everything, under our names', () => {
    const states = decoded('status completed') as ReturnType<typeof reply.decodeStates>;
    assert.deepEqual(
      [...states],
      [
        [
          'r1',
          {
            state: 'COMPLETED',
            reason: '',
            jobId: '4711',
            attempt: 1,
            exitCode: 0,
            started: 1764000000,
            ended: 1764000060,
            logSize: 120,
            progressSize: 0,
          },
        ],
      ],
    );
    const vanished = decoded('status vanished') as ReturnType<typeof reply.decodeStates>;
    assert.match(vanished.get('r1')?.reason ?? '', /without a trace/);
    assert.equal('exitCode' in (vanished.get('r1') ?? {}), false);
  });

  test('text and file names arrive as they are', () => {
    const runs = decoded('list') as ReturnType<typeof reply.decodeRuns>;
    assert.equal(runs[0]?.record.mmar, "a b'c $(touch x)\n日本");
    const text = decoded('read') as reply.ReadText;
    assert.deepEqual([text.text, text.next], [" a b'c $(touch x)\n日本", 27]);
    assert.deepEqual(decoded('results'), [{ path: 'eval/ü b.txt', size: 5 }]);
  });

  test('a reply that lacks anything is bad, never half-read', () => {
    const isBad = (error: unknown): boolean =>
      error instanceof RemoteError && error.kind === 'bad-reply';
    for (const name of names) {
      const value: unknown = JSON.parse(read(name));
      const decode = decoders[name.split(' ')[0] ?? ''];
      if (!decode || !(value as { ok: boolean }).ok || name === 'remove') continue;
      for (const odd of [undefined, null, [], 3, 'x', {}, { runs: 3 }, { runs: [3] }])
        assert.throws(() => decode(odd), isBad, `${name} ${JSON.stringify(odd)}`);
    }
    const status = { state: 'RUNNING', reason: '', job_id: '1', attempt: 1, log_size: 0 };
    assert.throws(() => reply.decodeStatus(status), isBad);
    assert.throws(() => reply.decodeStatus({ ...status, progress_size: '0' }), isBad);
  });

  test('a state of a later Slurm is a failure with its own word', () => {
    const status = { reason: '', job_id: '1', attempt: 1, log_size: 0, progress_size: 0 };
    const found = reply.decodeStatus({ ...status, state: 'VAPORIZED' });
    assert.deepEqual([found.state, found.reason], ['FAILED', 'VAPORIZED']);
  });

  test('a run with a broken record hides no other', () => {
    const { value } = JSON.parse(read('list')) as { value: { runs: object[] } };
    const [whole] = value.runs;
    const broken = [{ ...whole, record: null }, { ...whole, record: { id: 'x' } }, whole];
    assert.equal(reply.decodeRuns({ runs: broken }).length, 1);
  });

  test('no reply at all is none', () => {
    const cut = `${reply.replyMarker}{"ok": tr`;
    for (const output of ['', noise, cut, reply.replyMarker])
      assert.equal(reply.decodeReply(output), undefined);
  });
});
