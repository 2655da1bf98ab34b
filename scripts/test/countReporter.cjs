// Mocha's usual output, and the numbers in the file that MMAR_TEST_RESULT names.
'use strict';
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

class CountReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    runner.on('fail', test => failed.push(test.fullTitle()));
    runner.once('end', () => {
      const { passes, pending } = runner.stats;
      const result = { passed: passes, failed: failed.length, skipped: pending, failures: failed };
      writeFileSync(process.env.MMAR_TEST_RESULT, JSON.stringify(result));
    });
  }
}

module.exports = CountReporter;
