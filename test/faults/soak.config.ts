import base from '@atoll/tooling/vitest'
import { mergeConfig } from 'vitest/config'

/** Not part of everyday tests: `pnpm soak`. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  { test: { include: ['soak/**/*.test.ts'], testTimeout: 0, hookTimeout: 120_000 } },
)
