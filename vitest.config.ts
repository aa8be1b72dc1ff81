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
