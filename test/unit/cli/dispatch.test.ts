import assert from 'node:assert/strict';
import { dispatch } from '../../../extension/cli/dispatch.ts';
import { said } from './mmars.ts';

suite('commands by their name', () => {
  const commands = ['check', 'bundle', 'train', 'lsp'];

  test('help of the program names all of them', async () => {
    for (const argv of [['--help'], ['-h'], ['help'], ['help', 'nonsense']]) {
      const { status, out, err } = await said(dispatch, ...argv);
      assert.deepEqual([status, err], [0, '']);
      assert.match(out, /^Usage: mmar COMMAND/);
      for (const name of commands) assert.ok(out.includes(`mmar ${name} `), name);
    }
  });

  test('help of each tells its options and exit statuses', async () => {
    for (const name of commands)
      for (const argv of [
        ['help', name],
        [name, '--help'],
        [name, 'x', '-h'],
      ]) {
        const { status, out, err } = await said(dispatch, ...argv);
        assert.deepEqual([status, err], [0, ''], argv.join(' '));
        assert.ok(out.startsWith(`Usage: mmar ${name} `), out);
        const words = ['--set KEY=VALUE', '--json', '--help', 'Exit status: 0'];
        // a server of a protocol has no document of its own
        for (const word of name === 'lsp' ? words.filter(each => each !== '--json') : words)
          assert.ok(out.includes(word), `${name}: ${word}`);
        assert.ok(!out.split('\n').some(line => line.length > 120));
      }
  });

  test('wrong use: status 2, nothing on stdout, what was meant', async () => {
    const wrong: [argv: string[], says: RegExp][] = [
      [[], /^Usage: mmar COMMAND/],
      [['trian'], /^mmar: there is no command trian\. Did you mean mmar train\?$/],
      [['deploy'], /^mmar: there is no command deploy: mmar --help lists all\.$/],
      [['--versoin'], /^mmar: there is no option --versoin\. Did you mean mmar --version\?$/],
      [['constructor'], /there is no command constructor/],
      [['bundle', 'no', 'out'], /^mmar bundle: no does not exist$/],
    ];
    for (const [argv, says] of wrong) {
      const { status, out, err } = await said(dispatch, ...argv);
      assert.deepEqual([status, out], [2, ''], argv.join(' '));
      assert.match(err, says);
    }
  });

  test('wrong use with --json is a document, too', async () => {
    const { status, out } = await said(dispatch, 'bundle', '--json', 'no', 'out');
    assert.equal(status, 2);
    const { problems } = JSON.parse(out) as { problems: unknown };
    assert.deepEqual(problems, [{ message: 'no does not exist' }]);
  });

  test('check could not: status 3, so that CI tells it from findings', async () => {
    const wrong: [argv: string[], says: RegExp][] = [
      [['check'], /^mmar check: give the folder of an MMAR, or a file \(--help\)$/],
      [['check', 'no'], /^mmar check: no does not exist$/],
      [['check', '--json', 'no'], /^mmar check: no does not exist$/],
      [['check', '--json', '--sarif', '.'], /^mmar check: give --json or --sarif, not both$/],
    ];
    for (const [argv, says] of wrong) {
      const { status, out, err } = await said(dispatch, ...argv);
      assert.deepEqual([status, out], [3, ''], argv.join(' '));
      assert.match(err, says);
    }
  });
});
