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
        },
      },
    ],
    coverage: { provider: 'v8', include: ['src/**'] },
  },
})
