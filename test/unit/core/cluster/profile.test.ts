import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseClusters } from '../../../../extension/core/cluster/profile.ts';

const whole = `clusters:
  # the big one
  gpu cluster "Ü":
    host: login.example.org
    port: 2222
    user: alice
    identityFile: ~/keys/my key
    knownHosts: ~/hosts
    scheduler: slurm
    root: /scratch/alice's runs
    python: /opt/env/bin/python
    remotePython: python3.9
    partition: gpu
    account: lab
    qos: normal
    gpus: 1
    cpus: 4
    memory: 16G
    time: 04:00:00
  box:
    host: 10.0.0.7
    scheduler: process
    root: ~/mmar
    python: python3
`;
const minimal = 'host: h, scheduler: slurm, root: /r, python: p';

/** What each finding underlines, and its code. */
function pointed(text: string): string[] {
  return parseClusters(text).findings.map(({ code, range }) => {
    assert.ok(range.length > 0 && range.offset + range.length <= text.length, code);
    return `${code} ${text.slice(range.offset, range.offset + range.length)}`;
  });
}
const names = (text: string): string[] => parseClusters(text).profiles.map(p => p.name);
const withField = (field: string): string => `clusters: {a: {${minimal}, ${field}}}`;

suite('parseClusters', () => {
  test('reads every key', () => {
    const { profiles, findings } = parseClusters(whole);
    assert.deepEqual(findings, []);
    assert.deepEqual(profiles, [
      {
        name: 'gpu cluster "Ü"',
        host: 'login.example.org',
        port: 2222,
        user: 'alice',
        identityFile: '~/keys/my key',
        knownHosts: '~/hosts',
        scheduler: 'slurm',
        root: "/scratch/alice's runs",
        python: '/opt/env/bin/python',
        remotePython: 'python3.9',
        partition: 'gpu',
        account: 'lab',
        qos: 'normal',
        gpus: 1,
        cpus: 4,
        memory: '16G',
        time: '04:00:00',
      },
      { name: 'box', host: '10.0.0.7', scheduler: 'process', root: '~/mmar', python: 'python3' },
    ]);
  });

  test('knows the keys of the schema, no more and no less', () => {
    const file = path.join(__dirname, '../../../../mmar-schemas/cluster/clusters.schema.json');
    const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as {
      definitions: { profile: { properties: object; required: string[] } };
    };
    const message = parseClusters(withField('qqqqqqqqqqqqqqq: 1')).findings[0]?.message ?? '';
    const known = /Known: (.*)\./.exec(message)?.[1]?.split(', ');
    assert.deepEqual(known, Object.keys(definitions.profile.properties));
    const missing = parseClusters('clusters: {a: {}}').findings.map(f => f.message.split('"')[1]);
    assert.deepEqual(missing, definitions.profile.required);
  });

  test('nothing, only comments, or no profile yet: no profiles and no complaint', () => {
    for (const text of ['', '# later\n', 'clusters:\n', 'clusters: {}\n', 'clusters:\n  # a:\n'])
      assert.deepEqual(parseClusters(text), { profiles: [], findings: [] }, text);
  });

  test('a number of minutes is a time', () => {
    assert.equal(parseClusters(withField('time: 90')).profiles[0]?.time, '90');
    assert.equal(parseClusters(withField('time: "1-12:00:00"')).profiles[0]?.time, '1-12:00:00');
  });

  test('a wrong entry is pointed at and left out, the others stay', () => {
    const text = whole.replace('partition:', 'partitoin:').replace('port: 2222', 'port: 99999');
    assert.deepEqual(pointed(text), ['wrong-value 99999', 'unknown-key partitoin']);
    assert.deepEqual(names(text), ['box']);
    assert.match(parseClusters(text).findings[1]?.message ?? '', /Did you mean "partition"/);
  });

  test('wrong values', () => {
    const wrong: Record<string, string> = {
      'port: "22"': '"22"',
      'gpus: -1': '-1',
      'cpus: 0': '0',
      'cpus: 1.5': '1.5',
      'memory: 16 GB': '16 GB',
      'memory: 16': '16',
      'time: soon': 'soon',
      'partition: "a\\n#SBATCH --wrap=x"': '"a\\n#SBATCH --wrap=x"',
      'account: [a]': '[a]',
      'qos: {}': '{}',
      'user: ""': '""',
      'identityFile:': 'identityFile',
      'remotePython: true': 'true',
    };
    for (const [field, place] of Object.entries(wrong)) {
      assert.deepEqual(pointed(withField(field)), [`wrong-value ${place}`], field);
      assert.deepEqual(names(withField(field)), [], field);
    }
  });

  test('"local" is taken', () => {
    const text = `clusters: {local: {${minimal}}, b: {${minimal}}}`;
    assert.deepEqual(pointed(text), ['reserved-name local']);
    assert.deepEqual(names(text), ['b']);
  });

  test('a repeated key spoils its own profile only', () => {
    const text = `clusters: {a: {${minimal}, host: other}, b: {${minimal}}}`;
    assert.deepEqual(pointed(text), ['duplicate-key host']);
    assert.deepEqual(names(text), ['b']);
  });

  test('a broken text gives no profiles', () => {
    const { profiles, findings } = parseClusters(`${whole}  c: {host: [\n`);
    assert.deepEqual(profiles, []);
    assert.equal(findings[0]?.code, 'syntax');
  });

  test('never throws, whatever stands there', () => {
    const odd = ['[]', '- a', '3', 'null', 'clusters: 3', 'clusters: [a]', 'other: 1', '&a [*a]'];
    odd.push(
      'clusters: {a: 1}',
      'clusters: {1: {}}',
      '? [a]\n: b',
      'clusters: {"": {}}',
      '%',
      '\0',
    );
    odd.push(
      'clusters: &c {a: *c}',
      'clusters: {__proto__: {host: h}, constructor: {}}',
      '---\n---',
    );
    for (const text of odd) assert.deepEqual(names(text), [], JSON.stringify(text));
    for (let length = 0; length < whole.length; length += 3) parseClusters(whole.slice(0, length));
  });
});
