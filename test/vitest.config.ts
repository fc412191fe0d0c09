import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

export default defineConfig({
  root,
  test: {
    // Unit tests use no Redis, no child process and no real time; system tests use all three.
    projects: [
      {
        test: {
          name: 'unit',
          root,
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**'],
          isolate: false,
          testTimeout: 5_000,
        },
      },
      {
        test: {
          name: 'system',
          root,
          globalSetup: ['test/support/redis/prepare.ts'],
          include: ['test/system/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Real processes on a busy machine: where nobody watches, a failure is tried once more, and support/second-try.ts names it.
          retry: process.env['CI'] === 'true' ? 1 : 0,
        },
      },
    ],
    coverage: { provider: 'v8', include: ['src/**'] },
  },
})
