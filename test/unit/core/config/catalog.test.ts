import assert from 'node:assert/strict';
import { loadCatalog } from '../../../../extension/core/config/catalog.ts';
import { loadDocs } from '../../../../extension/core/config/catalogDocs.ts';
import { argOf, fateOf } from '../../../../extension/core/config/spec.ts';
import { smallCatalog } from './smallCatalog.ts';

const catalog = smallCatalog();

suite('catalogue: names', () => {
  test('short names, aliases and every public path lead to the same spec', () => {
    const spec = catalog.get('LoadImaged');
    assert.ok(spec);
    for (const name of [
      'LoadImageD',
      'LoadImageDict',
      'monai.transforms.LoadImaged',
      'monai.transforms.LoadImageDict',
      'monai.transforms.io.dictionary.LoadImaged',
      'monai.nested.LoadImaged',
    ])
      assert.equal(catalog.get(name), spec, name);
    assert.equal(spec.path, 'monai.transforms.LoadImaged');
    assert.equal(spec.module, 'monai.transforms.io.dictionary');
  });

  test('what is not there, or only somewhere else, is undefined', () => {
    for (const name of [
      'LoadImage',
      'monai.data.LoadImaged',
      'monai.LoadImaged',
      'transforms.LoadImaged',
      '',
      '.',
      '.LoadImaged',
      'LoadImaged.',
      'toString',
      '__proto__',
      'monai.a.__proto__',
      'a b\n$(touch x)',
    ])
      assert.equal(catalog.get(name), undefined, name);
  });

  test('a name that JavaScript has its own meaning for is an ordinary one', () => {
    assert.equal(catalog.get('constructor')?.path, 'monai.a.constructor');
    assert.equal(catalog.get('constructor')?.kind, 'class'); // a kind of a newer harvester
  });

  test('an MMAR takes MONAI before torch, a bundle only MONAI', () => {
    assert.equal(catalog.get('DataLoader')?.path, 'monai.data.DataLoader');
    assert.equal(catalog.candidates('DataLoader').length, 1);
    assert.equal(catalog.get('Accuracy')?.path, 'ignite.metrics.Accuracy');
    assert.equal(catalog.get('Accuracy', 'bundle'), undefined);
    assert.equal(catalog.get('ignite.metrics.Accuracy', 'bundle')?.name, 'Accuracy');
    assert.equal(catalog.get('helper', 'bundle')?.kind, 'function');
  });

  test('an ambiguous name shows all that it may mean', () => {
    const paths = (name: string, scope?: 'bundle') =>
      catalog.candidates(name, scope).map(({ path }) => path);
    assert.deepEqual(paths('Encoder'), ['monai.a.Encoder', 'monai.b.Encoder']);
    assert.deepEqual(paths('Encoder', 'bundle'), [
      'monai.a.Encoder',
      'monai.b.Encoder',
      'monai.nested.Encoder', // MONAI's own look-up asks for no kind
    ]);
    assert.deepEqual(paths('monai.b.Encoder'), ['monai.b.Encoder']);
    assert.deepEqual(paths('nothing'), []);
  });

  test('Clara has names of its own, with and without a module', () => {
    assert.equal(catalog.get('MMARHandler')?.path, 'MMARHandler');
    assert.equal(catalog.get('aiaa.transforms.Writer')?.kind, 'aiaa_writer');
    assert.equal(catalog.get('MMARHandler', 'bundle'), undefined);
  });

  test('by kind, and names without decoding', () => {
    assert.deepEqual(
      catalog.byKind(['dataloader', 'aiaa_writer']).map(({ path }) => path),
      ['monai.data.DataLoader', 'torch.utils.data.DataLoader', 'aiaa.transforms.Writer'],
    );
    assert.deepEqual(catalog.names(['dict_transform']), [
      'LoadImaged',
      'LoadImageD',
      'LoadImageDict',
    ]);
    assert.ok(catalog.names().includes('MMARHandler'));
  });

  test('says where it would know better', () => {
    const covered = ['Anything', 'monai.anywhere.Anything', 'torch.utils.data.Anything'];
    const others = [
      ...['custom.Net', 'torch.nn.Linear', 'torch.utils.data.default_collate', 'numpy.float32'],
      ...['monai.a.Encoder.method', 'aiaa.other.X'],
    ];
    for (const name of [...covered, 'aiaa.transforms.Anything'])
      assert.ok(catalog.covers(name), name);
    for (const name of others) assert.ok(!catalog.covers(name), name);
  });
});

suite('catalogue: what was meant', () => {
  test('a slip of the pen, in the form that the scope takes', () => {
    assert.equal(catalog.closest('LoadImagedd'), 'LoadImaged');
    assert.equal(catalog.closest('Acuracy'), 'Accuracy');
    assert.equal(catalog.closest('Acuracy', { scope: 'bundle' }), 'ignite.metrics.Accuracy');
    assert.equal(catalog.closest('monai.transforms.LoadImagdd'), 'monai.transforms.LoadImaged');
  });

  test('a known class at a wrong path, or one that a bundle needs the path of', () => {
    assert.equal(catalog.closest('monai.data.LoadImaged'), 'monai.transforms.LoadImaged');
    assert.equal(catalog.closest('moani.transforms.LoadImaged'), 'monai.transforms.LoadImaged');
    assert.equal(catalog.closest('Accuracy', { scope: 'bundle' }), 'ignite.metrics.Accuracy');
  });

  test('names of the wanted kinds come first', () => {
    assert.equal(catalog.closest('Encoder2', { kinds: ['dataloader'] }), 'Encoder');
    assert.equal(catalog.closest('LoadImages', { kinds: ['dict_transform'] }), 'LoadImaged');
  });

  test('nothing that is like it', () => {
    assert.equal(catalog.closest('Zzzzzzzzz'), undefined);
    assert.equal(catalog.closest('custom.module.LoadImagdd'), undefined, 'of the user');
    assert.equal(catalog.closest(''), undefined);
  });
});

