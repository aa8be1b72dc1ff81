import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const nodeParts = fileURLToPath(new URL('dist/node', import.meta.url));

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    exclude: [...configDefaults.exclude, 'tests/app/**', 'tests/desktop/**'],
    globalSetup: 'tests/setup/build.ts',
    env: { NETWRIGHT_DIST: nodeParts },
    // Tests start worker threads and child processes of their own.
    pool: 'forks',
    // Each file importing the engine anew takes as long as most of them run: no test minds which ran before it.
    isolate: false,
    // Vitest would leave a machine of two cores half idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // How long an engine test takes says nothing about whether it is right.
    testTimeout: 0,
    hookTimeout: 0,
    // As long as a machine that has much else to do may need; without a limit a wrong value would never be told.
    expect: { poll: { timeout: 60_000 } },
  },
});
