import base from '@atoll/tooling/vitest'
import { mergeConfig } from 'vitest/config'

/** One fleet for all files of this package: started before the first test, stopped after the last. */
export default mergeConfig(base, {
  test: { globalSetup: ['src/global-fleet.ts'], fileParallelism: false, testTimeout: 60_000 },
})