suite('catalogue: arguments', () => {
  const spec = catalog.get('LoadImaged')!;

  test('in order, with what is known of each', () => {
    assert.deepEqual([...spec.args.keys()], ['keys', 'mode', 'dtype', 'reader', 'n_classes']);
    assert.deepEqual(spec.args.get('mode'), {
      name: 'mode',
      type: 'str | None',
      required: false,
      keywordOnly: false,
      default: 'bilinear',
      values: ['bilinear', 'nearest'],
      closed: true,
    });
    assert.ok(spec.args.get('keys')!.required);
    assert.ok(!('default' in spec.args.get('keys')!));
    assert.equal(spec.args.get('reader')!.default, null); // left out in the file
    assert.equal(spec.args.get('dtype')!.defaultText, 'np.float32');
    assert.ok(!('default' in spec.args.get('dtype')!));
    assert.deepEqual(spec.args.get('n_classes')!.deprecation, {
      since: '0.6',
      successor: 'to_onehot',
    });
    assert.deepEqual(spec.deprecation, { removed: '1.9' });
  });

  test('a spec is decoded once', () => {
    assert.equal(catalog.get('LoadImageD'), spec);
    assert.equal(
      catalog.byKind(['dict_transform']).find(s => s.name === 'LoadImaged'),
      spec,
    );
  });

  test('what goes through **kwargs to another class', () => {
    const loader = catalog.get('DataLoader')!;
    assert.equal(fateOf(loader, 'dataset'), 'named');
    assert.equal(fateOf(loader, 'batch_size'), 'passed');
    assert.equal(argOf(loader, 'batch_size')?.default, 1);
    assert.equal(fateOf(loader, 'batchsize'), 'refused');
    assert.deepEqual([...loader.passed.keys()], ['batch_size', 'pin_memory']);
  });

  test('what becomes of any other argument', () => {
    const fates = (kwargs?: object) => {
      const all = smallCatalog(kwargs);
      return Object.fromEntries(
        [
          'LoadImaged',
          'helper',
          'Accuracy',
          'Hidden',
          'Empty',
          'Loop',
          'MMARHandler',
          'Writer',
        ].map(name => [name, fateOf(all.get(name)!, 'nonsense')]),
      );
    };
    assert.deepEqual(fates(), {
      LoadImaged: 'unsure',
      helper: 'ignored',
      Accuracy: 'refused',
      Hidden: 'unsure',
      Empty: 'refused',
      Loop: 'unsure',
      MMARHandler: 'unsure',
      Writer: 'refused',
    });
    const byHand = {
      LoadImaged: { takes: ['dim'], rest: 'ignored' },
      Accuracy: { rest: 'unsure' },
    };
    assert.equal(fates(byHand)['LoadImaged'], 'ignored');
    assert.equal(fates(byHand)['Accuracy'], 'refused', 'it has no **kwargs in this release');
  });

  test('the table by hand names arguments, and may point at a class', () => {
    const all = smallCatalog({
      LoadImaged: { takes: ['dim'], like: 'torch.utils.data.DataLoader', rest: 'refused' },
    });
    const loaded = all.get('LoadImaged')!;
    assert.equal(fateOf(loaded, 'dim'), 'passed');
    assert.equal(argOf(loaded, 'batch_size')?.type, 'int');
    assert.equal(argOf(loaded, 'mode')?.closed, true, 'its own argument wins');
    assert.deepEqual(argOf(loaded, 'batched')?.deprecation, { since: '0.5' });
  });
});

suite('catalogue: files that are none', () => {
  for (const text of ['', '{', 'null', '[]', '{"format":2,"items":[]}', '{"format":1}'])
    test(`throws on ${text || 'nothing'}`, () => {
      assert.throws(() => loadCatalog({ release: text }));
    });

  test('throws on a Clara component of a kind that nobody knows', () => {
    const release = '{"format":1,"label":"monai-1","covers":[],"kinds":[],"modules":[],"items":[]}';
    const clara = '{"components":[{"name":"X","kind":"nonsense"}]}';
    assert.throws(() => loadCatalog({ release, clara }), /unknown kind "nonsense"/);
  });
});

suite("catalogue: documentation of the user's own packages", () => {
  const docs = loadDocs(
    JSON.stringify({
      format: 1,
      label: 'monai-1.0.0',
      items: {
        'monai.transforms.io.dictionary.LoadImaged': ['Loads', { keys: 'which ones' }],
        'monai.a.helper': ['', {}],
      },
    }),
  );

  test('is found for a spec, however it was named', () => {
    const spec = catalog.get('LoadImageDict')!;
    assert.equal(docs.of(spec), 'Loads');
    assert.equal(docs.ofArg(spec, 'keys'), 'which ones');
    assert.equal(docs.ofArg(spec, 'mode'), undefined);
    assert.equal(docs.ofArg(spec, 'constructor'), undefined);
  });

  test('may be missing', () => {
    assert.equal(docs.of(catalog.get('helper')!), undefined);
    assert.equal(docs.of(catalog.get('constructor')!), undefined);
    assert.equal(docs.ofArg(catalog.get('Accuracy')!, 'keys'), undefined);
    for (const text of ['{}', 'null', 'x']) assert.throws(() => loadDocs(text));
  });
});
