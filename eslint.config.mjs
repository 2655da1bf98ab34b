import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const size = lines => ({ max: lines, skipBlankLines: true, skipComments: true });

export default defineConfig(
  {
    ignores: ['node_modules', 'dist', 'out', 'samples', 'test/fixtures', '**/*.d.ts'],
  },
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.cjs'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', size(400)],
      'max-lines-per-function': ['error', size(50)],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-throw-literal': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name: one thing, one name.' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // numbers in messages are ordinary
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `return log.warn(...)` and functions taken from frozen objects are ordinary here
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // what comes from outside is unknown until decoded, whatever its type says
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // async because the interface says so
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
    },
  },
  {
    files: ['test/**/*'],
    rules: {
      'max-lines-per-function': 'off', // a suite is one function
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
