import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const nodeParts = fileURLToPath(new URL('dist/node', import.meta.url));

const all = ['tests/**/*.test.ts', 'tests/**/*.test.tsx'];
const apart = [...configDefaults.exclude, 'tests/app/**', 'tests/desktop/**'];
/**
 * Tests that pass in any order in one process. They share what they import, which takes a third of a second a file. Not
 * those of kernels, whose cases are drawn one after the other, nor of what has threads and folders.
 */
const alike = [
  'arithmetic',
  'compiler',
  'data',
  'document',
  'initializers',
  'interchange',
  'layers',
  'losses',
  'ops',
  'optimizers',
  'protocol',
  'schedules',
]
  .map((room) => `tests/engine/${room}/**/*.test.ts`)
  .concat('tests/renderer/**/*.test.{ts,tsx}');

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'alike',
          include: alike,
          exclude: apart,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'apart', include: all, exclude: [...apart, ...alike], sequence: { groupOrder: 1 } },
      },
    ],
    globalSetup: 'tests/setup/build.ts',
    env: { NETWRIGHT_DIST: nodeParts },
    // Tests start worker threads of their own; in a forked process these die with the test file.
    pool: 'forks',
    // Vitest would leave a machine of two cores half idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // How long an engine test takes says nothing about whether it is right.
    testTimeout: 0,
    hookTimeout: 0,
    // As long as a machine that has much else to do may need; without a limit a wrong value would never be told.
    expect: { poll: { timeout: 60_000 } },
  },
});
