import assert from 'node:assert/strict';
import type { Check } from '../../../../extension/core/config/checks/check.ts';
import { byocMissing } from '../../../../extension/core/config/checks/byocMissing.ts';
import { datalistCases } from '../../../../extension/core/config/checks/datalistCases.ts';
import { disabledAlternatives } from '../../../../extension/core/config/checks/disabledAlternatives.ts';
import {
  missingEnvironmentFiles,
  missingFiles,
} from '../../../../extension/core/config/checks/missingFiles.ts';
import { unresolvedPlaceholder } from '../../../../extension/core/config/checks/unresolvedPlaceholder.ts';
import { unresolvedRef } from '../../../../extension/core/config/checks/unresolvedRef.ts';
import { unresolvedReference } from '../../../../extension/core/config/checks/unresolvedReference.ts';
import type { Facts } from '../../../../extension/core/config/facts.ts';
import { expectFindings } from './expectFindings.ts';
import { running } from './running.ts';

const withFacts = (check: Check, facts: Partial<Facts> = {}) => running(check, { facts });

/** Only these files exist. */
const only = (...files: string[]): Partial<Facts> => ({
  root: '/m',
  fileExists: path => files.includes(path),
});

suite('unresolvedPlaceholder', () => {
  test('knows the variables of the file, of environment.json and of --set', () => {
    const check = withFacts(unresolvedPlaceholder, { environment: { B: 1 }, set: { C: 2 } });
    expectFindings(check, '{"A": 1, "x": ["{A}", "{B}/{C}", "«{D}»"]}', ['unresolved-placeholder']);
  });

  test('takes no brace of a lambda, a dictionary or a half-typed text for one', () => {
    const check = withFacts(unresolvedPlaceholder);
    expectFindings(
      check,
      `{"f": "lambda e: print(f'{e}')", "g": "{a b} {} {1} {x", "{key}": 1}`,
      [],
    );
  });

  test('finds the place behind escapes and characters of two units', () => {
    const check = withFacts(unresolvedPlaceholder);
    expectFindings(check, '{"x": "\\u0041\\n \u{1F600} «{NAME}»"}', ['unresolved-placeholder']);
  });

  test('says once that there is no environment.json', () => {
    const check = withFacts(unresolvedPlaceholder, { environment: undefined });
    const [found] = expectFindings(check, '{"x": "«{A}»", "y": "{B}"}', ['no-environment']);
    assert.match(found?.message ?? '', /\{A\}, \{B\}/);
  });

  test('is not misled by names of JavaScript', () => {
    const check = withFacts(unresolvedPlaceholder);
    expectFindings(check, '{"x": "«{constructor}»"}', ['unresolved-placeholder']);
  });
});

suite('unresolvedReference', () => {
  const check = withFacts(unresolvedReference);

  test('leaves search and apply of AutoML alone', () => {
    expectFindings(
      check,
      '{"train": {"model": {"search": [{"args": ["@disabled"]}], "apply": {"x": "@alias"}}}}',
      [],
    );
  });

  test('finds every reference of an expression', () => {
    expectFindings(
      check,
      '{"train": {"model": {}, "o": {"args": {"p": "#list(@model.a(), «@foo», «@bar».b)"}}}, "validate": {}}',
      ['unresolved-reference', 'unresolved-reference'],
    );
  });

  test('says how a variable is written', () => {
    const [found] = expectFindings(check, '{"epochs": 1, "model": {"args": {"n": "«@epochs»"}}}', [
      'unresolved-reference',
    ]);
    assert.match(found?.message ?? '', /write "\{epochs\}"/);
  });

  test('is silent on text that only has an @ in it', () => {
    expectFindings(
      check,
      '{"model": {"args": {"mail": "me@example.org", "s": "# a comment @ home"}}}',
      [],
    );
  });
});

test('unresolvedRef: survives what is no list, and entries that are no objects', () => {
  const check = withFacts(unresolvedRef);
  expectFindings(
    check,
    '{"train": {"pre_transforms": [1, {"path": "a.B"}]}, "validate": {"pre_transforms": [2, {"ref": «"B"»}, {"ref": 3}]}}',
    ['unresolved-ref'],
  );
  expectFindings(check, '{"train": 1, "validate": {"pre_transforms": {"ref": "X"}}}', []);
});

suite('disabledAlternatives', () => {
  const two = (a: string, b: string) =>
    `{"train": {"loss": [{"name": "A", "disabled": ${a}}, {"name": "B", "disabled": ${b}}]}}`;
  const marked = (a: string, b: string) => two(a, b).replace('"loss"', '«"loss"»');

  test('wants exactly one', () => {
    const check = withFacts(disabledAlternatives, { set: { off: true } });
    expectFindings(check, two('true', 'false'), []);
    expectFindings(check, two('"{off}"', 'false'), []);
    expectFindings(check, marked('true', '"{off}"'), ['disabled-alternatives']);
    expectFindings(check, marked('false', 'false'), ['disabled-alternatives']);
  });

  test('does not count what it does not know', () => {
    expectFindings(withFacts(disabledAlternatives), two('"{what}"', 'false'), []);
    expectFindings(
      withFacts(disabledAlternatives),
      '{"train": {"loss": [{"apply": {}}, {"apply": {}}]}}',
      [],
    );
  });
});

