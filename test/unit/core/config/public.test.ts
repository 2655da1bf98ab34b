import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Finding } from '../../../../extension/core/config/finding.ts';
import {
  bundleTargets,
  folderChecker,
  mmarTargets,
  type CheckTarget,
} from '../../../../extension/io/checkFolder.ts';
import { knowledge } from './running.ts';
import { schemas } from './schemas.ts';

const repo = path.join(__dirname, '../../../..');
const data = path.join(repo, '../shared/data');

interface Known {
  readonly file: string;
  readonly code: string;
  /** How often in this file. */
  readonly count: number;
  readonly why: string;
}

/** Every finding above information in the public examples, each looked at by hand. */
const known = (
  JSON.parse(readFileSync(path.join(__dirname, 'publicFindings.json'), 'utf8')) as {
    findings: Known[];
  }
).findings;

const matters = ({ severity, code }: Finding): boolean =>
  // where the data of an example are is no matter of its quality
  (severity === 'error' || severity === 'warning') && code !== 'missing-file';

const checkTarget = folderChecker({ schemas, knowledge });

async function found(target: CheckTarget): Promise<readonly Finding[]> {
  return (await checkTarget(target))?.findings ?? [];
}

suite('configs of others', function () {
  this.timeout(120_000);

  test('the sample and the 4.0 fixture have nothing above information', async () => {
    const own = ['samples/spleen', 'test/fixtures/mmar40'].map(folder => path.join(repo, folder));
    for (const target of own.flatMap(mmarTargets))
      assert.deepEqual((await found(target)).filter(matters), [], target.file);
  });

  test('public MMARs and bundles: exactly the faults that are known', async function () {
    if (!existsSync(path.join(data, 'mmars'))) {
      console.log('    SKIPPED: the public examples are not there');
      return this.skip();
    }
    const below = (part: string) =>
      readdirSync(path.join(data, part)).map(name => path.join(data, part, name));
    const targets = [
      ...below('mmars').flatMap(mmarTargets),
      ...below('bundles').flatMap(bundleTargets),
    ];
    assert.ok(targets.length > 60);
    const counts = new Map<string, number>();
    for (const target of targets)
      for (const { code } of (await found(target)).filter(matters)) {
        const key = `${path.relative(data, target.file)} ${code}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    const wanted = known.map(({ file, code, count }): [string, number] => [
      `${file} ${code}`,
      count,
    ]);
    assert.deepEqual([...counts].sort(), wanted.sort());
    assert.ok(known.every(({ why }) => why.length > 20));
  });

  test('faults that are known from elsewhere are told, at least as information', async function () {
    if (!existsSync(path.join(data, 'mmars'))) return this.skip();
    const told: [root: string, file: string, code: string][] = [
      ['mmars/getting_started', 'config/config_validation.json', 'metric-grid-differs'],
      ['mmars/deepgrow_3d', 'config/config_train.json', 'deprecated'],
      ['bundles/mednist_reg', 'configs/train.yaml', 'deprecated'],
      [
        'bundles/pediatric_abdominal_ct_segmentation',
        'configs/inference_swinunetr.yaml',
        'deprecated',
      ],
    ];
    for (const [root, file, code] of told) {
      const place = path.join(data, root);
      const all = root.startsWith('mmars') ? mmarTargets(place) : bundleTargets(place);
      const target = all.find(other => other.file.endsWith(file));
      assert.ok(target, file);
      assert.ok(
        (await found(target)).some(finding => finding.code === code),
        `${file}: ${code}`,
      );
    }
  });
});
