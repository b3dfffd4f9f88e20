import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Terminals are started some five hundred times: what Node has compiled once, the next one need not. */
const processes = { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/yizhan-compiled') };

const alias = { 'fast-check': join(import.meta.dirname, 'tests/support/steady-properties.ts') };

/** How long something may take to come about is no claim of a test: a second, Vitest's own, is nothing on a busy machine. */
const waits = { poll: { timeout: 20_000 } };

/** Vitest leaves one processor free, which on a machine of two leaves one. */
const maxWorkers = availableParallelism();

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          alias,
          expect: waits,
          env: processes,
          maxWorkers,
          // Properties over hundreds of cases take seconds on a loaded machine, and that is no failure; nor is a database that starts slowly.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          environment: 'node',
          include: [
            '{contract,drivers,kiosk-config,telemetry,electron,platform,scripts,renderer}/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'integration',
          alias,
          expect: waits,
          env: processes,
          environment: 'node',
          include: ['tests/{integration,contract,conformance}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Their time limits are the terminal's own, which counts on a processor that is not fought over.
          fileParallelism: false,
        },
      },
      {
        test: {
          // They go by counts and seeds, and take minutes: side by side.
          name: 'proofs',
          alias,
          expect: waits,
          maxWorkers,
          env: processes,
          environment: 'node',
          include: ['tests/{property,crash,power-cut}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'graph', maxWorkers, environment: 'node', include: ['tests/graph/**/*.test.ts'] } },
    ],
  },
});
