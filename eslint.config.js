import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Packages that run in a browser too: no Node module in them, but under their `/node` entry. */
const browserPackages = 'augment,layers,losses,moco,momentum-queue,optim,projection-head,resnet,simclr';

export default tseslint.config(
  {ignores: ['**/dist/', 'packages/augment/assembly/', '**/node_modules/', 'docs/api/', 'runs/', 'coverage/']},
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {parserOptions: {project: './tsconfig.json', tsconfigRootDir: import.meta.dirname}},
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', {fixStyle: 'inline-type-imports'}],
      '@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true, allowBoolean: true}],
      // An asynchronous contract rejects instead of throwing, also where nothing is awaited.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
          message: 'No `as unknown as`: narrow the value, or cast once with its shape beside it.',
        },
      ],
    },
  },
  {
    files: [`packages/{${browserPackages}}/src/**/*.ts`],
    ignores: ['**/src/node.ts', '**/src/node/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {patterns: [{group: ['node:*'], message: 'This package runs in browsers too.'}]},
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
        setImmediate: 'readonly',
        AbortController: 'readonly',
      },
    },
  },
);
