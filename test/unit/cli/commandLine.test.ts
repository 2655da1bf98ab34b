import assert from 'node:assert/strict';
import {
  everywhere,
  readArguments,
  setValues,
  WrongUse,
} from '../../../extension/cli/commandLine.ts';

test('setValues: types as Clara reads them', () => {
  assert.deepEqual(setValues(['a=True', 'b=false', 'c=3', 'd=1e-4', 'e=x=y z', 'f=', 'g=1.2.3']), {
    a: true,
    b: false,
    c: 3,
    d: 1e-4,
    e: 'x=y z',
    f: '',
    g: '1.2.3',
  });
  assert.deepEqual(setValues(['a=1', 'a=x\ny']), { a: 'x\ny' });
  assert.throws(() => setValues(['1a=2']), /--set takes KEY=VALUE, not "1a=2"/);
});

suite('arguments of every command', () => {
  const read = (...argv: string[]) => {
    const { values, positionals } = readArguments(argv, everywhere);
    return { set: values.set, positionals };
  };

  test('several pairs may follow one --set, as in Clara', () => {
    const both = { set: ['a=1', 'b=2'], positionals: ['m'] };
    assert.deepEqual(read('m', '--set', 'a=1', 'b=2'), both);
    assert.deepEqual(read('--set', 'a=1', 'b=2', 'm'), both);
    assert.deepEqual(read('--set=a=1', 'b=2', '--', 'm'), both);
    assert.deepEqual(read('m', '--set', 'a=1', '--set', 'b=2'), both);
    assert.deepEqual(read('--set', 'a=1', '--', 'b=2'), { set: ['a=1'], positionals: ['b=2'] });
    assert.deepEqual(read('b=2', '--set', 'a=1'), { set: ['a=1'], positionals: ['b=2'] });
    assert.deepEqual(read('--set', 'a=1', './b=2'), { set: ['a=1'], positionals: ['./b=2'] });
  });

  test('an option that does not exist is named, with the one that was meant', () => {
    const wrong: [argv: string[], says: RegExp][] = [
      [['--jsn'], /^there is no option --jsn\. Did you mean --json\?$/],
      [['--verbose'], /^there is no option --verbose \(--help lists all\)$/],
      [['-x'], /^there is no option -x/],
      [['--set'], /--set/],
      [['--json=yes'], /--json/],
    ];
    for (const [argv, says] of wrong)
      assert.throws(
        () => read(...argv),
        (error: unknown) => {
          assert.ok(error instanceof WrongUse);
          assert.match(error.message, says);
          assert.doesNotMatch(error.message, /\n/);
          return true;
        },
      );
  });
});
