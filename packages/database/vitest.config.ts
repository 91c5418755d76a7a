import base from '@atoll/tooling/vitest'
import { mergeConfig } from 'vitest/config'

export default mergeConfig(base, {
  test: { globalSetup: ['test/support/global-setup.ts'], testTimeout: 120_000 },
})
