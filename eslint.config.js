import {builtinModules} from 'node:module';
import eslint from '@eslint/js';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';
import {ANYWHERE} from './scripts/arrows.mjs';

const NO_DOUBLE_CAST = {
  selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
  message: 'No `as unknown as`: narrow the value, or cast once with its shape beside it.',
};
const WORDS_OF_ERRORS = {
  selector:
    'ThrowStatement > NewExpression[callee.name=/^(RangeError|TypeError)$/]' +
    ':not(:has(Literal[value=/\\bexpected\\b/], TemplateElement[value.raw=/\\bexpected\\b/]))',
  message: 'Say `where: expected … as name, got …; do … .`: what was expected, what came, what to do.',
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      'packages/augment/assembly/',
      'packages/augment/src/kernels/module.ts',
      'packages/contrastive/src/report/page-source.ts',
      'docs/site/',
      'runs/',
      'coverage/',
      'packed/',
    ],
  },
  eslint.configs.recommended,
  {rules: {'max-len': ['error', {code: 120, ignoreUrls: true, ignoreRegExpLiterals: true}]}},
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
      'no-restricted-syntax': ['error', NO_DOUBLE_CAST],
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    plugins: {jsdoc},
    settings: {jsdoc: {tagNamePreference: {template: 'typeParam'}}},
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          require: {ClassDeclaration: true, ArrowFunctionExpression: true, FunctionExpression: true},
          contexts: ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration'],
        },
      ],
      'jsdoc/require-description': ['error', {contexts: ['any']}],
      'jsdoc/check-param-names': ['error', {checkDestructured: false, disableMissingParamChecks: true}],
      'jsdoc/require-param-name': 'error',
      'jsdoc/require-param-description': 'error',
      'jsdoc/require-returns-check': 'error',
      'jsdoc/require-returns-description': 'error',
      'jsdoc/require-throws-description': 'error',
      'jsdoc/match-description': [
        'error',
        {
          mainDescription: false,
          tags: {throws: {match: '^(`?\\w*Error\\b|the |As \\{@link )', message: 'Begin with the name of the error.'}},
        },
      ],
      'jsdoc/check-tag-names': ['error', {definedTags: ['typeParam']}],
      'jsdoc/check-template-names': 'error',
      'jsdoc/check-alignment': 'error',
      'jsdoc/no-bad-blocks': 'error',
      'jsdoc/no-blank-blocks': 'error',
      'jsdoc/no-types': 'error',
    },
  },
  {files: ['packages/*/src/**/*.ts'], rules: {'no-restricted-syntax': ['error', NO_DOUBLE_CAST, WORDS_OF_ERRORS]}},
  {
    files: [`packages/{${ANYWHERE}}/src/**/*.ts`],
    ignores: ['**/src/node.ts', '**/src/node/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: builtinModules,
          patterns: [{group: ['node:*', '@contrastive/*/node'], message: 'This package runs in browsers too.'}],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'Buffer', 'global', '__dirname', 'require'],
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
  // Before a commit: the rules that need no types, in seconds.
  ...(process.env.CONTRASTIVE_LINT === 'quick'
    ? [{files: ['**/*.ts'], extends: [tseslint.configs.disableTypeChecked]}]
    : []),
);
