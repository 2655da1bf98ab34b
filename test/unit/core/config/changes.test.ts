import assert from 'node:assert/strict';
import { loadChanges } from '../../../../extension/core/config/changes.ts';

const changes = loadChanges(
  JSON.stringify({
    format: 1,
    releases: ['0.5.3', '0.8.1', '1.0.0', '1.3.2', '1.6.1'],
    aliases: { AddChannelD: 'AddChanneld', AddChannelDict: 'AddChanneld' },
    rows: [
      [
        'AddChanneld',
        'monai.t.utility.dictionary',
        'component-removed',
        3,
        null,
        { successor: 'E' },
      ],
      ['Back', 'monai.t', 'component-removed', 1],
      ['Back', 'monai.t', 'component-added', 3],
      ['Invertd', 'monai.t', 'component-added', 1],
      ['Net', 'monai.nets.net', 'arg-added', 1, 'spatial_dims', { required: true }],
      [
        ...['Net', 'monai.nets.net', 'arg-renamed', 2, 'dimensions'],
        { deprecatedSince: '0.7', successor: 'spatial_dims', successorFrom: 'decorator' },
      ],
      ['Net', 'monai.nets.net', 'arg-renamed', 1, 'a', { successor: 'b' }],
      ['Net', 'monai.nets.net', 'arg-renamed', 2, 'b', { successor: 'c' }],
      ['Net', 'monai.nets.net', 'arg-removed', 4, 'c', { swallowed: true }],
      ['Net', 'monai.nets.net', 'arg-removed', 1, 'again'],
      ['Net', 'monai.nets.net', 'arg-added', 2, 'again'],
      ['Net', 'monai.nets.net', 'default-changed', 3, 'norm', { before: 'batch', after: null }],
      [
        'Mover',
        'monai.old',
        'component-moved',
        3,
        null,
        { before: 'monai.old', after: 'monai.new' },
      ],
    ],
  }),
);

suite('changes: what is lost between two releases', () => {
  test('a removed component, by name, alias and path', () => {
    for (const name of [
      'AddChanneld',
      'AddChannelDict',
      'monai.t.AddChanneld',
      'monai.t.AddChannelD',
    ])
      assert.deepEqual(changes.lost(name, '0.8.1', '1.6.1'), {
        component: 'AddChanneld',
        aliases: ['AddChannelD', 'AddChannelDict'],
        module: 'monai.t.utility.dictionary',
        change: 'component-removed',
        last: '1.0.0',
        first: '1.3.2',
        successor: 'E',
      });
    assert.equal(changes.lost('monai.other.AddChanneld', '0.8.1', '1.6.1'), undefined);
  });

  test('not before it went, and not after', () => {
    assert.equal(changes.lost('AddChanneld', '0.8.1', '1.2.0'), undefined);
    assert.equal(changes.lost('AddChanneld', '1.3.2', '1.6.1'), undefined);
    assert.equal(changes.lost('AddChanneld', '1.6.1', '0.8.1'), undefined);
    assert.equal(changes.lost('AddChanneld', '1.2.7', '1.4.0')?.first, '1.3.2', 'releases between');
  });

  test('what came back is not lost', () => {
    assert.equal(changes.lost('Back', '0.5.3', '1.0.0')?.change, 'component-removed');
    assert.equal(changes.lost('Back', '0.5.3', '1.6.1'), undefined);
    assert.equal(changes.lost('Net', '0.5.3', '0.8.1', 'again')?.change, 'arg-removed');
    assert.equal(changes.lost('Net', '0.5.3', '1.6.1', 'again'), undefined);
  });

  test('a renamed argument', () => {
    const change = changes.lost('monai.nets.Net', '0.8.1', '1.6.1', 'dimensions');
    assert.equal(change?.change, 'arg-renamed');
    assert.equal(change.successor, 'spatial_dims');
    assert.equal(change.successorFrom, 'decorator');
    assert.equal(change.deprecatedSince, '0.7');
    assert.equal(changes.lost('Net', '0.8.1', '1.6.1', 'nothing'), undefined);
    assert.equal(changes.lost('Net', '0.8.1', '1.6.1'), undefined, 'the component itself is there');
  });

  test('renames are followed to where they lead, or end', () => {
    assert.equal(changes.lost('Net', '0.5.3', '0.8.1', 'a')?.successor, 'b');
    assert.equal(changes.lost('Net', '0.5.3', '1.3.2', 'a')?.successor, 'c');
    const gone = changes.lost('Net', '0.5.3', '1.6.1', 'a');
    assert.equal(gone?.change, 'arg-removed');
    assert.equal(gone.successor, undefined);
    assert.equal(gone.swallowed, true);
    assert.equal(gone.first, '0.8.1', 'its own name went then');
  });

  test('a move names both places', () => {
    const { before, after } = changes.lost('monai.old.Mover', '0.8.1', '1.6.1')!;
    assert.deepEqual([before, after], ['monai.old', 'monai.new']);
  });
});

suite('changes: everything that happened', () => {
  test('oldest first, of a component or of one argument', () => {
    const kinds = changes
      .between('Net', '0.8.1', '1.6.1')
      .map(({ first, arg }) => `${first} ${arg}`);
    assert.deepEqual(kinds, [
      ...['1.0.0 dimensions', '1.0.0 b', '1.0.0 again', '1.3.2 norm', '1.6.1 c'],
    ]);
    const [change, ...others] = changes.between('Net', '0.8.1', '1.6.1', 'norm');
    assert.deepEqual([change?.before, change?.after, others.length], ['batch', null, 0]);
  });

  test('since when something exists', () => {
    assert.equal(changes.since('Invertd'), '0.8.1');
    assert.equal(changes.since('Net', 'spatial_dims'), '0.8.1');
    assert.equal(changes.since('Net'), undefined, 'from the first release on');
    assert.equal(changes.since('Unknown'), undefined);
  });

  test('names that JavaScript has its own meaning for', () => {
    for (const name of ['constructor', '__proto__', 'toString', '', '.', 'a.'])
      assert.deepEqual(changes.between(name, '0.5.3', '1.6.1'), []);
  });

  test('another format is refused', () => {
    assert.throws(() => loadChanges('{"format":2}'));
  });
});
