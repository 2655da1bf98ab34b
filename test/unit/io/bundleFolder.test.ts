import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toBundle } from '../../../extension/core/mmar/toBundle.ts';
import { readMmarConfigs, writeBundle } from '../../../extension/io/bundleFolder.ts';
import { mmarFiles } from '../../../extension/io/mmarFolder.ts';
import { datalist, environment, train41 } from '../core/config/goodConfigs.ts';

/** A name that shells and config parsers would like to read something into. */
const hostile = "a b'c $(touch x)\n#日本 @::%";

suite('export of an MMAR on disk', () => {
  let parent: string;
  let mmar: string;
  let target: string;
  setup(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'mmar-export-'));
    mmar = path.join(parent, hostile, hostile);
    target = path.join(parent, `${hostile}_bundle`);
    put('config/config_train.json', train41);
    put('config/environment.json', environment);
    put('custom/noise.py', 'x = 1\n');
    put('custom/inner/__init__.py', '');
    put(`custom/inner/${hostile}.py`, 'y = 2\n');
  });
  teardown(() => rmSync(parent, { recursive: true }));

  function put(below: string, text: string): void {
    const file = path.join(mmar, below);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  async function exported(set = {}): Promise<(below: string) => string> {
    const configs = await readMmarConfigs(mmar);
    const made = toBundle({ ...configs, set, runtime: 'the runtime', name: path.basename(mmar) });
    await writeBundle(made, await mmarFiles(mmar), target);
    return below => readFileSync(path.join(target, below), 'utf8');
  }
  const ids = (text: string): Record<string, unknown> =>
    JSON.parse(text) as Record<string, unknown>;

  test('custom/ becomes scripts/, whatever its files are called', async () => {
    put('custom/__init__.py', 'raise SystemExit\n');
    const read = await exported();
    assert.equal(read('scripts/noise.py'), 'x = 1\n');
    assert.equal(read(`scripts/inner/${hostile}.py`), 'y = 2\n');
    assert.equal(read('scripts/__init__.py'), '');
    assert.equal(read('scripts/mmar_runtime.py'), 'the runtime');
    assert.equal(existsSync(path.join(target, 'custom')), false);
    assert.match(read('configs/train.json'), /"noise\.AddNoised"/);
  });

  test('an own module with a name of the bundle is refused, and nothing is written', async () => {
    put('custom/mmar_runtime.py', '');
    await assert.rejects(exported(), /custom\/mmar_runtime\.py has the name of a file/);
    assert.equal(existsSync(target), false);
  });

  test('weights come along, whatever they are called in the MMAR', async () => {
    put('config/environment.json', environment.replace('models/model.pt', '{MY_FOLDER}/best.pt'));
    put('x/best.pt', 'weights');
    put('models/model.ts', 'script');
    const read = await exported();
    assert.equal(read('models/model.pt'), 'weights');
    assert.equal(read('models/model.ts'), 'script');
    const train = ids(read('configs/train.json'));
    assert.deepEqual(
      [train['MMAR_CKPT'], train['MMAR_CKPT_DIR'], train['MMAR_EVAL_OUTPUT_PATH']],
      ['models/model.pt', 'models', 'eval'],
    );
    assert.doesNotMatch(read('docs/mapping.md'), /no weights/);
  });

  test('data outside are named by their absolute paths, a datalist inside comes along', async () => {
    put('config/environment.json', environment.replaceAll('"data', '"../data'));
    const outside = await exported();
    // a "#" in a value would be taken for the end of an id, so such a path is an expression
    const written = String(ids(outside('configs/train.json'))['DATA_ROOT']);
    assert.match(written, /^\$'\/.*\/data'$/);
    rmSync(target, { recursive: true });

    put('config/environment.json', environment);
    put('data/dataset.json', datalist);
    const inside = await exported();
    assert.equal(ids(inside('configs/train.json'))['DATASET_JSON'], 'configs/datalist.json');
    assert.equal(inside('configs/datalist.json'), datalist);
    assert.match(inside('configs/metadata.json'), /"1": "spleen"/);
    rmSync(target, { recursive: true });

    const set = await exported({ DATASET_JSON: '/other.json' });
    assert.equal(ids(set('configs/train.json'))['DATASET_JSON'], '/other.json');
  });

  test('documents: the Readme in another case, a picture, a license', async () => {
    put('docs/README.MD', '# Mine\n\nFinds it.\n');
    put('docs/picture.png', 'png');
    put('docs/license.txt', 'free');
    const read = await exported();
    assert.match(read('docs/README.md'), /### Mine\n\nFinds it\./);
    assert.equal(read('docs/picture.png'), 'png');
    assert.equal(read('LICENSE'), 'free');
    assert.equal(existsSync(path.join(target, 'docs/README.MD')), false);
  });

  test('what is broken beside the configs does not stop it', async () => {
    put('config/config_aiaa.json', '{');
    put('data/dataset.json', '[');
    put('resources/log.config', 'nonsense');
    const read = await exported();
    assert.match(read('configs/logging.conf'), /class=StreamHandler/);
    assert.match(read('docs/mapping.md'), /log\.config holds what MONAI refuses/);
  });
});
