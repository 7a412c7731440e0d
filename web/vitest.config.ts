import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  test: {
    include: ['packages/*/test/**/*.test.ts'],
    testTimeout: 60_000,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['packages/*/src/**/*.{ts,svelte}'],
      exclude: ['packages/protocol/src/generated.ts', '**/*.d.ts'],
      reporter: ['text-summary'],
      reportsDirectory: '.build/coverage',
    },
  },
});
