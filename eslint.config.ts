import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import { rooms, shellOnlyModules } from './scripts/import-rules.ts';

/** The `#name/*` alias of each room, as package.json's "imports" gives it. */
const aliases: Readonly<Record<string, string>> = {
  contract: '#contract',
  drivers: '#drivers',
  'kiosk-config': '#config',
  'electron/terminal': '#terminal',
  'electron/device-host': '#device-host',
  'electron/door': '#door',
  'electron/host': '#host',
  platform: '#platform',
  telemetry: '#telemetry',
};

const roomRules = rooms.map((room) => {
  const patterns = rooms
    .filter((other) => other.path !== room.path && aliases[other.path])
    .flatMap((other) => {
      const allowed = room.mayImport.find((entry) => entry.path === other.path);
      if (allowed && !allowed.typesOnly) return [];
      return [
        {
          regex: `^${aliases[other.path]}/`,
          message: `${room.path} may not import ${other.path}: ${room.because} (scripts/import-rules.ts).`,
          ...(allowed ? { allowTypeImports: true } : {}),
        },
      ];
    });
  const paths =
    room.path === 'electron/shell'
      ? []
      : shellOnlyModules.map((name) => ({
          name,
          message: `Only electron/shell may import "${name}": everything else runs in plain Node.`,
        }));
  return {
    files: [`${room.path}/**/*.{ts,vue}`],
    ignores: ['**/*.test.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns, paths }] },
  } as const;
});

export default tseslint.config(
  {
    ignores: [
      'tests/.bundled-*/**',
      'dist/**',
      'release/**',
      'node_modules/**',
      'test-results/**',
      'playwright-report/**',
      '.demo-data/**',
      '.bench-data/**',
    ],
  },
  js.configs.recommended,
  tseslint.configs.strict,
  vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      'no-undef': 'off', // TypeScript knows better which globals a runtime has: a tsconfig per room.
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'Randomness is passed in (contract/ports.ts), so that a test can replay it.',
        },
        {
          selector: 'ExportAllDeclaration',
          message: 'No barrel files: they hide where things are.',
        },
      ],
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
    },
  },
  ...roomRules,
  prettier,
);
