import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** A component's script is no function for `max-lines-per-function`, but it grows like one. */
const maxScriptLines = {
  meta: { schema: [{ type: 'integer' }], messages: { long: 'The script has {{lines}} lines, of {{max}} at most.' } },
  create: (context) => ({
    SvelteScriptElement(node) {
      const [max] = context.options;
      const lines = node.loc.end.line - node.loc.start.line + 1;
      if (lines > max) context.report({ node, messageId: 'long', data: { lines, max } });
    },
  }),
};

const inWeb = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(
  globalIgnores(['**/.build/', 'packages/protocol/src/generated.ts']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ts.configs.recommended,
  svelte.configs.recommended,
  svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.svelte'],
      'import-x/parsers': {
        '@typescript-eslint/parser': ['.ts'],
        [inWeb('scripts/svelte-imports-parser.mjs')]: ['.svelte'],
      },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.svelte', '.js', '.mjs'] })],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-duplicates': ['error', { 'prefer-inline': true }],
      'import-x/no-extraneous-dependencies': ['error', { devDependencies: false, includeTypes: true }],
      // Like the compiler: names that are unused on purpose begin with an underscore.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.svelte'],
    plugins: { salon: { rules: { 'max-script-lines': maxScriptLines } } },
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: { 'salon/max-script-lines': ['error', 120] },
  },
  {
    // Packages for the build and the tests are declared once, in the workspace's own package.json.
    files: ['*.{js,ts}', 'scripts/**', 'packages/*/test/**'],
    rules: {
      'import-x/no-extraneous-dependencies': ['error', { includeTypes: true, packageDir: inWeb('.') }],
    },
  },
  {
    // A Markdown view shows one text in one element; its steps share the state of what is already shown.
    files: ['packages/ui/src/markdown/markdown-view.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 120, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['packages/*/{src,test}/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: inWeb('.') } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
);
