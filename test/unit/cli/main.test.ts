import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { BundleReport } from '../../../extension/cli/bundle.ts';
import type { TrainReport } from '../../../extension/cli/trainReport.ts';
import { hostile, repository, sampleMmar, scratch, seemingPython } from './mmars.ts';
import { mmar, program, startMmar } from './program.ts';

suite('the program mmar', function () {
  this.timeout(30_000);
  let folder: string;
  setup(() => {
    folder = scratch();
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('help and version on stdout, wrong use on stderr', async () => {
    const help = await mmar(['--help']);
    assert.deepEqual([help.status, help.err], [0, '']);
    assert.match(help.out, /^Usage: mmar COMMAND/);
    const { version } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    assert.deepEqual(await mmar(['--version']), { status: 0, out: `${version}\n`, err: '' });
    const { status, out, err } = await mmar(['train', 'no\u001b[2J\u009b']);
    assert.deepEqual([status, out], [2, '']);
    assert.equal(err, 'mmar train: no\\x1b[2J\\x9b does not exist\n');
  });

  test('check, from another folder', async () => {
    const { status, out } = await mmar(['check', 'samples/spleen'], { cwd: repository });
    assert.ok(status <= 1, out); // its data may not be made yet: warnings
    const place = realpathSync(sampleMmar(folder, hostile));
    const there = await mmar(['check', '--json', hostile], { cwd: folder });
    assert.equal(there.status, 0, there.out);
    const { findings } = JSON.parse(there.out) as { findings: { file: string }[] };
    const train = path.join(place, 'config/config_train.json');
    assert.ok(
      findings.some(({ file }) => file === train),
      there.out,
    );
  });

  test('bundle, relative to where it is called', async () => {
    sampleMmar(folder, hostile);
    const { status, out, err } = await mmar(['bundle', hostile, './o\u007f', '--json'], {
      cwd: folder,
    });
    assert.deepEqual([status, err], [0, '']);
    const { bundle } = JSON.parse(out) as BundleReport;
    assert.equal(bundle, path.join(realpathSync(folder), 'o\u007f'));
    assert.ok(existsSync(path.join(bundle, 'configs/train.json')));
    assert.doesNotMatch(out, /\u007f/, 'nothing that a terminal obeys');
  });

  test('train: runs are kept in .mmar of the folder; a relative Python is found by the job', async () => {
    sampleMmar(folder, hostile);
    seemingPython(folder, 'raise SystemExit(7)');
    const argv = ['train', hostile, '--json', '--python', "./python '3"];
    const { status, out, err } = await mmar(argv, { cwd: folder });
    assert.equal(status, 1, err);
    const report = JSON.parse(out) as TrainReport;
    assert.equal(report.folder, path.join(realpathSync(folder), '.mmar/runs', report.run ?? ''));
    assert.deepEqual([report.state, report.exitCode], ['FAILED', 7]);
    assert.equal(report.diagnosis?.title, 'The run ended with exit code 7.');
  });

  test('train: MMAR_PYTHON names the Python, --python wins', async () => {
    sampleMmar(folder);
    const [env, cwd] = [{ MMAR_PYTHON: '/no/such "one"' }, folder];
    const named = await mmar(['train', 'spleen'], { cwd, env });
    assert.match(named.err, /There is no Python at "\/no\/such "one""/);
    const given = await mmar(['train', 'spleen', '--python', '/other'], { cwd, env });
    assert.match(given.err, /There is no Python at "\/other"/);
  });

  test('Ctrl-C before anything is submitted leaves nothing', async () => {
    sampleMmar(folder);
    const python = seemingPython(folder, '');
    const slow = { PATH: `${folder}/bin:${process.env['PATH']}` };
    mkdirSync(path.join(folder, 'bin'));
    writeFileSync(path.join(folder, 'bin/python3'), '#!/bin/sh\nsleep 20\n', { mode: 0o755 });
    const argv = ['train', 'spleen', '--python', python, '--json'];
    const { child, until, ended } = await startMmar(argv, { cwd: folder, env: slow });
    await until(/Checking/);
    setTimeout(() => child.kill('SIGINT'), 300);
    const { status, out, err } = await ended;
    assert.equal(status, 130, err);
    assert.match(err, /mmar train: stopped before the run was submitted\n$/);
    const { run, problems } = JSON.parse(out) as TrainReport;
    assert.deepEqual([run, problems.length], [null, 1]);
    assert.equal(existsSync(path.join(folder, '.mmar')), false);
  });

  test('a reader that has seen enough is no crash', async () => {
    const script = '"$1" "$2" train --help | true; echo "${PIPESTATUS[0]}"';
    for (let i = 0; i < 3; i++) {
      const argv = ['-c', script, 'bash', process.execPath, await program()];
      const { stdout, stderr } = spawnSync('bash', argv, { encoding: 'utf8' });
      assert.match(stdout, /^(0|141)\n$/);
      assert.equal(stderr, '');
    }
  });

  test('a crash is one line, its details with MMAR_DEBUG', async () => {
    const script = 'mkdir "$3" && cd "$3" && rmdir "$3" && exec "$1" "$2" check .';
    const argv = ['-c', script, 'sh', process.execPath, await program(), path.join(folder, 'gone')];
    const crash = (env: NodeJS.ProcessEnv) =>
      spawnSync('sh', argv, { encoding: 'utf8', env: { ...process.env, ...env } });
    const plain = crash({ MMAR_DEBUG: '' });
    assert.deepEqual([plain.status, plain.stdout], [3, '']);
    assert.match(plain.stderr, /^mmar: something went wrong that should not: [^\n]+\n[^\n]+\n$/);
    assert.match(plain.stderr, /\nMMAR_DEBUG=1 shows where\.\n$/);
    assert.match(crash({ MMAR_DEBUG: '1' }).stderr, /\n {4}at .*\n/);
  });

  test('npx mmar is the program that the build made', async function () {
    const shipped = path.join(repository, 'dist', 'mmar.cjs');
    if (!existsSync(shipped)) return this.skip(); // only `npm run build` links it
    accessSync(shipped, constants.X_OK);
    const link = path.join(repository, 'node_modules', '.bin', 'mmar');
    assert.equal(realpathSync(link), realpathSync(shipped));
    const said = execFileSync(link, ['--help'], { encoding: 'utf8', cwd: folder });
    assert.match(said, /^Usage: mmar COMMAND/);
  });
});
