import { fileURLToPath } from 'node:url'
import base from '@atoll/tooling/vitest'
import { mergeConfig } from 'vitest/config'

/** The shared test configuration for packages whose tests use `testDatabase`: stops the embedded PostgreSQL at the end. */
export default mergeConfig(base, {
  test: { globalSetup: [fileURLToPath(new URL('./stop-test-postgres.ts', import.meta.url))] },
})
