import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { Finding, Range } from '../../../../../extension/core/config/finding.ts';
import { componentFaults } from './components.ts';
import { fileFaults } from './files.ts';
import { meaningFaults } from './meaning.ts';
import { sizeFaults } from './sizes.ts';
import { mutate, type Fault, type Mutation } from './mutation.ts';
import { referenceFaults } from './references.ts';
import { subjects, type Subject } from './subjects.ts';

const faults: readonly Fault[] = [
  ...componentFaults,
  ...referenceFaults,
  ...meaningFaults,
  ...sizeFaults,
  ...fileFaults,
];

/** So many places per kind and file: enough to meet every form, few enough to wait for. */
const mostSites = { own: 3, public: 1 };
const seed = 20_240_607;

/** The same numbers in every run. */
function makeRandom(): (below: number) => number {
  let state = seed;
  return below => {
    state = (state * 1_103_515_245 + 12_345) & 0x7f_ff_ff_ff;
    return Math.floor((state / 0x80_00_00_00) * below);
  };
}

function chosen(
  sites: readonly Mutation[],
  most: number,
  random: (below: number) => number,
): Mutation[] {
  const left = [...sites];
  const picked: Mutation[] = [];
  while (left.length > 0 && picked.length < most)
    picked.push(...left.splice(random(left.length), 1));
  return picked;
}

const sitesIn = ({ isOwn }: Subject): number => (isOwn ? mostSites.own : mostSites.public);

const overlap = (a: Range, b: Range): boolean =>
  a.offset < b.offset + b.length && b.offset < a.offset + a.length;

/** What was there before says nothing of the fault. */
const isNew = (finding: Finding, before: readonly Finding[]): boolean =>
  !before.some(({ code, message }) => code === finding.code && message === finding.message);

interface Tally {
  put: number;
  found: number;
  readonly missed: string[];
}

suite('faults put into configs', function () {
  this.timeout(300_000);
  const tallies = new Map<string, Tally>();
  const clean = new Map<Subject, readonly Finding[]>();
  let all: Subject[] = [];
  let folder = '';
  let isPublic = false;
  suiteSetup(async () => {
    ({ all, folder, isPublic } = await subjects());
  });
  suiteTeardown(() => rmSync(folder, { recursive: true, force: true }));

  async function tryOut(fault: Fault, subject: Subject, edits: Mutation): Promise<void> {
    const tally = tallies.get(fault.name) ?? { put: 0, found: 0, missed: [] };
    tallies.set(fault.name, tally);
    const { text, place } = mutate(subject.text, edits);
    const before = clean.get(subject) ?? (await subject.check(subject.text));
    clean.set(subject, before);
    const after = await subject.check(text);
    const fresh = after.filter(finding => isNew(finding, before));
    const isFound = fresh.some(
      ({ code, range }) => fault.codes.includes(code) && overlap(range, place),
    );
    tally.put++;
    if (isFound) tally.found++;
    else {
      const said = fresh.map(({ code, range }) => `${code}@${range.offset}`).join(' ');
      const what = text.slice(place.offset, place.offset + place.length).slice(0, 60);
      tally.missed.push(`${subject.target.file} ${what}: ${said || 'nothing'}`);
    }
  }

  test('are found at their place', async () => {
    const random = makeRandom();
    for (const fault of faults)
      for (const subject of all)
        for (const edits of chosen(fault.sites(subject), sitesIn(subject), random))
          await tryOut(fault, subject, edits);
    const sum = [...tallies.values()].reduce(
      (a, b) => ({ put: a.put + b.put, found: a.found + b.found }),
      { put: 0, found: 0 },
    );
    for (const [name, { put, found, missed }] of tallies) {
      console.log(`    ${String(found).padStart(4)} of ${String(put).padEnd(4)} ${name}`);
      for (const line of missed.slice(0, 2)) console.log(`           missed: ${line}`);
    }
    const rate = sum.found / sum.put;
    console.log(
      `    ${sum.found} of ${sum.put} = ${(100 * rate).toFixed(1)} %, ${tallies.size} kinds`,
    );
    assert.ok(tallies.size >= 60, `${tallies.size} kinds could be put in`);
    assert.ok(rate >= 0.95, `only ${(100 * rate).toFixed(1)} % were found`);
    const poor = [...tallies].filter(([, { put, found }]) => found / put < 0.5);
    assert.deepEqual(
      poor.map(([name]) => name),
      [],
      'kinds of which most are missed',
    );
    if (!isPublic) console.log('    without the public examples, which are not there');
  });

  test('every kind has a name of its own', () => {
    assert.equal(new Set(faults.map(({ name }) => name)).size, faults.length);
  });
});
