import assert from 'node:assert/strict';
import path from 'node:path';
import { makeModel } from '../../../../extension/core/config/model.ts';
import { parseConfig } from '../../../../extension/core/config/parse.ts';
import { fateOf } from '../../../../extension/core/config/spec.ts';
import {
  changedArgs,
  outsideMonai,
  successors,
} from '../../../../extension/core/mmar/bundle/successors.ts';
import { configKind } from '../../../../extension/core/mmar/kind.ts';
import { openCatalogs } from '../../../../extension/io/catalog.ts';
import { examples, parsed, upgraded } from './upgradeCases.ts';

const folder = path.join(__dirname, '../../../../mmar-schemas/components');
const catalogs = openCatalogs(folder);
const today = catalogs.catalog('1.6.1');

suite('what the compiler and the upgrade know of successors, against the catalogue', () => {
  test('every successor exists today, with the arguments that it is given', () => {
    for (const { name, args, rename } of successors.values()) {
      const spec = today.get(name, 'bundle');
      assert.ok(spec, name);
      for (const arg of [...Object.keys(args), ...Object.values(rename ?? {})])
        assert.equal(fateOf(spec, arg), 'named', `${name}.${arg}`);
    }
  });

  test('what has a successor is gone, but for ToTensord, whose inverse is at fault, and an alias', () => {
    const there = [...successors.keys()].filter(name => today.get(name, 'bundle'));
    assert.deepEqual(there, ['BasicUnet', 'ToTensord']);
  });

  test('every import path outside of MONAI is right', () => {
    for (const [name, target] of outsideMonai) {
      assert.equal(today.get(target, 'bundle')?.name, name, target);
    }
  });

  test('old arguments mean nothing today, new ones are arguments', () => {
    for (const [name, args] of Object.entries(changedArgs)) {
      const spec = today.get(name, 'mmar');
      assert.ok(spec, name);
      for (const [old, now] of Object.entries(args)) {
        // Invertd and SaveImaged still take meta_keys, and do nothing with them
        if (!/^(Invert|SaveImage)d$/.test(name))
          assert.notEqual(fateOf(spec, old), 'named', `${name}.${old}`);
        if (now !== null) assert.equal(fateOf(spec, now), 'named', `${name}.${now}`);
      }
    }
  });
});

/** Components that a release does not have, and arguments that it refuses or ignores. */
function misfits(name: string, text: string, release: string): string[] {
  const catalog = catalogs.catalog(release);
  const model = makeModel(parseConfig(text), configKind(name, parsed(text)));
  return model.components.flatMap(use => {
    const spec = catalog.get(use.name, 'mmar');
    if (!spec) return catalog.covers(use.name) ? [use.name] : [];
    return use.args
      .map(arg => arg.name)
      .filter(arg => ['refused', 'ignored'].includes(fateOf(spec, arg)))
      .map(arg => `${use.name}.${arg}`);
  });
}

/** 4.1 runs on MONAI 0.8.1, the monai engine on 1.6.1. */
const releases = [
  ['4.1', '0.8.1'],
  ['monai', '1.6.1'],
] as const;

test('a config as it was does not fit', () => {
  const old = examples().find(({ name }) => name.includes('mmar40/config/config_train'));
  assert.deepEqual(misfits('config_train.json', old?.text ?? '', '1.6.1'), [
    'AddChanneld',
    'AsDiscreted.n_classes',
  ]);
});

suite('upgraded configs fit their release', () => {
  for (const { name, text } of examples())
    for (const [target, release] of releases)
      test(`${name} to ${target}: MONAI ${release} has every component and argument`, () => {
        const made = upgraded(name, text, target);
        if (['automl', 'fed', 'pipeline'].includes(made.kind ?? '')) return;
        assert.deepEqual(misfits(name, made.upgraded, release), []);
      });
});
