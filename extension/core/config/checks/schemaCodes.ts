import type { Code } from './check.ts';

/** What parsing and the JSON Schemas find; schemaProblems.ts words it. */
export const schemaCodes: readonly Code[] = [
  { code: 'syntax', severity: 'error', summary: 'The text is no valid JSON or YAML' },
  { code: 'duplicate-key', severity: 'error', summary: 'A key is given twice' },
  { code: 'missing-key', severity: 'error', summary: 'A key that must be there is missing' },
  { code: 'unknown-key', severity: 'error', summary: 'A key that is not known at its place' },
  { code: 'wrong-type', severity: 'error', summary: 'A value of another type than its key takes' },
  { code: 'wrong-value', severity: 'error', summary: 'A value that its key does not take' },
  { code: 'wrong-form', severity: 'error', summary: 'The form of the other dialect' },
  {
    code: 'misspelt-variable',
    severity: 'warning',
    summary: 'A variable spelt almost like a known one',
  },
  { code: 'unreadable', severity: 'error', summary: 'A file that cannot be read' },
  {
    code: 'internal',
    severity: 'info',
    summary: 'A check failed, which is a fault of this program',
  },
];