suite('missingFiles', () => {
  const environment = { LIST: 'data/l.json', CKPT: 'models/model.pt' };

  test('flags a datalist that is not there, once', () => {
    const text =
      '{"train": {"dataset": {"data_list_file_path": «"{LIST}"»}}, "validate": {"dataset": {"data_list_file_path": "{LIST}"}}}';
    expectFindings(withFacts(missingFiles, { ...only(), environment }), text, ['missing-file']);
    const there = { ...only('/m/data/l.json'), environment };
    expectFindings(withFacts(missingFiles, there), text.replaceAll(/[«»]/g, ''), []);
  });

  test('flags a checkpoint only where it would be loaded', () => {
    const check = withFacts(missingFiles, { ...only(), environment });
    const loader = (disabled: string, path: string) =>
      `{"train": {"handlers": [{"name": "CheckpointLoader", "disabled": ${disabled}, "args": {"load_path": ${path}}}]}}`;
    expectFindings(check, loader('true', '"{CKPT}"'), []);
    expectFindings(check, loader('false', '«"{CKPT}"»'), ['missing-file']);
  });

  test('is silent where nobody knows', () => {
    const check = withFacts(missingFiles, { root: '/m', environment });
    expectFindings(check, '{"train": {"dataset": {"data_list_file_path": "{LIST}"}}}', []);
  });

  test('looks at the paths of environment.json', () => {
    const check = withFacts(missingEnvironmentFiles, only('/m/data'));
    expectFindings(check, '{"DATA_ROOT": "data", "DATASET_JSON": «"/nowhere/l.json"»}', [
      'missing-file',
    ]);
  });
});

suite('byocMissing', () => {
  const check = withFacts(byocMissing, {
    customNames: new Map([
      ['noise', ['AddNoised', 'np']],
      ['pack', ['Exported']],
      ['pack.inner', ['*']],
      ['empty', []],
    ]),
  });

  test('accepts what custom/ and the known libraries have', () => {
    const paths = [
      'noise.AddNoised',
      'pack.Exported',
      'pack.inner.Anything',
      'monai.transforms.X',
      'torch.nn.Y',
    ];
    expectFindings(check, JSON.stringify(paths.map(path => ({ path }))), []);
  });

  test('flags a class and a module that custom/ has not', () => {
    const [first] = expectFindings(
      check,
      '[{"path": «"noise.AddNoise"»}, {"path": «"pack.other.X"»}, {"path": «"empty.X"»}]',
      ['byoc-missing', 'byoc-missing', 'byoc-missing'],
    );
    assert.match(first?.message ?? '', /Did you mean "AddNoised"/);
  });

  test('warns of modules that nobody knows, nested ones included', () => {
    const found = expectFindings(check, '{"args": {"model": {"path": «"mine.inner.Net"»}}}', [
      'unknown-module',
    ]);
    assert.equal(found[0]?.severity, 'warning');
    assert.match(found[0]?.message ?? '', /custom\/mine\/inner\.py/);
  });

  test('does not take an argument called path for one', () => {
    expectFindings(check, '{"name": "Reader", "args": {"path": "some.file"}}', []);
  });
});

suite('datalistCases', () => {
  const check = withFacts(datalistCases, {
    ...only('/d/a.nii', '/d/a_seg.nii', '/abs/c.nii'),
    dataRoot: '/d',
  });

  test('points at the files that are not there', () => {
    expectFindings(
      check,
      '{"training": [{"image": "a.nii", "label": "a_seg.nii"}, {"image": ["/abs/c.nii", «"c2.nii"»], "label": «"c_seg.nii"»}], "test": [«"b c\'d.nii"»]}',
      ['missing-file', 'missing-file', 'missing-file'],
    );
  });

  test('says once that the data are elsewhere', () => {
    expectFindings(check, '{«"training"»: [{"image": "x.nii", "label": "y.nii"}]}', [
      'missing-file',
    ]);
  });

  test('flags an image in two lists, once for each', () => {
    const quiet = withFacts(datalistCases, { dataRoot: '/d' });
    expectFindings(
      quiet,
      '{"training": [{"image": "a", "label": "l"}], "validation": [{"image": «"./a"», "label": "l"}, {"image": "a", "label": "l"}]}',
      ['duplicate-image'],
    );
  });

  test('accepts labels that are values, and lists without labels by other names', () => {
    expectFindings(
      withFacts(datalistCases),
      '{"training": [{"image": "a", "label": 3}, {"image": "b", "label": [0, 1]}], "testing": [{"image": "c", "mask": "m"}]}',
      [],
    );
  });

  test('wants lists', () => {
    expectFindings(withFacts(datalistCases), '«{"name": "x"}»', ['missing-key']);
    expectFindings(withFacts(datalistCases), '{«"fold0"»: []}', ['empty-list']);
    expectFindings(withFacts(datalistCases), '{"fold0": [«3»]}', ['wrong-type']);
  });
});
