import base from '@atoll/tooling/vitest'
import { mergeConfig } from 'vitest/config'

/** One file after another: each has the machine under load. */
export default mergeConfig(base, {
  test: { fileParallelism: false, testTimeout: 90_000 },
})
