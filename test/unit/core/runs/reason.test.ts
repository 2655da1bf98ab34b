import assert from 'node:assert/strict';
import { reasonInWords } from '../../../../extension/core/runs/reason.ts';

suite('reason in words', () => {
  const cases: [reason: string, words: RegExp][] = [
    ['Priority', /^Jobs with a higher priority come first\. \(Priority\)$/],
    ['Resources', /^First in line/],
    [
      'ReqNodeNotAvail, UnavailableNodes:gpu[01-04]',
      /down or reserved\. \(ReqNode.*gpu\[01-04\]\)$/,
    ],
    ['QOSMaxJobsPerUserLimit', /limit of the user/],
    ['QOSGrpGRES', /limit of the user/],
    ['AssocGrpGRESMinutes', /^Time of the account is used up/],
    ['AssocGrpCpuLimit', /limit of the user/],
    ['RaisedSignal:9(Killed)', /ended by a signal\. \(RaisedSignal:9\(Killed\)\)$/],
    ['OutOfMemory', /more memory/],
  ];
  for (const [reason, words] of cases)
    test(reason, () => assert.match(reasonInWords(reason), words));

  test('what is said in words already, and what nobody knows, stays', () => {
    for (const reason of ['', 'The process ended without a trace: it was killed.', 'SomethingNew'])
      assert.equal(reasonInWords(reason), reason);
  });
});
