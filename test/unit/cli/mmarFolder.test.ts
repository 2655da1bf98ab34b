import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mmarFolder, slashed, trainConfig } from '../../../extension/cli/mmarFolder.ts';
import { unusedSet } from '../../../extension/cli/unusedSet.ts';
import { hostile, repository, sampleMmar, scratch } from './mmars.ts';

suite('the MMAR that is named', () => {
  let folder: string;
  let mmar: string;
  setup(() => {
    folder = scratch();
    mmar = sampleMmar(folder, hostile);
  });
  teardown(() => rmSync(folder, { recursive: true }));

  test('its folder, or its config folder', () => {
    assert.equal(mmarFolder(mmar), mmar);
    assert.equal(mmarFolder(`${mmar}/config/`), mmar);
    assert.equal(mmarFolder('samples/spleen'), path.join(repository, 'samples/spleen'));
  });

  test('else what is there instead', () => {
    assert.throws(() => mmarFolder(undefined), /give the folder of an MMAR/);
    assert.throws(() => mmarFolder(`${folder}/no`), /no does not exist$/);
    assert.throws(() => mmarFolder(`${mmar}/docs/Readme.md`), /is a file/);
    assert.throws(() => mmarFolder(`${mmar}/docs`), /holds no MMAR/);
    assert.throws(
      () => mmarFolder(folder),
      (error: Error) => error.message.endsWith(`give one of them, as ${mmar}`),
    );
  });

  test('its config: below it, by name, or by a path from here', () => {
    writeFileSync(path.join(mmar, 'config/trn_a b.json'), '{"train": {}, "validate": {}}');
    assert.equal(trainConfig(mmar), 'config/config_train.json');
    for (const given of ['config/trn_a b.json', 'trn_a b.json', `${mmar}/config/trn_a b.json`])
      assert.equal(trainConfig(mmar, given), 'config/trn_a b.json');
  });

  test('else those that it has', () => {
    const own = /It has: --config config\/config_train\.json$/;
    assert.throws(() => trainConfig(mmar, 'other.json'), own);
    assert.throws(
      () => trainConfig(mmar, 'config_inference.json'),
      /no training config\..* It has/,
    );
    assert.throws(
      () => trainConfig(mmar, 'samples/spleen/config/config_train.json'),
      /does not lie in/,
    );
    const bare = path.join(folder, 'bare');
    mkdirSync(path.join(bare, 'config'), { recursive: true });
    assert.throws(() => trainConfig(bare), /It has none: add config\/config_train\.json/);
  });

  test('a name of --set that nothing uses', () => {
    const unused = (set: Record<string, number>) =>
      unusedSet(mmar, 'config/config_train.json', set);
    assert.deepEqual(unused({ epochs: 2, learning_rate: 1, MMAR_CKPT: 1, use_gpu: 0 }), []);
    assert.deepEqual(unused({ wholly_other: 1 }), [
      '--set wholly_other: nothing in config/config_train.json uses it',
    ]);
    assert.throws(() => unused({ epcohs: 2 }), /epcohs: nothing uses it\. Did you mean epochs\?/);
  });
});

test('a backslash is a letter of a name', () => {
  if (path.sep === '/') assert.equal(slashed('/a\\b/c'), '/a\\b/c');
});
