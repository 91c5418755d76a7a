import { defineConfig } from 'vitest/config'

/** The one test configuration; a package's vitest.config.ts re-exports it. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { enabled: false },
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
